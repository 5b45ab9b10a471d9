/** Reads of payments. Each is within one merchant: another merchant's payment is not there. */
import type { MerchantId, Payment, PaymentId } from '@florin/core';
import { and, desc, eq, type SQL, sql } from 'drizzle-orm';
import type { Database } from './connect.ts';
import { fromRow } from './rows.ts';
import { events, payments } from './schema.ts';

export async function findPayment(
  { query }: Database,
  merchantId: MerchantId,
  id: PaymentId,
): Promise<Payment | null> {
  const [found] = await query
    .select()
    .from(payments)
    .where(and(eq(payments.merchantId, merchantId), eq(payments.id, id)));
  return found ?? null;
}

/** The payment as it was in one of its versions, from that version's event. */
export async function findPaymentVersion(
  { query }: Database,
  merchantId: MerchantId,
  id: PaymentId,
  version: number,
): Promise<Payment | null> {
  const [found] = await query
    .select({ payment: events.payment })
    .from(events)
    .where(
      and(eq(events.merchantId, merchantId), eq(events.paymentId, id), eq(events.version, version)),
    );
  return found ? fromRow(payments, found.payment) : null;
}

/** Where a page ended: the next one starts with what is older. */
export interface PagePosition {
  readonly createdAt: number;
  readonly id: PaymentId;
}

/** `limit` payments at most, newest first, older than `after`; of one order where `orderId` is given. */
export async function listPayments(
  { query }: Database,
  merchantId: MerchantId,
  page: { readonly limit: number; readonly after: PagePosition | null; readonly orderId?: string },
): Promise<readonly Payment[]> {
  const conditions: SQL[] = [eq(payments.merchantId, merchantId)];
  if (page.orderId !== undefined) conditions.push(eq(payments.orderId, page.orderId));
  if (page.after) {
    const createdAt = payments.createdAt.mapToDriverValue(page.after.createdAt);
    const id = payments.id.mapToDriverValue(page.after.id);
    conditions.push(
      sql`(${payments.createdAt}, ${payments.id}) < (${createdAt}::timestamptz, ${id}::uuid)`,
    );
  }
  return query
    .select()
    .from(payments)
    .where(and(...conditions))
    .orderBy(desc(payments.createdAt), desc(payments.id))
    .limit(page.limit);
}
