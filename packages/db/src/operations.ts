/**
 * Operations with their payments. Open ones are claimed once their lease has run out, so that one
 * process asks for each.
 */
import {
  type MerchantId,
  type Operation,
  type OperationId,
  type Payment,
  uuidOf,
} from '@florin/core';
import { and, eq, inArray } from 'drizzle-orm';
import type { Database } from './connect.ts';
import { columnsIn, fromRow, type Row } from './rows.ts';
import { operations, payments } from './schema.ts';

/** An operation with the payment that it moves. */
export interface OperationOfPayment {
  readonly operation: Operation;
  readonly payment: Payment;
}

export async function findOperation(
  { query }: Database,
  merchantId: MerchantId,
  id: OperationId,
): Promise<OperationOfPayment | null> {
  const [found] = await query
    .select({ operation: operations, payment: payments })
    .from(operations)
    .innerJoin(
      payments,
      and(eq(payments.merchantId, operations.merchantId), eq(payments.id, operations.paymentId)),
    )
    .where(and(eq(operations.merchantId, merchantId), eq(operations.id, id)));
  return found ?? null;
}

/**
 * Claims up to `limit` open operations that are due at `now`, until `leaseUntil` (ms since the
 * epoch), each counted as one more attempt; but none of the providers that are `busy`. Compare-and-set:
 * of two processes that see one due, the second finds its lease renewed.
 */
export async function claimDueOperations(
  { sql, query }: Database,
  now: number,
  leaseUntil: number,
  limit: number,
  busy: readonly string[] = [],
): Promise<readonly OperationOfPayment[]> {
  const due = operations.leaseUntil.mapToDriverValue(now) as string;
  const until = operations.leaseUntil.mapToDriverValue(leaseUntil) as string;
  const rows = await sql<Row[]>`
    update operations o set lease_until = ${until}, attempts = o.attempts + 1
    from (select w.merchant_id, w.id from operations w
          where w.status = 'open' and w.lease_until <= ${due}
            and not exists (select from payments p
              where p.merchant_id = w.merchant_id and p.id = w.payment_id
                and p.provider in (select json_array_elements_text(${JSON.stringify(busy)}::json)))
          order by w.lease_until limit ${limit}) d
    where o.merchant_id = d.merchant_id and o.id = d.id
      and o.status = 'open' and o.lease_until <= ${due}
    returning ${sql.unsafe(columnsIn(operations, 'o'))}`;
  const claimed: readonly Operation[] = rows.map((row) => fromRow(operations, row));
  const byMerchant = Map.groupBy(claimed, ({ merchantId }) => merchantId);
  const found = await Promise.all(
    [...byMerchant].map(([merchantId, ofMerchant]) =>
      query
        .select()
        .from(payments)
        .where(
          and(
            eq(payments.merchantId, merchantId),
            inArray(
              payments.id,
              ofMerchant.map(({ paymentId }) => paymentId),
            ),
          ),
        ),
    ),
  );
  const byId = new Map<string, Payment>(found.flat().map((payment) => [payment.id, payment]));
  return claimed.flatMap((operation) => {
    const payment = byId.get(operation.paymentId);
    return payment ? [{ operation, payment }] : [];
  });
}

/**
 * Lets nobody ask for the operation before `until` (ms since the epoch): its outcome is not known.
 * Only if nobody has asked since.
 * @returns whether it is: else it is settled, or another's
 */
export async function postponeOperation(
  { sql }: Database,
  { merchantId, id, attempts }: Operation,
  until: number,
): Promise<boolean> {
  const { count } = await sql`
    update operations set lease_until = ${operations.leaseUntil.mapToDriverValue(until) as string}
    where merchant_id = ${uuidOf(merchantId)} and id = ${uuidOf(id)}
      and status = 'open' and attempts = ${attempts}`;
  return count === 1;
}

/** Of all merchants: how many operations are open, and since when the oldest (ms since the epoch). */
export async function countOpenOperations({
  sql,
}: Database): Promise<{ readonly open: number; readonly oldest: number | null }> {
  // The partial index on what is open answers it: those are few.
  const [found] = await sql<{ open: number; oldest: number | null }[]>`
    select count(*)::int as open, (extract(epoch from min(created_at)) * 1000)::float8 as oldest
    from operations where status = 'open'`;
  return found ?? { open: 0, oldest: null };
}
