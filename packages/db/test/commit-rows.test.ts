/** What a commit writes, row by row, as the tables have it. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type TestDatabase, testDatabase } from '../src/testing.ts';
import {
  apply,
  commitOne,
  declined,
  failure,
  type Merchant,
  manual,
  newMerchant,
  nextAction,
  paid,
  type RawRow,
  requiresAction,
  rowsOf,
  type Table,
  told,
} from './given.ts';
import {
  eventRow,
  keyRow,
  later,
  laterLease,
  lease,
  noon,
  operationRow,
  paymentRow,
  postingRow,
  start,
} from './rows.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
  vi.useFakeTimers({ toFake: ['Date'], now: start });
  return () => vi.useRealTimers();
});
afterAll(() => db[Symbol.asyncDispose]());

async function rows({ merchantId }: Merchant, table: Table): Promise<readonly RawRow[]> {
  return rowsOf(db.owner.sql, table, merchantId);
}

it('a create: payment, open charge, event, key; no posting', async () => {
  const merchant = newMerchant();
  const command = merchant.create({
    paymentMethod: 'card',
    metadata: { cart: '7', Zone: 'é' },
    currency: 'EUR',
  });
  const created = await apply(db.app.sql, command);
  const payment = paymentRow(created, {
    open_operation: 'charge',
    currency: 'EUR',
    payment_method: 'card',
    metadata: { cart: '7', Zone: 'é' },
  });
  expect(await rows(merchant, 'payments')).toEqual([payment]);
  expect(await rows(merchant, 'operations')).toEqual([
    operationRow(created, { lease_until: lease }),
  ]);
  expect(await rows(merchant, 'postings')).toEqual([]);
  expect(await rows(merchant, 'idempotency_keys')).toEqual([
    keyRow(merchant, created.payment.id, {
      key: command.idempotencyKey,
      request: {
        command: 'create',
        orderId: command.orderId,
        amount: '15000',
        currency: 'EUR',
        capture: 'automatic',
        provider: 'sandbox',
        paymentMethod: 'card',
        'metadata.cart': '7',
        'metadata.Zone': 'é',
      },
    }),
  ]);
  // The feed is the sequencer's, once this is committed.
  expect(await db.owner.sql`select from feed`).toHaveLength(0);
  // The event keeps the row as it was: amounts as text, times in ISO 8601, ids without hyphens.
  expect(await rows(merchant, 'events')).toEqual([
    eventRow(created, {
      type: 'payment.created',
      payment: {
        ...payment,
        merchant_id: created.payment.merchantId.slice('mer_'.length),
        id: created.payment.id.slice('pay_'.length),
        amount: '15000',
        authorized: '0',
        captured: '0',
        refunded: '0',
        refund_pending: '0',
        created_at: '2026-07-01T12:00:00.007Z',
        updated_at: '2026-07-01T12:00:00.007Z',
      },
    }),
  ]);
});

it('a manual create: no operation, and the key is answered at once', async () => {
  const merchant = newMerchant();
  const created = await apply(db.app.sql, merchant.create({ provider: 'manual' }));
  expect(await rows(merchant, 'payments')).toEqual([
    paymentRow(created, { provider: 'manual', holds_order: false }),
  ]);
  expect(await rows(merchant, 'operations')).toEqual([]);
  expect(await rows(merchant, 'postings')).toEqual([]);
  expect(await rows(merchant, 'events')).toEqual([eventRow(created, { type: 'payment.created' })]);
  expect(await rows(merchant, 'idempotency_keys')).toMatchObject([{ version: 1 }]);
});

it('an outcome that succeeded: amounts, the closed charge, its posting, the answered key', async () => {
  const merchant = newMerchant();
  const created = await apply(db.app.sql, merchant.create());
  vi.setSystemTime(start + 1_000);
  const settled = await apply(db.app.sql, told(created));
  vi.setSystemTime(start);
  expect(await rows(merchant, 'payments')).toEqual([
    paymentRow(created, {
      authorized: 15_000,
      captured: 15_000,
      status: 'SUCCESS',
      transaction_id: 'ref_1',
      version: 2,
      updated_at: later,
    }),
  ]);
  expect(await rows(merchant, 'operations')).toEqual([
    operationRow(created, { status: 'succeeded', reference: 'ref_1', closed_at: later }),
  ]);
  expect(await rows(merchant, 'postings')).toEqual([postingRow(settled, { created_at: later })]);
  expect(await rows(merchant, 'events')).toEqual([
    eventRow(created, { type: 'payment.created' }),
    eventRow(settled, {
      version: 2,
      type: 'charge.succeeded',
      actor: 'provider:sandbox',
      created_at: later,
    }),
  ]);
  expect(await rows(merchant, 'idempotency_keys')).toEqual([
    expect.objectContaining({ version: 2, lease_until: lease, created_at: noon }),
  ]);
});

it.each([
  {
    outcome: declined,
    payment: { status: 'FAILED', holds_order: false, failure },
    operation: { status: 'declined', failure, closed_at: noon },
  },
  {
    outcome: requiresAction,
    payment: { status: 'REQUIRES_ACTION', next_action: nextAction },
    operation: { status: 'requires_action' },
  },
])('an outcome $outcome.outcome: no posting, the order as it must be', async (expected) => {
  const merchant = newMerchant();
  const created = await apply(db.app.sql, merchant.create());
  await apply(db.app.sql, told(created, expected.outcome));
  expect(await rows(merchant, 'payments')).toEqual([
    paymentRow(created, { version: 2, ...expected.payment }),
  ]);
  expect(await rows(merchant, 'operations')).toEqual([operationRow(created, expected.operation)]);
  expect(await rows(merchant, 'postings')).toEqual([]);
  expect(await rows(merchant, 'idempotency_keys')).toMatchObject([{ version: 2 }]);
});

it('an outcome unknown: nothing at all', async () => {
  const merchant = newMerchant();
  const created = await apply(db.app.sql, merchant.create());
  const result = await commitOne(db.app.sql, told(created, { outcome: 'unknown' }));
  expect(result).toMatchObject({ kind: 'unchanged', payment: { version: 1 } });
  expect(await rows(merchant, 'payments')).toEqual([
    paymentRow(created, { open_operation: 'charge' }),
  ]);
  expect(await rows(merchant, 'operations')).toEqual([
    operationRow(created, { lease_until: lease }),
  ]);
  expect(await rows(merchant, 'events')).toHaveLength(1);
  expect(await rows(merchant, 'idempotency_keys')).toMatchObject([{ version: null }]);
});

it('a refund: reserved with its reason, then moved; the reverse posting', async () => {
  const merchant = newMerchant();
  const payment = await paid(db.app.sql, merchant);
  vi.setSystemTime(start + 1_000);
  const command = merchant.refund(payment.id, { amount: 4_000n, reason: 'too small' });
  const opened = await apply(db.app.sql, command);
  const success = { status: 'SUCCESS', authorized: 15_000, captured: 15_000 };
  const changed = { ...success, transaction_id: 'ref_1', updated_at: later };
  expect(await rows(merchant, 'payments')).toEqual([
    paymentRow(opened, { ...changed, refund_pending: 4_000, version: 3 }),
  ]);
  const refund = { kind: 'refund', amount: 4_000, reason: 'too small', created_at: later };
  expect((await rows(merchant, 'operations')).at(-1)).toEqual(
    operationRow(opened, { ...refund, lease_until: laterLease }),
  );
  expect((await rows(merchant, 'idempotency_keys')).at(-1)).toEqual(
    keyRow(merchant, payment.id, {
      key: command.idempotencyKey,
      request: {
        command: 'refund',
        paymentId: payment.id,
        amount: '4000',
        reason: 'too small',
      },
      lease_until: laterLease,
      created_at: later,
    }),
  );

  const settled = await apply(db.app.sql, told(opened));
  vi.setSystemTime(start);
  expect(await rows(merchant, 'payments')).toEqual([
    paymentRow(opened, { ...changed, refunded: 4_000, version: 4 }),
  ]);
  expect((await rows(merchant, 'operations')).at(-1)).toEqual(
    operationRow(opened, { ...refund, status: 'succeeded', reference: 'ref_1', closed_at: later }),
  );
  expect((await rows(merchant, 'postings')).at(-1)).toEqual(
    postingRow(settled, {
      debit: 'merchant_payable',
      credit: 'provider_receivable',
      amount: 4_000,
      created_at: later,
    }),
  );
  expect((await rows(merchant, 'events')).slice(2)).toEqual([
    eventRow(opened, { version: 3, type: 'refund.opened', created_at: later }),
    eventRow(settled, {
      version: 4,
      type: 'refund.succeeded',
      actor: 'provider:sandbox',
      created_at: later,
    }),
  ]);
  expect((await rows(merchant, 'idempotency_keys')).at(-1)).toMatchObject({ version: 4 });
});

it('a report by hand: opened and closed at once, posted, and the key answered', async () => {
  const merchant = newMerchant();
  const { id } = await manual(db.app.sql, merchant);
  const command = merchant.report(id, 'SUCCESS');
  const reported = await apply(db.app.sql, command);
  const expected = { provider: 'manual', authorized: 15_000, captured: 15_000 };
  expect(await rows(merchant, 'payments')).toEqual([
    paymentRow(reported, { ...expected, status: 'SUCCESS', version: 2 }),
  ]);
  expect(await rows(merchant, 'operations')).toEqual([
    operationRow(reported, { status: 'succeeded', closed_at: noon }),
  ]);
  expect(await rows(merchant, 'postings')).toEqual([postingRow(reported, {})]);
  expect((await rows(merchant, 'events')).at(-1)).toEqual(
    eventRow(reported, { version: 2, type: 'charge.succeeded' }),
  );
  expect((await rows(merchant, 'idempotency_keys')).at(-1)).toEqual(
    keyRow(merchant, id, {
      key: command.idempotencyKey,
      request: { command: 'report', paymentId: id, status: 'SUCCESS' },
      version: 2,
    }),
  );
});

it('the present status reported again: the key, and nothing else', async () => {
  const merchant = newMerchant();
  const { id } = await manual(db.app.sql, merchant);
  await commitOne(db.app.sql, merchant.report(id, 'PENDING'));
  await commitOne(db.app.sql, merchant.report(id, 'PENDING', { idempotencyKey: null }));
  expect(await rows(merchant, 'events')).toHaveLength(1);
  expect(await rows(merchant, 'idempotency_keys')).toMatchObject([{ version: 1 }, { version: 1 }]);
});

it('a success that should not be possible: suspense, the flag, and both facts of the charge', async () => {
  const merchant = newMerchant();
  const created = await apply(db.app.sql, merchant.create());
  await apply(db.app.sql, told(created, declined));
  const late = await apply(db.app.sql, told(created));
  expect(await rows(merchant, 'payments')).toEqual([
    paymentRow(created, {
      status: 'FAILED',
      holds_order: false,
      failure,
      discrepancy: true,
      version: 3,
    }),
  ]);
  expect(await rows(merchant, 'operations')).toEqual([
    operationRow(created, {
      status: 'declined',
      reference: 'ref_1',
      failure,
      closed_at: noon,
      contradiction: 'succeeded',
      suspense: 'suspense',
    }),
  ]);
  expect(await rows(merchant, 'postings')).toEqual([postingRow(late, { credit: 'suspense' })]);
  expect(await rows(merchant, 'idempotency_keys')).toMatchObject([{ version: 2 }]);
});
