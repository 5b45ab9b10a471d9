/** The engine on a real database: a batch that holds a bad command, a commit whose answer is lost. */
import type { CallerCommand, Create, ProviderOutcome } from '@florin/core';
import { connect, createMerchant, troubleOf } from '@florin/db';
import { testDatabase } from '@florin/db/testing';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { createEngine } from '../src/engine/execute.ts';
import { createProviders } from '../src/providers/index.ts';
import { createSandbox } from '../src/providers/sandbox.ts';
import { resumeDueOperations } from '../src/workers/resume-operations.ts';
import { endLeases, expectSettledBooks, expectSoundBooks } from './books.ts';
import { createOf } from './given.ts';
import { proxyTo } from './proxy.ts';
import { deadlines, testKey } from './server.ts';

describe('a batch with one command that the database refuses', () => {
  it.each<[string, (good: Create) => CallerCommand]>([
    ['a NUL in its metadata', (good) => ({ ...good, metadata: { note: 'nul\0' } })],
    ['half a surrogate pair in its metadata', (good) => ({ ...good, metadata: { a: '\ud83d' } })],
    ['a NUL in its order', (good) => ({ ...good, orderId: 'nul\0' })],
    ['a NUL in its key', (good) => ({ ...good, idempotencyKey: 'nul\0' })],
    ['a key that is too long', (good) => ({ ...good, idempotencyKey: 'k'.repeat(256) })],
    ['an amount beyond bigint', (good) => ({ ...good, amount: 2n ** 63n })],
  ])('%s: it alone fails, and leaves nothing', async (_, spoil) => {
    await using db = await testDatabase();
    const merchantId = await createMerchant(db.owner, 'default', testKey);
    const engine = createEngine(db.app, createProviders(), deadlines, pino({ level: 'silent' }));
    const commands = Array.from({ length: 9 }, (_, n): CallerCommand => {
      const good = createOf(merchantId);
      return n === 5 ? spoil(good) : good;
    });
    const results = await Promise.allSettled(commands.map((command) => engine.execute(command)));
    expect(results.map(({ status }) => status)).toEqual(
      commands.map((_, n) => (n === 5 ? 'rejected' : 'fulfilled')),
    );
    await engine.idle();
    const [counted] = await db.owner.sql`
      select (select count(*)::int from payments where status = 'SUCCESS') as payments,
             (select count(*)::int from idempotency_keys) as keys`;
    expect(counted).toEqual({ payments: 8, keys: 8 });
    await expectSettledBooks(db.owner.sql);
  });
});

describe('a commit whose answer is lost on the way', () => {
  /** An engine that reaches its database by a road that can be cut. */
  async function engineBehind(url: string, onAsked: () => void = () => {}) {
    const database = connect(url);
    const providers = createProviders(createSandbox({ onAnswer: onAsked }));
    const engine = createEngine(database, providers, deadlines, pino({ level: 'silent' }));
    // At once: with a lost connection the pool would take its five seconds to close.
    return { ...engine, [Symbol.asyncDispose]: () => database.close(0) };
  }

  it('of the intent: not reachable, then in flight, then as it became', async () => {
    await using db = await testDatabase();
    await using proxy = await proxyTo(db.url);
    const merchantId = await createMerchant(db.owner, 'default', testKey);
    await using engine = await engineBehind(proxy.url);
    const command = createOf(merchantId);
    proxy.loseNextCommit();
    const error = await engine.execute(command).catch((reason: unknown) => reason);
    expect(troubleOf(error)).toBe('unreachable');
    await expect(engine.execute(command)).rejects.toMatchObject({
      refusal: { code: 'idempotency_key_in_flight' },
    });
    await expectSoundBooks(db.owner.sql);

    await endLeases(db.owner.sql);
    expect(await engine.execute(command)).toMatchObject({
      answer: 'pending',
      payment: { status: 'PENDING' },
    });
    expect(await resumeDueOperations(db.app, engine)).toBe(1);
    expect(await engine.execute(command)).toMatchObject({
      answer: 'replayed',
      payment: { status: 'SUCCESS', version: 2 },
    });
    await expectSettledBooks(db.owner.sql);
  });

  it('of the outcome: pending, and the repeat is answered as it became', async () => {
    await using db = await testDatabase();
    await using proxy = await proxyTo(db.url);
    const merchantId = await createMerchant(db.owner, 'default', testKey);
    await using engine = await engineBehind(proxy.url, () => proxy.loseNextCommit());
    const command = createOf(merchantId);
    expect(await engine.execute(command)).toMatchObject({
      answer: 'pending',
      payment: { status: 'PENDING' },
    });
    expect(await engine.execute(command)).toMatchObject({
      answer: 'replayed',
      payment: { status: 'SUCCESS', version: 2 },
    });
    await expectSettledBooks(db.owner.sql);
  });

  it('more often than the pool has connections: it goes on', async () => {
    await using db = await testDatabase();
    await using proxy = await proxyTo(db.url);
    const merchantId = await createMerchant(db.owner, 'default', testKey);
    await using engine = await engineBehind(proxy.url);
    for (let n = 0; n < 12; n++) {
      proxy.loseNextCommit();
      await expect(engine.execute(createOf(merchantId))).rejects.toThrow();
    }
    const results = await Promise.all(
      Array.from({ length: 20 }, () => engine.execute(createOf(merchantId))),
    );
    expect(results.map(({ answer }) => answer)).toEqual(results.map(() => 'done'));
  });
});

describe('what a provider says that PostgreSQL cannot hold', () => {
  it.each<[string, ProviderOutcome, object]>([
    [
      'in a reference',
      { outcome: 'succeeded', reference: 'ref\0-\ud800' },
      { status: 'SUCCESS', transactionId: 'ref\ufffd-\ufffd' },
    ],
    [
      'in a failure',
      { outcome: 'declined', failure: { code: 'no\0', message: '\udfff' } },
      { status: 'FAILED', failure: { code: 'no\ufffd', message: '\ufffd' } },
    ],
    [
      'in a redirect',
      { outcome: 'requires_action', nextAction: { type: 'redirect', url: 'https://a/\0' } },
      { status: 'REQUIRES_ACTION', nextAction: { type: 'redirect', url: 'https://a/\ufffd' } },
    ],
  ])('%s: the outcome is recorded all the same', async (_, outcome, expected) => {
    await using db = await testDatabase();
    const merchantId = await createMerchant(db.owner, 'default', testKey);
    const odd = { ...createSandbox(), perform: async () => outcome };
    const engine = createEngine(db.app, createProviders(odd), deadlines, pino({ level: 'silent' }));
    const { payment } = await engine.execute(createOf(merchantId));
    expect(payment).toMatchObject(expected);
  });
});
