/** Rows as the tables have them after a commit at noon: each takes what differs. */
import type { Applied, EventId, PaymentId } from '@florin/core';
import { expect } from 'vitest';
import { actor, hyphenated, type Merchant, type RawRow } from './given.ts';

/** Milliseconds since the epoch. */
export const start = Date.UTC(2026, 6, 1, 12, 0, 0, 7);
export const [noon, later, lease] = [
  '2026-07-01T12:00:00.007+00:00',
  '2026-07-01T12:00:01.007+00:00',
  '2026-07-01T12:00:30.007+00:00',
];
export const laterLease = '2026-07-01T12:00:31.007+00:00';

/** The row of a payment of 150.00 USD by `sandbox`, created at noon. */
export const paymentRow = ({ payment }: Applied, changes: RawRow): RawRow => ({
  merchant_id: hyphenated(payment.merchantId),
  id: hyphenated(payment.id),
  order_id: payment.orderId,
  currency: 'USD',
  amount: 15_000,
  authorized: 0,
  captured: 0,
  refunded: 0,
  refund_pending: 0,
  status: 'PENDING',
  holds_order: true,
  provider: 'sandbox',
  payment_method: null,
  transaction_id: null,
  idempotency_key: payment.idempotencyKey,
  failure: null,
  next_action: null,
  metadata: {},
  discrepancy: false,
  open_operation: null,
  expires_at: null,
  version: 1,
  created_at: noon,
  updated_at: noon,
  ...changes,
});

export const operationRow = ({ operation, payment }: Applied, changes: RawRow): RawRow => ({
  merchant_id: hyphenated(payment.merchantId),
  id: operation && hyphenated(operation.id),
  payment_id: hyphenated(payment.id),
  kind: 'charge',
  amount: 15_000,
  status: 'open',
  reference: null,
  failure: null,
  reason: null,
  idempotency_key: operation?.idempotencyKey,
  contradiction: null,
  suspense: null,
  attempts: 1,
  lease_until: null,
  created_at: noon,
  closed_at: null,
  ...changes,
});

export const eventRow = ({ event, operation, payment }: Applied, changes: RawRow): RawRow => ({
  merchant_id: hyphenated(payment.merchantId),
  payment_id: hyphenated(payment.id),
  version: 1,
  id: hyphenated(event.id as EventId),
  actor,
  operation_id: operation && hyphenated(operation.id),
  reason: null,
  payment: expect.anything(),
  created_at: noon,
  ...changes,
});

export const postingRow = ({ operation, payment }: Applied, changes: RawRow): RawRow => ({
  merchant_id: hyphenated(payment.merchantId),
  operation_id: operation && hyphenated(operation.id),
  line: 1,
  payment_id: hyphenated(payment.id),
  debit: 'provider_receivable',
  credit: 'merchant_payable',
  amount: 15_000,
  currency: 'USD',
  created_at: noon,
  ...changes,
});

export const keyRow = (merchant: Merchant, paymentId: PaymentId, changes: RawRow): RawRow => ({
  merchant_id: hyphenated(merchant.merchantId),
  payment_id: hyphenated(paymentId),
  version: null,
  lease_until: lease,
  created_at: noon,
  ...changes,
});
