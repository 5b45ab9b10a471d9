/** What callers get: the payment as it goes over the wire, and pages of it. */
import { formatAmount, type Payment, type PaymentId, type Status, statuses } from '@florin/core';
import { z } from 'zod';

/** `pay_…` */
const paymentId = z.string() as unknown as z.ZodType<PaymentId, PaymentId>;

export const payment = z.object({
  id: paymentId,
  /** The merchant's own reference for what is being paid. */
  orderId: z.string(),
  /** Decimal string with exactly the currency's decimals, such as `"150.00"`. */
  amount: z.string(),
  /** ISO 4217. */
  currency: z.string(),
  status: z.enum(statuses as readonly [Status, ...Status[]]),
  /** How much of it is refunded; decimal string. */
  refundedAmount: z.string(),
  /** Who moves the money. */
  provider: z.string(),
  /** The provider's reference, once it succeeded. */
  transactionId: z.string().nullable(),
  idempotencyKey: z.string(),
  /** Why it was declined, exactly when `status` is FAILED. */
  failure: z.object({ code: z.string(), message: z.string() }).nullable(),
  metadata: z.record(z.string(), z.string()),
  /** Counts the payment's changes, from 1. */
  version: z.int(),
  /** ISO 8601, UTC. */
  createdAt: z.string(),
  updatedAt: z.string(),
});

export const paymentPage = z.object({
  items: z.array(payment),
  /** Hand it in as `cursor` for the next page; null on the last. */
  nextCursor: z.string().nullable(),
});

export function paymentView(of: Payment): z.infer<typeof payment> {
  return {
    id: of.id,
    orderId: of.orderId,
    amount: formatAmount(of.amount, of.currency),
    currency: of.currency,
    status: of.status,
    refundedAmount: formatAmount(of.refunded, of.currency),
    provider: of.provider,
    transactionId: of.transactionId,
    idempotencyKey: of.idempotencyKey,
    failure: of.failure,
    metadata: of.metadata,
    version: of.version,
    createdAt: new Date(of.createdAt).toISOString(),
    updatedAt: new Date(of.updatedAt).toISOString(),
  };
}
