/** What was imported from the system that Florin replaces: its ids, and how far an import has come. */
import { type MerchantId, type Payment, type PaymentId, type Status, uuidOf } from '@florin/core';
import { and, eq } from 'drizzle-orm';
import type { ISql, TransactionSql } from 'postgres';
import type { Database } from './connect.ts';
import type { Step } from './fold.ts';
import { columnsIn, fromRow, type Row } from './rows.ts';
import { payments } from './schema.ts';
import { legacyIds } from './schema-legacy.ts';

/** The payment that had this id in the old system; null if none was imported under it. */
export async function findLegacyPayment(
  { query }: Pick<Database, 'query'>,
  merchantId: MerchantId,
  legacyId: number,
): Promise<PaymentId | null> {
  const [found] = await query
    .select({ paymentId: legacyIds.paymentId })
    .from(legacyIds)
    .where(and(eq(legacyIds.merchantId, merchantId), eq(legacyIds.legacyId, legacyId)));
  return found?.paymentId ?? null;
}

/** An old id is another payment's here: the rows of two old systems came for one merchant. */
export class LegacyIdTaken extends Error {
  constructor() {
    super('another payment has this old id; import each system for its own merchant');
  }
}

/** The old ids of the payments that the steps import; they are written in the commit of these. */
export function legacyIdsOf(steps: readonly Step[]): readonly (typeof legacyIds.$inferSelect)[] {
  return steps.flatMap(({ command, decision }) => {
    if (command.type !== 'import' || decision.kind !== 'applied') return [];
    const { merchantId, legacyId } = command;
    const { id: paymentId, orderId, discrepancy } = decision.payment;
    return [{ merchantId, legacyId, paymentId, paidBeside: discrepancy ? orderId : null }];
  });
}

/** A payment's or an order's name, within its merchant. */
interface Wanted {
  readonly merchant_id: string;
  readonly name: string;
}

/**
 * What was imported as SUCCESS beside the payment that holds its order, and still is: it has paid the
 * order too, also once the holder is refunded. One probe into an index that is empty, or nearly so.
 */
export async function readPaidBeside(
  tx: TransactionSql,
  orderIds: readonly Wanted[],
  reports: readonly Wanted[],
): Promise<readonly Payment[]> {
  if (orderIds.length + reports.length === 0) return [];
  const rows = await tx<Row[]>`
    with wanted as (
      select merchant_id, name as order_id
        from json_to_recordset(${JSON.stringify(orderIds)}::json) as w(merchant_id uuid, name text)
      union
      select p.merchant_id, p.order_id
        from json_to_recordset(${JSON.stringify(reports)}::json) as w(merchant_id uuid, name uuid)
        join payments p on p.merchant_id = w.merchant_id and p.id = w.name)
    select ${tx.unsafe(columnsIn(payments, 'p'))} from wanted w
    join legacy_ids l on l.merchant_id = w.merchant_id and l.paid_beside = w.order_id
    join payments p on p.merchant_id = l.merchant_id and p.id = l.payment_id
    where p.status = 'SUCCESS'`;
  return rows.map((row) => fromRow(payments, row));
}

/** What an imported payment was when it came, and what it is now. */
export interface ImportedPayment {
  readonly paymentId: PaymentId;
  readonly importedAs: Status;
  readonly status: Status;
}

/** By the old ids, those that were imported. */
export async function readImported(
  sql: ISql,
  merchantId: MerchantId,
  ids: readonly number[],
): Promise<ReadonlyMap<number, ImportedPayment>> {
  const rows = await sql<Row[]>`
    select l.legacy_id, l.payment_id, p.status, e.payment->>'status' as imported_as
    from json_array_elements_text(${JSON.stringify(ids)}::json) as w(id)
    join legacy_ids l on l.merchant_id = ${uuidOf(merchantId)} and l.legacy_id = w.id::bigint
    join payments p on p.merchant_id = l.merchant_id and p.id = l.payment_id
    join events e on e.merchant_id = l.merchant_id and e.payment_id = l.payment_id and e.version = 1`;
  return new Map(
    rows.map((row) => {
      const { legacyId, paymentId } = fromRow(legacyIds, row);
      const { status } = fromRow(payments, row);
      return [legacyId, { paymentId, status, importedAs: row['imported_as'] as Status }];
    }),
  );
}

/**
 * Tells the planner how large the tables have become. Until it knows, it takes any index that begins
 * with the merchant for one payment's: then checks of foreign keys alone are a hundred times as slow.
 * As whoever connected: the server's role may not.
 */
export async function analyzeImported({ sql }: Pick<Database, 'sql'>): Promise<void> {
  await sql.begin(async (tx) => {
    await tx.unsafe('set local role none');
    await tx.unsafe('analyze payments, operations, events, idempotency_keys, legacy_ids');
  });
}
