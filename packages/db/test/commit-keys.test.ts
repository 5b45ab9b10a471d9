/** One idempotency key, one effect: what a key's second use gets, and that it leaves nothing behind. */
import { type Command, limits } from '@florin/core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { commit } from '../src/commit.ts';
import { type TestDatabase, testDatabase } from '../src/testing.ts';
import {
  apply,
  commitOne,
  declined,
  dump,
  keysOf,
  type Merchant,
  manual,
  newMerchant,
  paid,
  requiresAction,
  said,
  told,
} from './given.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 6, 1) }));
afterEach(() => void vi.useRealTimers());

/** What the command says, and that the database is as it was before. */
async function saysOnly(command: Command): Promise<string> {
  const before = await dump(db.owner.sql);
  const result = await commitOne(db.app.sql, command);
  expect(await dump(db.owner.sql)).toEqual(before);
  return said(result);
}

describe('the same request again', () => {
  it.each([
    [0, 'refused idempotency_key_in_flight'],
    [limits.leaseMs - 1, 'refused idempotency_key_in_flight'],
    [limits.leaseMs, 'unsettled'],
    [365 * 86_400_000, 'unsettled'],
  ])('%d ms after a create without outcome: %s', async (ms, answer) => {
    const { create } = newMerchant();
    const command = create();
    await apply(db.app.sql, command);
    vi.advanceTimersByTime(ms);
    expect(await saysOnly(command)).toBe(answer);
  });

  it.each([
    ['succeeded', undefined],
    ['declined', declined],
    ['requires_action', requiresAction],
  ])('after a create that %s: replayed, for good', async (_, outcome) => {
    const { create } = newMerchant();
    const command = create();
    await apply(db.app.sql, told(await apply(db.app.sql, command), outcome));
    expect(await saysOnly(command)).toBe('replayed 2');
    vi.advanceTimersByTime(365 * 86_400_000);
    expect(await saysOnly(command)).toBe('replayed 2');
  });

  it('keeps the first final answer, whatever comes of the payment later', async () => {
    const merchant = newMerchant();
    const command = merchant.create();
    const created = await apply(db.app.sql, command);
    const { id } = created.payment;
    await apply(db.app.sql, told(created, requiresAction));
    await apply(db.app.sql, told(created));
    const refund = merchant.refund(id);
    const opened = await apply(db.app.sql, refund);
    expect(await saysOnly(refund)).toBe('refused idempotency_key_in_flight');
    await apply(db.app.sql, told(opened));
    expect(await saysOnly(command)).toBe('replayed 2');
    expect(await saysOnly(refund)).toBe('replayed 5');
  });

  it('sees an outcome that stands before it in the batch, and not one behind it', async () => {
    const merchant = newMerchant();
    const command = merchant.create();
    const outcome = told(await apply(db.app.sql, command));
    const results = await commit(db.app.sql, [command, outcome, command]);
    expect(results.map(said)).toEqual([
      'refused idempotency_key_in_flight',
      'applied SUCCESS',
      'replayed 2',
    ]);
  });

  it('replays a report that changed nothing, though the payment has moved on', async () => {
    const merchant = newMerchant();
    const { id } = await manual(db.app.sql, merchant);
    const report = merchant.report(id, 'PENDING');
    expect(said(await commitOne(db.app.sql, report))).toBe('unchanged PENDING');
    await apply(db.app.sql, merchant.report(id, 'FAILED'));
    expect(await saysOnly(report)).toBe('replayed 1');
  });

  it('is not asked for by its actor or its place in the metadata', async () => {
    const { create } = newMerchant();
    const command = create({ provider: 'manual', metadata: { a: '1', b: '2' } });
    await apply(db.app.sql, command);
    const again = { ...command, actor: 'key_of_another', metadata: { b: '2', a: '1' } };
    expect(await saysOnly(again)).toBe('replayed 1');
  });

  it('does nothing twice without a key either, but answers anew', async () => {
    const merchant = newMerchant();
    const { id } = await manual(db.app.sql, merchant);
    const report = merchant.report(id, 'SUCCESS', { idempotencyKey: null });
    expect(said(await commitOne(db.app.sql, report))).toBe('applied SUCCESS');
    expect(await saysOnly(report)).toBe('unchanged SUCCESS');
  });
});

describe('another request with a used key names what differs', () => {
  const rows: readonly (readonly [string, readonly string[], (merchant: Merchant) => object])[] = [
    ['amount', ['amount'], () => ({ amount: 15_001n })],
    ['order', ['orderId'], ({ create }) => ({ orderId: create().orderId })],
    [
      'currency and capture',
      ['capture', 'currency'],
      () => ({ currency: 'JPY', capture: 'manual' }),
    ],
    ['provider', ['provider'], () => ({ provider: 'manual' })],
    ['payment method', ['paymentMethod'], () => ({ paymentMethod: 'card' })],
    ['metadata', ['metadata.a'], () => ({ metadata: { a: '' } })],
  ];

  it.each(rows)('%s', async (_, fields, changes) => {
    const merchant = newMerchant();
    const command = merchant.create();
    await apply(db.app.sql, command);
    const before = await dump(db.owner.sql);
    const result = await commitOne(db.app.sql, { ...command, ...changes(merchant) } as Command);
    expect(result).toMatchObject({
      refusal: { code: 'idempotency_key_reused', fields: { fields } },
    });
    expect(await dump(db.owner.sql)).toEqual(before);
  });

  it('a key of a create for a refund, and of one payment for another', async () => {
    const merchant = newMerchant();
    const one = await paid(db.app.sql, merchant);
    const other = await paid(db.app.sql, merchant);
    const { idempotencyKey } = one;
    expect(await saysOnly(merchant.refund(one.id, { idempotencyKey }))).toBe(
      'refused idempotency_key_reused',
    );
    const refund = merchant.refund(one.id);
    await apply(db.app.sql, refund);
    expect(await saysOnly({ ...refund, paymentId: other.id })).toBe(
      'refused idempotency_key_reused',
    );
  });
});

it('is another key for another merchant', async () => {
  const one = newMerchant();
  const other = newMerchant();
  const command = one.create();
  await apply(db.app.sql, command);
  await apply(db.app.sql, { ...command, merchantId: other.merchantId });
  expect(await keysOf(db.owner.sql, other)).toEqual([command.idempotencyKey]);
});

it('is not used up by a refusal', async () => {
  const merchant = newMerchant();
  const { id } = await manual(db.app.sql, merchant);
  const refund = merchant.refund(id);
  expect(await saysOnly(refund)).toBe('refused not_refundable');
  await apply(db.app.sql, merchant.report(id, 'SUCCESS'));
  expect(said(await commitOne(db.app.sql, { ...refund, amount: 1n }))).toBe('applied SUCCESS');
});
