/**
 * What nobody knows the outcome of is looked up before it is performed again, under the same id, by one
 * process at a time. The clock is the test's own.
 */
import { limits, type MerchantId, type Payment, type ProviderOutcome } from '@florin/core';
import { commit, connect } from '@florin/db';
import type { TestDatabase } from '@florin/db/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Engine } from '../src/engine/execute.ts';
import { resumeDueOperations } from '../src/workers/resume-operations.ts';
import { expectSettledBooks } from './books.ts';
import { createOf, databaseWithMerchant, engineOn, of, rowOf } from './given.ts';
import { declined, succeeded } from './said.ts';
import { type Script, unknown } from './scripted.ts';

const second = 1_000;
const start = Date.UTC(2026, 6, 1, 12);

let db: TestDatabase;
let merchantId: MerchantId;
beforeAll(async () => {
  ({ db, merchantId } = await databaseWithMerchant());
});
afterAll(async () => {
  try {
    const { engine } = engineOn(db.app, { lookup: () => succeeded });
    await db.owner
      .sql`update operations set lease_until = now() - interval '1 second' where status = 'open'`;
    while ((await resumeDueOperations(db.app, engine)) > 0);
    await expectSettledBooks(db.owner.sql);
  } finally {
    await db[Symbol.asyncDispose]();
  }
});
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: start }));
afterEach(async () => {
  vi.useRealTimers();
  // What a test leaves open is nothing to the next.
  await db.owner.sql`update operations set lease_until = 'infinity' where status = 'open'`;
});

const statusOf = async (payment: Payment) => (await rowOf(db, payment))['status'];

/** When the payment's operation is due: as others see it. */
async function dueAt({ id }: Payment): Promise<number> {
  const [found] = await db.owner.sql<{ due: number }[]>`
    select (extract(epoch from lease_until) * 1000)::float8 as due
    from operations where payment_id = ${id.slice('pay_'.length)} and status = 'open'`;
  return found?.due ?? Number.NaN;
}

async function roundWhenDue(engine: Engine, payment: Payment): Promise<number> {
  vi.setSystemTime(await dueAt(payment));
  return resumeDueOperations(db.app, engine);
}

describe('a charge whose commit took long', () => {
  const patient = limits.leaseMs - limits.providerTimeoutMs;

  it.each([
    [patient, 'done', 1],
    [patient + 1, 'pending', 0],
    [limits.leaseMs, 'pending', 0],
  ] as const)('%i ms: it is %s, and was asked for %i times', async (ms, answer, times) => {
    const { engine, asked } = engineOn(db.app, {});
    const { unsafe } = db.app.pipeline;
    const committing = vi.spyOn(db.app.pipeline, 'unsafe');
    committing.mockImplementationOnce((...given) => {
      vi.setSystemTime(start + ms);
      return unsafe(...given);
    });
    const executed = await engine.execute(createOf(merchantId));
    expect([executed.answer, asked.length]).toEqual([answer, times]);
    committing.mockRestore();
    if (times === 1) return;

    // Whoever claims it, asks.
    expect(await roundWhenDue(engine, executed.payment)).toBe(1);
    expect([await statusOf(executed.payment), asked.at(-1)?.way]).toEqual(['SUCCESS', 'perform']);
  });
});

describe('asked again', () => {
  type Lookup = NonNullable<Script['lookup']>;

  /** A charge that was lost at first, resumed once; and what was asked of its provider. */
  async function resumedWith(lookup: Lookup, perform: readonly ProviderOutcome[]) {
    const answers = [...perform];
    const { engine, asked } = engineOn(db.app, { perform: () => answers.shift(), lookup });
    const { payment } = await engine.execute(createOf(merchantId));
    await roundWhenDue(engine, payment);
    return { payment, asked, ways: asked.map(({ way }) => way) };
  }

  it.each<[string, ProviderOutcome, string]>([
    ['it succeeded', succeeded, 'SUCCESS'],
    ['it was declined', declined, 'FAILED'],
    [
      'the payer must act',
      { outcome: 'requires_action', nextAction: { type: 'redirect', url: 'https://a.example/' } },
      'REQUIRES_ACTION',
    ],
  ])('where a lookup tells that %s, nothing is performed', async (_, told, status) => {
    const { payment, asked, ways } = await resumedWith(() => told, [unknown]);
    expect(ways).toEqual(['perform', 'lookup']);
    expect(await statusOf(payment)).toBe(status);
    expect(new Set(asked.map(({ operationId }) => operationId)).size).toBe(1);
  });

  it('where a lookup knows nothing of it, it is performed again, under the same id', async () => {
    const { payment, asked } = await resumedWith(() => null, [unknown, succeeded]);
    expect(asked.map(({ way, attempts }) => [way, attempts])).toEqual([
      ['perform', 1],
      ['lookup', 2],
      ['perform', 2],
    ]);
    expect(new Set(asked.map(({ operationId }) => operationId)).size).toBe(1);
    expect(await statusOf(payment)).toBe('SUCCESS');
  });

  it.each<[string, Lookup]>([
    ['is unknown', () => unknown],
    ['throws', () => Promise.reject(new Error('timeout'))],
  ])('where a lookup %s, it is not performed: money may have moved', async (_, lookup) => {
    const { payment, ways } = await resumedWith(lookup, [unknown, succeeded]);
    expect(ways).toEqual(['perform', 'lookup']);
    expect(await statusOf(payment)).toBe('PENDING');
  });

  it.each([
    [limits.providerTimeoutMs - 1, ['perform', 'lookup', 'perform'], 'SUCCESS'],
    [limits.providerTimeoutMs, ['perform', 'lookup'], 'PENDING'],
  ] as const)(
    'where the process stands still for %i ms while it looks: %j',
    async (ms, expected, status) => {
      const { payment, ways } = await resumedWith(() => {
        vi.setSystemTime(Date.now() + ms);
        return null;
      }, [unknown, succeeded]);
      expect(ways).toEqual(expected);
      expect(await statusOf(payment)).toBe(status);
    },
  );

  it('each kind of operation, the same', async () => {
    const lost = new Set<string>();
    const { engine, asked } = engineOn(db.app, {
      perform: ({ operation: { id, kind } }) => {
        if (kind === 'authorize' || lost.has(id)) return;
        lost.add(id);
        return unknown;
      },
    });
    const hold = async () =>
      (await engine.execute(createOf(merchantId, { capture: 'manual' }))).payment;
    const [captured, voided] = [await hold(), await hold()];
    await engine.execute({ type: 'capture', ...of(captured), amount: 10_000n });
    await engine.execute({ type: 'cancel', ...of(voided) });
    vi.setSystemTime(start + 6 * second);
    expect(await resumeDueOperations(db.app, engine)).toBe(2);
    const refund = { type: 'refund', ...of(captured), amount: 'rest', reason: null } as const;
    expect(await engine.execute(refund)).toMatchObject({ answer: 'pending' });
    vi.setSystemTime(start + 12 * second);
    expect(await resumeDueOperations(db.app, engine)).toBe(1);
    expect([await statusOf(captured), await statusOf(voided)]).toEqual(['REFUNDED', 'CANCELLED']);
    for (const kind of ['capture', 'void', 'refund']) {
      const ways = asked.filter((it) => it.kind === kind);
      expect(ways.map(({ way }) => way)).toEqual(['perform', 'lookup', 'perform']);
      expect(new Set(ways.map(({ operationId }) => operationId)).size).toBe(1);
    }
    expect(await engine.execute(refund)).toMatchObject({ answer: 'replayed' });
  });
});

it('a provider that never answers is given up on, told so, and asked again', async () => {
  const asked = Promise.withResolvers<AbortSignal>();
  const { engine } = engineOn(db.app, {
    perform: (_, signal) => {
      asked.resolve(signal);
      return new Promise<never>(() => {});
    },
  });
  const patience = vi.spyOn(globalThis, 'setTimeout');
  const answer = engine.execute(createOf(merchantId));
  const signal = await asked.promise;
  const [giveUp] = patience.mock.calls.find(([, ms]) => ms === limits.providerTimeoutMs) ?? [];
  patience.mockRestore();
  expect(signal.aborted).toBe(false);
  giveUp?.();
  const { payment, answer: kind } = await answer;
  expect([kind, signal.aborted]).toEqual(['pending', true]);
  expect(await dueAt(payment)).toBeLessThanOrEqual(start + 6 * second);
});

it('a process that is gone between intent and provider: the same, once its lease has run out', async () => {
  const command = createOf(merchantId);
  const [intent] = await commit(db.app.sql, [command]);
  if (intent?.kind !== 'applied') throw new Error('not applied');
  const { payment } = intent;
  expect(await dueAt(payment)).toBe(start + limits.leaseMs);
  const { engine, asked } = engineOn(db.app, {});
  vi.setSystemTime(start + limits.leaseMs - 1);
  expect(await resumeDueOperations(db.app, engine)).toBe(0);
  expect(await roundWhenDue(engine, payment)).toBe(1);
  expect(asked.map(({ way, operationId }) => [way, operationId])).toEqual([
    ['lookup', intent.operation?.id],
    ['perform', intent.operation?.id],
  ]);
  expect(await engine.execute(command)).toMatchObject({
    answer: 'replayed',
    payment: { status: 'SUCCESS', version: 2 },
  });
});

it('while it is being asked for, nobody else asks', async () => {
  const asked = Promise.withResolvers<void>();
  const told = Promise.withResolvers<ProviderOutcome>();
  let first = true;
  const { engine } = engineOn(db.app, {
    perform: () => {
      if (first) {
        first = false;
        return unknown;
      }
      asked.resolve();
      return told.promise;
    },
  });
  const { payment } = await engine.execute(createOf(merchantId));
  const resumed = roundWhenDue(engine, payment);
  await asked.promise;
  const other = engineOn(db.app, {});
  vi.setSystemTime(Date.now() + limits.leaseMs - 1);
  expect(await resumeDueOperations(db.app, other.engine)).toBe(0);
  told.resolve(succeeded);
  expect([await resumed, await statusOf(payment)]).toEqual([1, 'SUCCESS']);
  expect(other.asked).toEqual([]);
});

it('two processes: each operation is claimed by one of them, and performed once', async () => {
  const commands = Array.from({ length: 40 }, () => createOf(merchantId));
  await commit(db.app.sql, commands);
  const pool = connect(db.url, 2);
  const processes = [engineOn(db.app, {}), engineOn(pool, {})];
  vi.setSystemTime(start + limits.leaseMs);
  const claimed = await Promise.all(
    [db.app, pool].flatMap((database, n) =>
      processes[n] ? [resumeDueOperations(database, processes[n].engine)] : [],
    ),
  );
  await pool.close();
  expect(claimed.reduce((sum, count) => sum + count, 0)).toBe(commands.length);
  const performed = processes
    .flatMap(({ asked }) => asked)
    .filter(({ way }) => way === 'perform')
    .map(({ operationId }) => operationId);
  expect(performed).toHaveLength(commands.length);
  expect(new Set(performed).size).toBe(commands.length);
  const [left] = await db.owner.sql`
    select count(*)::int as open from operations
    where status = 'open' and lease_until < 'infinity'`;
  expect(left).toEqual({ open: 0 });
});
