/**
 * Two processes that take the same orders must take them in the same order, whatever their keys:
 * else each has one and waits for the other's.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commit } from '../src/commit.ts';
import { type TestDatabase, testDatabase } from '../src/testing.ts';
import { newMerchant, pooled, said } from './given.ts';
import { hold, waiting } from './held.ts';
import { payment } from './raw.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());

const rows: readonly (readonly [first: string, second: string])[] = [
  ['a', 'b'],
  ['a', 'aa'],
  ['a', 'a b'],
  ['a', 'a-b'],
  ['a b', 'a b c'],
];

it.each(rows)('"%s" before "%s", whatever the keys', async (first, second) => {
  for (const [keyOfFirst, keyOfSecond] of [
    ['0', 'z'],
    ['z', '0'],
    ['b', 'b'],
    ['c', 'b'],
  ]) {
    await using pool = pooled(db, 2);
    const merchant = newMerchant();
    await using held = await hold(
      db,
      payment({ merchant_id: merchant.merchantId.slice(4), order_id: first, holds_order: true }),
    );
    const committing = commit(pool.sql, [
      merchant.create({ orderId: second, idempotencyKey: `${keyOfSecond}2` }),
      merchant.create({ orderId: first, idempotencyKey: `${keyOfFirst}1` }),
    ]);
    await waiting(db);
    // It waits for the first and has not taken the second: that one is free.
    const trying = commit(pool.sql, [merchant.create({ orderId: second })]);
    const found = await Promise.race([
      trying.then(([result]) => result && said(result)),
      waiting(db, 2).then(() => 'taken'),
    ]);
    await held.rollback();
    await Promise.all([committing, trying]);
    expect(found, `with the keys ${keyOfFirst} and ${keyOfSecond}`).toBe('applied PENDING');
  }
});
