/** A command that the database refuses fails alone; all others of its batch are committed, in order. */
import type { Command } from '@florin/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commit } from '../src/commit.ts';
import { type TestDatabase, testDatabase } from '../src/testing.ts';
import {
  commitOne,
  dump,
  fresh,
  keysOf,
  type Merchant,
  newMerchant,
  paid,
  pooled,
  rowsOf,
  said,
} from './given.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());

const long = 'x'.repeat(256);
const rows: readonly (readonly [string, string, (merchant: Merchant) => Command])[] = [
  ['a NUL in metadata', '22P05', ({ create }) => create({ metadata: { a: '\u0000' } })],
  ['a NUL in an order', '22P05', ({ create }) => create({ orderId: 'a\u0000' })],
  ['a NUL in a key', '22P05', ({ create }) => create({ idempotencyKey: 'a\u0000' })],
  ['half a character', '22P02', ({ create }) => create({ metadata: { a: '\ud83d' } })],
  ['an order that is too long', '23514', ({ create }) => create({ orderId: long })],
  ['a key that is too long', '23514', ({ create }) => create({ idempotencyKey: long })],
  ['an empty payment method', '23514', ({ create }) => create({ paymentMethod: '' })],
  ['an amount beyond 64 bits', '22003', ({ create }) => create({ amount: 2n ** 63n })],
  ['a malformed id', '22P02', ({ refund }) => refund('pay_nothing')],
];

it.each(rows)('%s: it alone fails, with %s', async (_, code, bad) => {
  const merchant = newMerchant();
  // One connection: one that was left in a failed transaction would hang the next commit.
  await using pool = pooled(db, 1);
  const before = await dump(db.owner.sql);
  expect(said(await commitOne(pool.sql, bad(merchant)))).toBe(`failed ${code}`);
  expect(await dump(db.owner.sql)).toEqual(before);

  for (const place of [0, 3, 6]) {
    const orderId = fresh('order');
    const replayed = merchant.create({ provider: 'manual' });
    const good: Command[] = [
      merchant.create({ orderId }),
      merchant.create({ orderId }),
      merchant.create(),
      replayed,
      replayed,
      merchant.create({ orderId, provider: 'manual' }),
    ];
    const answers = [
      'applied PENDING',
      'refused order_payment_in_progress',
      'applied PENDING',
      'applied PENDING',
      'replayed 1',
      'refused order_payment_in_progress',
    ];
    const results = await commit(pool.sql, good.toSpliced(place, 0, bad(merchant)));
    expect(results.map(said)).toEqual(answers.toSpliced(place, 0, `failed ${code}`));
  }
  expect(await rowsOf(db.owner.sql, 'payments', merchant.merchantId)).toHaveLength(9);
  expect(await keysOf(db.owner.sql, merchant)).toHaveLength(9);
});

it('a refused refund: a reason that is too long, amid refunds of one payment', async () => {
  const merchant = newMerchant();
  const { id } = await paid(db.app.sql, merchant);
  const amounts = [14_000n, 900n, 100n, 1n];
  const commands = amounts.map((amount, index) =>
    merchant.refund(id, { amount, reason: index === 1 ? long : null }),
  );
  expect((await commit(db.app.sql, commands)).map(said)).toEqual([
    'applied SUCCESS',
    'failed 23514',
    'applied SUCCESS',
    'applied SUCCESS',
  ]);
  const events = await rowsOf(db.owner.sql, 'events', merchant.merchantId);
  expect(events.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5]);
});

it('many refused: each fails, and every other is committed', async () => {
  const merchant = newMerchant();
  const isBad = (index: number) => index % 3 === 1;
  const commands = Array.from({ length: 17 }, (_, index) =>
    merchant.create({ paymentMethod: isBad(index) ? '' : 'card' }),
  );
  expect((await commit(db.app.sql, commands)).map(said)).toEqual(
    commands.map((_, index) => (isBad(index) ? 'failed 23514' : 'applied PENDING')),
  );
});
