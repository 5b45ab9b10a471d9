/** Reads of payments. Each is within one merchant: another merchant's payment is not there. */
import {
  type Currency,
  formatTime,
  type MerchantId,
  type OperationId,
  type Payment,
  type PaymentId,
  type Status,
  uuidOf,
} from '@florin/core';
import { and, eq } from 'drizzle-orm';
import type { Sql } from 'postgres';
import type { Database } from './connect.ts';
import { columnsIn, fromRow, fromValues } from './rows.ts';
import { events, idempotencyKeys, payments } from './schema.ts';

/** Those of the payments that are there, in any order: as many as are asked for at once. */
export async function findPayments(
  { sql }: Pick<Database, 'sql'>,
  wanted: readonly Pick<Payment, 'merchantId' | 'id'>[],
): Promise<readonly Payment[]> {
  const names = wanted.map(({ merchantId, id }) => ({
    merchant_id: uuidOf(merchantId),
    id: uuidOf(id),
  }));
  const rows = await sql`
    select ${sql.unsafe(columnsIn(payments, 'p'))}
    from json_to_recordset(${JSON.stringify(names)}::json) as w(merchant_id uuid, id uuid)
    join payments p on p.merchant_id = w.merchant_id and p.id = w.id`.values();
  return rows.map((values) => fromValues(payments, values));
}

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

/** A payment as it was in one of its versions, and the operation that the version is about. */
export interface PaymentVersion {
  readonly payment: Payment;
  readonly operationId: OperationId | null;
}

/** From that version's event. */
export async function findPaymentVersion(
  { query }: Database,
  merchantId: MerchantId,
  id: PaymentId,
  version: number,
): Promise<PaymentVersion | null> {
  const [found] = await query
    .select({ payment: events.payment, operationId: events.operationId })
    .from(events)
    .where(
      and(eq(events.merchantId, merchantId), eq(events.paymentId, id), eq(events.version, version)),
    );
  return found ? { ...found, payment: fromRow(payments, found.payment) } : null;
}

/** The version that is the first final answer to a key's request; null until there is one. */
export async function findAnswer(
  { query }: Database,
  merchantId: MerchantId,
  key: string,
): Promise<number | null> {
  const [found] = await query
    .select({ version: idempotencyKeys.version })
    .from(idempotencyKeys)
    .where(and(eq(idempotencyKeys.merchantId, merchantId), eq(idempotencyKeys.key, key)));
  return found?.version ?? null;
}

/** Where a page ended: the next one starts with what is older. */
export interface PagePosition {
  readonly createdAt: number;
  readonly id: PaymentId;
}

/** What a list is narrowed to; times are milliseconds since the epoch. */
export interface PaymentFilter {
  readonly orderId?: string | undefined;
  readonly status?: Status | undefined;
  readonly currency?: Currency | undefined;
  /** Created then or later. */
  readonly createdFrom?: number | undefined;
  /** Created before then. */
  readonly createdTo?: number | undefined;
}

/**
 * `limit` payments at most, newest first, older than `after`. What it is not narrowed to is not in
 * the statement: an index answers each.
 */
export async function listPayments(
  { sql }: Database,
  merchantId: MerchantId,
  page: { readonly limit: number; readonly after: PagePosition | null } & PaymentFilter,
): Promise<readonly Payment[]> {
  const { after, orderId, status, currency, createdFrom, createdTo } = page;
  const nothing = sql``;
  const rows = await sql`
    select ${sql.unsafe(columnsIn(payments, 'p'))} from payments p
    where p.merchant_id = ${uuidOf(merchantId)}
      ${orderId === undefined ? nothing : sql`and p.order_id = ${orderId}`}
      ${status === undefined ? nothing : sql`and p.status = ${status}`}
      ${currency === undefined ? nothing : sql`and p.currency = ${currency}`}
      ${createdFrom === undefined ? nothing : sql`and p.created_at >= ${formatTime(createdFrom)}`}
      ${createdTo === undefined ? nothing : sql`and p.created_at < ${formatTime(createdTo)}`}
      ${after === null ? nothing : olderThan(sql, after)}
    order by p.created_at desc, p.id desc
    limit ${page.limit}`.values();
  return rows.map((values) => fromValues(payments, values));
}

/** As one row comparison, which the index on (merchant, time, id) answers from its middle. */
const olderThan = (sql: Sql, { createdAt, id }: PagePosition) =>
  sql`and (p.created_at, p.id) < (${formatTime(createdAt)}::timestamptz, ${uuidOf(id)}::uuid)`;
