/** What no single payment tells: the merchant itself, orders that are held twice, dead reports. */
import { type MerchantId, type PaymentId, uuidOf } from '@florin/core';
import type { TransactionSql } from 'postgres';
import type { Database } from '../connect.ts';
import { columnsIn, fromRow, type Row } from '../rows.ts';
import { payments } from '../schema.ts';
import { merchants } from '../schema-merchants.ts';
import { providerReports } from '../schema-reports.ts';
import type { FoundDeadReport, FoundDifference } from './findings.ts';
import { findingsAtOnce, look, paged } from './look.ts';

/** Whose rows are looked at one after the other: a merchant need not be in `merchants` to have some. */
const tables = [
  'merchants',
  'payments',
  'operations',
  'events',
  'postings',
  'idempotency_keys',
  'feed',
  'sequencers',
  'provider_reports',
] as const;

/** The first merchant after one (or of all) that has any row at all. One step along each index. */
export async function findNextMerchant(
  database: Pick<Database, 'sql'>,
  after: MerchantId | null,
): Promise<MerchantId | null> {
  const rows = await look(database, (tx) => {
    const from = after === null ? tx`` : tx`where merchant_id > ${uuidOf(after)}`;
    const first = tables.map(
      (table) => tx`(select merchant_id from ${tx(table)} ${from} order by merchant_id limit 1)`,
    );
    const all = first.reduce((some, one) => tx`${some} union ${one}`);
    return tx<Row[]>`select merchant_id from (${all}) t order by merchant_id limit 1`;
  });
  return rows[0] ? fromRow(merchants, rows[0]).merchantId : null;
}

/** Nobody can come by the payments of a merchant that is not there. */
export async function* merchantFindings(
  { sql }: Pick<Database, 'sql'>,
  merchantId: MerchantId,
): AsyncGenerator<FoundDifference> {
  const [found] = await sql`select from merchants where merchant_id = ${uuidOf(merchantId)}`;
  if (found) return;
  const about = { merchantId, paymentId: null, what: 'row of merchants' };
  yield { kind: 'difference', ...about, expected: 'one', found: 'none' };
}

/** Two payments that hold one order: a unique index forbids it, as long as it is sound. */
export async function* orderFindings(
  database: Pick<Database, 'sql'>,
  merchantId: MerchantId,
): AsyncGenerator<FoundDifference> {
  const found = paged(database, (tx, after: Held | null) => readHeldTwice(tx, merchantId, after));
  for await (const { paymentId, orderId, holders } of found) {
    const about = { merchantId, paymentId, what: `payments that hold order "${orderId}"` };
    yield { kind: 'difference', ...about, expected: '1', found: `${holders}` };
  }
}

interface Held {
  readonly paymentId: PaymentId;
  readonly orderId: string;
  readonly holders: number;
}

async function readHeldTwice(
  tx: TransactionSql,
  merchantId: MerchantId,
  after: Held | null,
): Promise<readonly Held[]> {
  const rows = await tx<Row[]>`
    select order_id, min(id::text) as id, count(*)::int as holders from payments
    where holds_order and merchant_id = ${uuidOf(merchantId)}
      ${after ? tx`and order_id > ${after.orderId}` : tx``}
    group by order_id having count(*) > 1 order by order_id limit ${findingsAtOnce}`;
  return rows.map((row) => {
    const { id: paymentId, orderId } = fromRow(payments, row);
    return { paymentId, orderId, holders: Number(row['holders']) };
  });
}

type DeadReport = typeof providerReports.$inferSelect;

export async function* reportFindings(
  database: Pick<Database, 'sql'>,
  merchantId: MerchantId,
): AsyncGenerator<FoundDeadReport> {
  const found = paged(database, (tx, after: DeadReport | null) =>
    readDeadReports(tx, merchantId, after),
  );
  for await (const { provider, id, operationId, reason, receivedAt } of found) {
    const about = { merchantId, provider, reportId: id, operationId };
    yield { kind: 'dead_report', ...about, reason: reason ?? '', receivedAt };
  }
}

async function readDeadReports(
  tx: TransactionSql,
  merchantId: MerchantId,
  after: DeadReport | null,
): Promise<readonly DeadReport[]> {
  const rows = await tx<Row[]>`
    select ${tx.unsafe(columnsIn(providerReports, 'r'))} from provider_reports r
    where r.status = 'dead' and r.merchant_id = ${uuidOf(merchantId)}
      ${after ? tx`and (r.provider, r.id) > (${after.provider}, ${after.id})` : tx``}
    order by r.provider, r.id limit ${findingsAtOnce}`;
  return rows.map((row) => fromRow(providerReports, row));
}
