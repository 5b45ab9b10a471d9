/** A refused request leaves the database byte-identical: not a row, not a row's version. */
import type { Applied, Command, PaymentId } from '@florin/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commit } from '../src/commit.ts';
import { freshId } from '../src/fresh-ids.ts';
import { type TestDatabase, testDatabase } from '../src/testing.ts';
import {
  apply,
  authorized,
  declined,
  dump,
  type Merchant,
  manual,
  newMerchant,
  paid,
  said,
  told,
} from './given.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());

const merchant = newMerchant();

/** A payment of the merchant, as the row needs it. */
const given = {
  nothing: async () => freshId('payment'),
  pending: async () => (await apply(db.app.sql, merchant.create())).payment.id,
  failed: async () => {
    const created = await apply(db.app.sql, merchant.create());
    return (await apply(db.app.sql, told(created, declined))).payment.id;
  },
  authorized: async () => (await authorized(db.app.sql, merchant)).id,
  capturing: async () => {
    const { id } = await authorized(db.app.sql, merchant);
    return (await apply(db.app.sql, merchant.capture(id))).payment.id;
  },
  paid: async () => (await paid(db.app.sql, merchant)).id,
  refunding: async () => {
    const { id } = await paid(db.app.sql, merchant);
    return (await apply(db.app.sql, merchant.refund(id, { amount: 14_999n }))).payment.id;
  },
  'manual, its order held': async () => {
    const { id, orderId } = await manual(db.app.sql, merchant);
    await paid(db.app.sql, merchant, { orderId });
    return id;
  },
  'manual, its order in progress': async () => {
    const { id, orderId } = await manual(db.app.sql, merchant);
    await apply(db.app.sql, merchant.create({ orderId }));
    return id;
  },
  manual: async () => (await manual(db.app.sql, merchant)).id,
} as const satisfies Record<string, () => Promise<PaymentId>>;

type Wish = (of: Merchant, id: PaymentId) => Command;
const rows: readonly (readonly [keyof typeof given, string, Wish, string])[] = [
  ['nothing', 'capture', ({ capture }, id) => capture(id), 'payment_not_found'],
  ['nothing', 'cancel', ({ cancel }, id) => cancel(id), 'payment_not_found'],
  ['nothing', 'refund', ({ refund }, id) => refund(id), 'payment_not_found'],
  ['nothing', 'report', ({ report }, id) => report(id, 'SUCCESS'), 'payment_not_found'],
  ['nothing', 'create of 0', ({ create }) => create({ amount: 0n }), 'amount_not_positive'],
  ['pending', 'capture', ({ capture }, id) => capture(id), 'not_capturable'],
  ['pending', 'cancel', ({ cancel }, id) => cancel(id), 'outcome_unknown'],
  ['pending', 'refund', ({ refund }, id) => refund(id), 'not_refundable'],
  ['pending', 'SUCCESS', ({ report }, id) => report(id, 'SUCCESS'), 'provider_decides'],
  ['failed', 'cancel', ({ cancel }, id) => cancel(id), 'not_cancellable'],
  ['failed', 'refund', ({ refund }, id) => refund(id), 'not_refundable'],
  [
    'authorized',
    'capture of too much',
    ({ capture }, id) => capture(id, { amount: 15_001n }),
    'amount_exceeds_remaining',
  ],
  [
    'authorized',
    'capture of less than nothing',
    ({ capture }, id) => capture(id, { amount: -1n }),
    'amount_not_positive',
  ],
  ['authorized', 'refund', ({ refund }, id) => refund(id), 'not_refundable'],
  ['capturing', 'capture', ({ capture }, id) => capture(id), 'outcome_unknown'],
  ['capturing', 'cancel', ({ cancel }, id) => cancel(id), 'outcome_unknown'],
  ['paid', 'cancel', ({ cancel }, id) => cancel(id), 'not_cancellable'],
  [
    'paid',
    'refund of too much',
    ({ refund }, id) => refund(id, { amount: 15_001n }),
    'amount_exceeds_remaining',
  ],
  [
    'refunding',
    'refund of what is reserved',
    ({ refund }, id) => refund(id, { amount: 2n }),
    'amount_exceeds_remaining',
  ],
  ['manual', 'AUTHORIZED', ({ report }, id) => report(id, 'AUTHORIZED'), 'status_not_reachable'],
  ['manual', 'REFUNDED', ({ report }, id) => report(id, 'REFUNDED'), 'not_refundable'],
  [
    'manual, its order held',
    'SUCCESS',
    ({ report }, id) => report(id, 'SUCCESS'),
    'order_already_paid',
  ],
  [
    'manual, its order in progress',
    'SUCCESS',
    ({ report }, id) => report(id, 'SUCCESS'),
    'order_payment_in_progress',
  ],
];

it.each(rows)('%s: %s is refused and writes nothing', async (kind, _, wish, code) => {
  const id = await given[kind]();
  const command = wish(merchant, id);
  const before = await dump(db.owner.sql);
  const results = await commit(db.app.sql, [command, command]);
  expect(results.map(said)).toEqual([`refused ${code}`, `refused ${code}`]);
  expect(await dump(db.owner.sql)).toEqual(before);
});

it('an order in progress, then paid, with the id of the payment that holds it', async () => {
  const created: Applied = await apply(db.app.sql, merchant.create());
  const { id, orderId } = created.payment;
  for (const code of ['order_payment_in_progress', 'order_already_paid']) {
    const before = await dump(db.owner.sql);
    const results = await commit(db.app.sql, [
      merchant.create({ orderId }),
      merchant.create({ orderId, provider: 'manual' }),
    ]);
    const refused = { kind: 'refused', refusal: { code, fields: { paymentId: id } } };
    expect(results).toEqual([refused, refused]);
    expect(await dump(db.owner.sql)).toEqual(before);
    if (code === 'order_payment_in_progress') await apply(db.app.sql, told(created));
  }
});

it('an outcome of no operation', async () => {
  const created = await apply(db.app.sql, merchant.create());
  const before = await dump(db.owner.sql);
  const results = await commit(db.app.sql, [
    { ...told(created), operationId: freshId('operation') },
    { ...told(created), paymentId: freshId('payment') },
  ]);
  expect(results.map(said)).toEqual(['refused operation_not_found', 'refused payment_not_found']);
  expect(await dump(db.owner.sql)).toEqual(before);
});
