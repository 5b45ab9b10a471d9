/** What was imported from the system that Florin replaces: its ids, and how far an import has come. */
import { type MerchantId, type PaymentId, type Status, uuidOf } from '@florin/core';
import type { ISql } from 'postgres';
import type { Database } from './connect.ts';
import type { Step } from './fold.ts';
import { fromRow, type Row } from './rows.ts';
import { payments } from './schema.ts';
import { legacyIds } from './schema-legacy.ts';

/** The id that a merchant's payment had in the old system. */
export interface LegacyName {
  readonly merchantId: MerchantId;
  readonly legacyId: number;
}

/** Those that were imported, in any order: as many as are asked for at once. */
export async function findLegacyPayments(
  { sql }: Pick<Database, 'sql'>,
  wanted: readonly LegacyName[],
): Promise<readonly (LegacyName & { readonly paymentId: PaymentId })[]> {
  const names = wanted.map(({ merchantId, legacyId }) => ({
    merchant_id: uuidOf(merchantId),
    legacy_id: legacyId,
  }));
  const rows = await sql<Row[]>`
    select l.merchant_id, l.legacy_id, l.payment_id
    from json_to_recordset(${JSON.stringify(names)}::json) as w(merchant_id uuid, legacy_id bigint)
    join legacy_ids l on l.merchant_id = w.merchant_id and l.legacy_id = w.legacy_id`;
  return rows.map((row) => fromRow(legacyIds, row));
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

/** What an imported payment was when it came, and what it is now. */
export interface ImportedPayment {
  readonly paymentId: PaymentId;
  readonly importedAs: Status;
  readonly status: Status;
}

/**
 * By the old ids, those that were imported. One after the other: as a join it was planned, where the
 * planner knew of a few rows only, to read all of the merchant's for each (8 s for a page of 500).
 */
export async function readImported(
  sql: ISql,
  merchantId: MerchantId,
  ids: readonly number[],
): Promise<ReadonlyMap<number, ImportedPayment>> {
  const rows = await sql<Row[]>`
    select l.legacy_id, l.payment_id, p.status, e.imported_as
    from json_array_elements_text(${JSON.stringify(ids)}::json) as w(id),
    lateral (
      select * from legacy_ids
      where merchant_id = ${uuidOf(merchantId)} and legacy_id = w.id::bigint limit 1) l,
    lateral (
      select status from payments where merchant_id = l.merchant_id and id = l.payment_id limit 1) p,
    lateral (
      select payment->>'status' as imported_as from events
      where merchant_id = l.merchant_id and payment_id = l.payment_id and version = 1 limit 1) e`;
  return new Map(
    rows.map((row) => {
      const { legacyId, paymentId } = fromRow(legacyIds, row);
      const { status } = fromRow(payments, row);
      return [legacyId, { paymentId, status, importedAs: row['imported_as'] as Status }];
    }),
  );
}
