/** What one command of a batch sets free, a later one of the batch can have: an order, a payment. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commit } from '../src/commit.ts';
import { type TestDatabase, testDatabase } from '../src/testing.ts';
import {
  apply,
  authorized,
  declined,
  fresh,
  keysOf,
  manual,
  newMerchant,
  said,
  told,
  transactionsOf,
} from './given.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());

it('frees an order by a FAILED and lets the next create of the batch have it, a batch later', async () => {
  const merchant = newMerchant();
  const orderId = fresh('order');
  const created = await apply(db.app.sql, merchant.create({ orderId }));
  const next = merchant.create({ orderId });
  const third = merchant.create({ orderId });
  const elsewhere = merchant.create();
  const results = await commit(db.app.sql, [told(created, declined), next, third, elsewhere]);
  // The old holder's row is updated after the insert has met it: that one is decided again.
  expect(results.map(said)).toEqual(['applied FAILED', 'again', 'again', 'applied PENDING']);
  expect(await keysOf(db.owner.sql, merchant)).not.toContain(next.idempotencyKey);
  expect((await commit(db.app.sql, [next, third])).map(said)).toEqual([
    'applied PENDING',
    'refused order_payment_in_progress',
  ]);
});

it('hands an order from one manual payment to another within a batch', async () => {
  const merchant = newMerchant();
  const orderId = fresh('order');
  const one = await manual(db.app.sql, merchant, { orderId });
  const other = await manual(db.app.sql, merchant, { orderId });
  await apply(db.app.sql, merchant.report(one.id, 'SUCCESS'));
  const results = await commit(db.app.sql, [
    merchant.report(one.id, 'REFUNDED'),
    merchant.report(other.id, 'SUCCESS'),
  ]);
  expect(results.map(said)).toEqual(['applied REFUNDED', 'applied SUCCESS']);
});

it.each(['capture', 'cancel'] as const)(
  'a capture that is declined and then a %s, in one transaction',
  async (next) => {
    const merchant = newMerchant();
    const { id } = await authorized(db.app.sql, merchant);
    const opened = await apply(db.app.sql, merchant.capture(id));
    const results = await commit(db.app.sql, [told(opened, declined), merchant[next](id)]);
    expect(results.map(said)).toEqual(['applied AUTHORIZED', 'applied AUTHORIZED']);
    expect(await transactionsOf(db.owner.sql, merchant, 3)).toBe(1);
  },
);

it('passes an order from a FAILED to a report of SUCCESS', async () => {
  const merchant = newMerchant();
  const orderId = fresh('order');
  const byHand = await manual(db.app.sql, merchant, { orderId });
  const created = await apply(db.app.sql, merchant.create({ orderId }));
  const results = await commit(db.app.sql, [
    merchant.report(byHand.id, 'SUCCESS'),
    told(created, declined),
    merchant.report(byHand.id, 'SUCCESS'),
  ]);
  expect(results.map(said)).toEqual([
    'refused order_payment_in_progress',
    'applied FAILED',
    'applied SUCCESS',
  ]);
});
