/** Open operations whose lease has run out: claimed so that one process asks for each. */
import type { Operation, Payment } from '@florin/core';
import { and, eq, inArray } from 'drizzle-orm';
import type { Database } from './connect.ts';
import { columnsIn, fromRow, type Row } from './rows.ts';
import { operations, payments } from './schema.ts';

/** An operation with the payment that it moves. */
export interface ClaimedOperation {
  readonly operation: Operation;
  readonly payment: Payment;
}

/**
 * Claims up to `limit` open operations that are due at `now`, until `leaseUntil` (ms since the
 * epoch), each counted as one more attempt. Compare-and-set: of two processes that see one due, the
 * second finds its lease renewed.
 */
export async function claimDueOperations(
  { sql, query }: Database,
  now: number,
  leaseUntil: number,
  limit: number,
): Promise<readonly ClaimedOperation[]> {
  const due = operations.leaseUntil.mapToDriverValue(now) as string;
  const until = operations.leaseUntil.mapToDriverValue(leaseUntil) as string;
  const rows = await sql<Row[]>`
    update operations o set lease_until = ${until}, attempts = o.attempts + 1
    from (select merchant_id, id from operations
          where status = 'open' and lease_until <= ${due}
          order by lease_until limit ${limit}) d
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
