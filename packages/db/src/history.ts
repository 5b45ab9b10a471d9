/** What there is to tell of one payment: what was decided, asked and reported. */
import type { Event, MerchantId, Operation, OrderHolder, Payment, PaymentId } from '@florin/core';
import { and, asc, desc, eq, getTableColumns } from 'drizzle-orm';
import type { Database } from './connect.ts';
import { holderOf } from './fold.ts';
import { events, operations, payments } from './schema.ts';

/** An event without the payment as it then was. */
export type Step = Omit<Event, 'payment'>;

/** The payment's last `limit` events, oldest of them first. */
export async function readSteps(
  { query }: Database,
  merchantId: MerchantId,
  paymentId: PaymentId,
  limit: number,
): Promise<readonly Step[]> {
  const { payment: _, ...columns } = getTableColumns(events);
  const newest = await query
    .select(columns)
    .from(events)
    .where(and(eq(events.merchantId, merchantId), eq(events.paymentId, paymentId)))
    .orderBy(desc(events.version))
    .limit(limit);
  return newest.reverse();
}

/** All operations of a payment, oldest first. */
export async function readOperations(
  { query }: Database,
  merchantId: MerchantId,
  paymentId: PaymentId,
): Promise<readonly Operation[]> {
  return query
    .select()
    .from(operations)
    .where(and(eq(operations.merchantId, merchantId), eq(operations.paymentId, paymentId)))
    .orderBy(asc(operations.createdAt), asc(operations.id));
}

/** Which other payment holds the order; null where none does. */
export async function findOtherHolder(
  { query }: Database,
  { merchantId, orderId, id }: Payment,
): Promise<OrderHolder | null> {
  const [found] = await query
    .select()
    .from(payments)
    .where(
      and(
        eq(payments.merchantId, merchantId),
        eq(payments.orderId, orderId),
        eq(payments.holdsOrder, true),
      ),
    );
  return found && found.id !== id ? holderOf(found) : null;
}
