/** `commit`: a batch of any size in one transaction, each command answered in its place. */
import { limits } from '@florin/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commit } from '../src/commit.ts';
import { findPayment } from '../src/payments.ts';
import { type TestDatabase, testDatabase } from '../src/testing.ts';
import {
  applied,
  apply,
  declined,
  dump,
  fresh,
  manual,
  newMerchant,
  paid,
  rowsOf,
  said,
  told,
  transactionsOf,
} from './given.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());

it('answers no commands with nothing, and writes nothing', async () => {
  const before = await dump(db.owner.sql);
  expect(await commit(db.app.sql, [])).toEqual([]);
  expect(await dump(db.owner.sql)).toEqual(before);
});

it('commits a single command, and reads back what was decided', async () => {
  const { merchantId, create } = newMerchant();
  const metadata = { z: 'last', a: 'first', 'with space': 'é 💶 "\\', __proto__x: '' };
  const { payment } = await apply(db.app.sql, create({ metadata, paymentMethod: 'card' }));
  expect(await findPayment(db.app, merchantId, payment.id)).toEqual(payment);
  const found = await findPayment(db.app, merchantId, payment.id);
  expect(Object.keys(found?.metadata ?? {})).toEqual(Object.keys(metadata));
});

it('commits the largest amounts to the last minor unit', async () => {
  const { merchantId, create } = newMerchant();
  const created = await apply(
    db.app.sql,
    create({ amount: 9_999_999_999_999_999n, currency: 'CLF' }),
  );
  await apply(db.app.sql, told(created));
  const found = await findPayment(db.app, merchantId, created.payment.id);
  expect(found?.captured).toBe(9_999_999_999_999_999n);
});

it('commits a full batch in one transaction, in the order of the commands', async () => {
  const merchant = newMerchant();
  const commands = Array.from({ length: limits.commandsInBatch }, (_, index) =>
    merchant.create({ orderId: `o-${(index * 37) % 128}`, idempotencyKey: `k-${127 - index}` }),
  );
  const results = await commit(db.app.sql, commands);
  expect(results.map((result) => applied(result).payment.orderId)).toEqual(
    commands.map(({ orderId }) => orderId),
  );
  expect(await transactionsOf(db.owner.sql, merchant)).toBe(1);

  const settled = await commit(
    db.app.sql,
    results.map((result) => told(applied(result))),
  );
  expect(settled.map(said)).toEqual(settled.map(() => 'applied SUCCESS'));
  expect(await rowsOf(db.owner.sql, 'postings', merchant.merchantId)).toHaveLength(128);
  expect(await transactionsOf(db.owner.sql, merchant, 1)).toBe(1);
});

it('lets each command of a batch see what those before it did', async () => {
  const merchant = newMerchant();
  const orderId = fresh('order');
  const one = merchant.create({ orderId });
  const results = await commit(db.app.sql, [
    one,
    merchant.create({ orderId }),
    one,
    { ...one, amount: 1n },
    merchant.create({ orderId, provider: 'manual' }),
    merchant.create(),
  ]);
  expect(results.map(said)).toEqual([
    'applied PENDING',
    'refused order_payment_in_progress',
    'refused idempotency_key_in_flight',
    'refused idempotency_key_reused',
    'refused order_payment_in_progress',
    'applied PENDING',
  ]);
  const { id } = applied(results[0]).payment;
  expect(results.slice(1, 3)).toMatchObject([
    { refusal: { fields: { paymentId: id } } },
    { refusal: { fields: { paymentId: id } } },
  ]);
});

it('replays a final answer of the same batch', async () => {
  const merchant = newMerchant();
  const one = merchant.create({ provider: 'manual' });
  const results = await commit(db.app.sql, [one, one, one]);
  expect(results.map(said)).toEqual(['applied PENDING', 'replayed 1', 'replayed 1']);
  expect(await rowsOf(db.owner.sql, 'events', merchant.merchantId)).toHaveLength(1);
});

it('changes one payment many times in one batch: every event, the last state', async () => {
  const merchant = newMerchant();
  const payment = await paid(db.app.sql, merchant);
  const parts = [1_000n, 2_000n, 20_000n, 3_000n, 'rest', 1n] as const;
  const results = await commit(
    db.app.sql,
    parts.map((amount) => merchant.refund(payment.id, { amount })),
  );
  expect(results.map(said)).toEqual([
    'applied SUCCESS',
    'applied SUCCESS',
    'refused amount_exceeds_remaining',
    'applied SUCCESS',
    'applied SUCCESS',
    'refused amount_exceeds_remaining',
  ]);
  const opened = results.filter(({ kind }) => kind === 'applied').map(applied);
  const outcomes = await commit(
    db.app.sql,
    opened.map((one, index) => told(one, index === 1 ? declined : undefined)),
  );
  expect(outcomes.map(said)).toEqual(outcomes.map(() => 'applied SUCCESS'));
  expect(await findPayment(db.app, merchant.merchantId, payment.id)).toMatchObject({
    version: 10,
    refunded: 13_000n,
    refundPending: 0n,
  });
  const events = await rowsOf(db.owner.sql, 'events', merchant.merchantId);
  expect(events.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

it('reports and refunds a manual payment to the end in one batch', async () => {
  const merchant = newMerchant();
  const { id } = await manual(db.app.sql, merchant);
  const results = await commit(db.app.sql, [
    merchant.refund(id),
    merchant.report(id, 'SUCCESS'),
    merchant.report(id, 'SUCCESS'),
    merchant.refund(id, { amount: 5_000n }),
    merchant.report(id, 'REFUNDED'),
    merchant.report(id, 'PENDING'),
  ]);
  expect(results.map(said)).toEqual([
    'refused not_refundable',
    'applied SUCCESS',
    'unchanged SUCCESS',
    'applied SUCCESS',
    'applied REFUNDED',
    'refused status_not_reachable',
  ]);
  expect(await transactionsOf(db.owner.sql, merchant, 1)).toBe(1);
});

it('records the same outcome once, however often a batch has it', async () => {
  const merchant = newMerchant();
  const created = await apply(db.app.sql, merchant.create());
  const results = await commit(db.app.sql, [told(created), told(created), told(created)]);
  expect(results.map(said)).toEqual(['applied SUCCESS', 'unchanged SUCCESS', 'unchanged SUCCESS']);
  expect(await rowsOf(db.owner.sql, 'postings', merchant.merchantId)).toHaveLength(1);
});

it('serves several merchants in one batch, with the same orders and keys, apart', async () => {
  const merchants = [newMerchant(), newMerchant(), newMerchant()];
  const same = { orderId: fresh('order'), idempotencyKey: fresh('key') };
  const results = await commit(
    db.app.sql,
    merchants.map(({ create }) => create(same)),
  );
  expect(results.map(said)).toEqual(merchants.map(() => 'applied PENDING'));
  for (const { merchantId } of merchants) {
    expect(await rowsOf(db.owner.sql, 'payments', merchantId)).toHaveLength(1);
  }
});

it('does not know another merchant’s payment, whatever the command', async () => {
  const merchant = newMerchant();
  const stranger = newMerchant();
  const created = await apply(db.app.sql, merchant.create());
  const { id } = created.payment;
  const before = await dump(db.owner.sql);
  const results = await commit(db.app.sql, [
    stranger.capture(id),
    stranger.cancel(id),
    stranger.refund(id),
    stranger.report(id, 'PENDING'),
    { ...told(created), merchantId: stranger.merchantId },
  ]);
  expect(results.map(said)).toEqual(results.map(() => 'refused payment_not_found'));
  expect(await dump(db.owner.sql)).toEqual(before);
});

it('takes texts for what they are: quotes, spaces, separators, every script', async () => {
  const merchant = newMerchant();
  const texts = [
    "'; drop table payments; --",
    ' ',
    'a b',
    'a',
    'A',
    'ä',
    'a\u0308',
    '💶',
    '{"a":1}',
    '\\u0041',
    '%',
    '\t\n',
  ];
  const commands = texts.map((text) => merchant.create({ orderId: text, idempotencyKey: text }));
  expect((await commit(db.app.sql, commands)).map(said)).toEqual(
    texts.map(() => 'applied PENDING'),
  );
  expect((await commit(db.app.sql, commands)).map(said)).toEqual(
    texts.map(() => 'refused idempotency_key_in_flight'),
  );
  const kept = await rowsOf(db.owner.sql, 'idempotency_keys', merchant.merchantId);
  expect(new Set(kept.map(({ key }) => key))).toEqual(new Set(texts));
});
