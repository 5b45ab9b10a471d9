/** Reads of refunds: operations of that kind. Each is within one merchant. */
import type { Currency, MerchantId, Operation, OperationId, PaymentId } from '@florin/core';
import { and, desc, eq, type SQL, sql } from 'drizzle-orm';
import type { Database } from './connect.ts';
import { operations, payments } from './schema.ts';

/** A refund with the currency that its payment is in. */
export interface Refund {
  readonly operation: Operation;
  readonly currency: Currency;
}

const isRefund = eq(operations.kind, 'refund');
const ofItsPayment = and(
  eq(payments.merchantId, operations.merchantId),
  eq(payments.id, operations.paymentId),
);

export async function findRefund(
  { query }: Database,
  merchantId: MerchantId,
  id: OperationId,
): Promise<Refund | null> {
  const [found] = await query
    .select({ operation: operations, currency: payments.currency })
    .from(operations)
    .innerJoin(payments, ofItsPayment)
    .where(and(eq(operations.merchantId, merchantId), eq(operations.id, id), isRefund));
  return found ?? null;
}

/** Where a page ended: the next one starts with what is older. */
export interface RefundPosition {
  readonly createdAt: number;
  readonly id: OperationId;
}

/** `limit` refunds of a payment at most, newest first, older than `after`. */
export async function listRefunds(
  { query }: Database,
  merchantId: MerchantId,
  paymentId: PaymentId,
  { limit, after }: { readonly limit: number; readonly after: RefundPosition | null },
): Promise<readonly Operation[]> {
  return query
    .select()
    .from(operations)
    .where(
      and(
        eq(operations.merchantId, merchantId),
        eq(operations.paymentId, paymentId),
        isRefund,
        after === null ? undefined : olderThan(after),
      ),
    )
    .orderBy(desc(operations.createdAt), desc(operations.id))
    .limit(limit);
}

/** As one row comparison, which the index on (merchant, payment, time, id) answers from its middle. */
function olderThan({ createdAt, id }: RefundPosition): SQL {
  const time = operations.createdAt.mapToDriverValue(createdAt);
  const uuid = operations.id.mapToDriverValue(id);
  return sql`(${operations.createdAt}, ${operations.id}) < (${time}::timestamptz, ${uuid}::uuid)`;
}
