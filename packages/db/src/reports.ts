/**
 * What providers report by themselves: stored once, tried when due, settled once. Times are
 * milliseconds since the epoch.
 */
import {
  type Currency,
  type KnownOutcome,
  type MerchantId,
  type OperationId,
  uuidOf,
} from '@florin/core';
import { and, asc, eq, inArray } from 'drizzle-orm';
import type { Database } from './connect.ts';
import { columnsIn, fromRow, insertStatement, type Row, run } from './rows.ts';
import { providerReports, type ReportStatus } from './schema-reports.ts';

/** What a provider says became of an operation. */
export interface ProviderReport {
  /** The provider's own id of the report: the same one again is the same report. */
  readonly id: string;
  readonly merchantId: MerchantId;
  readonly operationId: OperationId;
  readonly outcome: KnownOutcome;
  /** What it says that the operation is about, in minor units of `currency`. */
  readonly amount: bigint;
  readonly currency: Currency;
  readonly occurredAt: number;
  /** As it came, byte for byte. */
  readonly body: string;
}

export interface StoredReport extends ProviderReport {
  readonly provider: string;
  readonly status: ReportStatus;
  /** Why it can't be applied, set exactly while it is `dead`. */
  readonly reason: string | null;
  /** How often it has been tried, or is about to be. */
  readonly attempts: number;
  /** Set exactly while it is `waiting`: nobody else tries it before this time. */
  readonly dueAt: number | null;
  readonly receivedAt: number;
  readonly settledAt: number | null;
}

const insertReport = insertStatement(providerReports);

/**
 * Stores a report, to be tried at once by the caller and by others from `dueAt` on. One whose id is
 * there already changes nothing, and the one that was there comes back.
 */
export async function storeReport(
  database: Database,
  provider: string,
  report: ProviderReport,
  now: number,
  dueAt: number,
): Promise<{ readonly stored: StoredReport; readonly isNew: boolean }> {
  const fresh: StoredReport = {
    ...report,
    provider,
    status: 'waiting',
    reason: null,
    attempts: 1,
    dueAt,
    receivedAt: now,
    settledAt: null,
  };
  const inserted = await run(database.sql, insertReport, [fresh]);
  if (inserted.length > 0) return { stored: fresh, isNew: true };
  // Reports are never deleted: what was there is there still.
  const stored = await findReport(database, report.merchantId, provider, report.id);
  if (!stored) throw new Error('A report was neither stored nor there.');
  return { stored, isNew: false };
}

export async function findReport(
  { query }: Database,
  merchantId: MerchantId,
  provider: string,
  id: string,
): Promise<StoredReport | null> {
  const [found] = await query
    .select()
    .from(providerReports)
    .where(
      and(
        eq(providerReports.merchantId, merchantId),
        eq(providerReports.provider, provider),
        eq(providerReports.id, id),
      ),
    );
  return found ?? null;
}

/**
 * Claims up to `limit` waiting reports that are due at `now`, until `dueAt`, each counted as one more
 * attempt. Compare-and-set: of two processes that see one due, the second finds it claimed.
 */
export async function claimDueReports(
  { sql }: Database,
  now: number,
  dueAt: number,
  limit: number,
): Promise<readonly StoredReport[]> {
  const due = providerReports.dueAt.mapToDriverValue(now) as string;
  const until = providerReports.dueAt.mapToDriverValue(dueAt) as string;
  const rows = await sql<Row[]>`
    update provider_reports r set due_at = ${until}, attempts = r.attempts + 1
    from (select merchant_id, provider, id from provider_reports
          where status = 'waiting' and due_at <= ${due}
          order by due_at limit ${limit}) d
    where r.merchant_id = d.merchant_id and r.provider = d.provider and r.id = d.id
      and r.status = 'waiting' and r.due_at <= ${due}
    returning ${sql.unsafe(columnsIn(providerReports, 'r'))}`;
  return rows.map((row) => fromRow(providerReports, row));
}

/** Lets nobody try the report before `until`. Only if nobody has tried it since. */
export async function postponeReport(
  { sql }: Database,
  { merchantId, provider, id, attempts }: StoredReport,
  until: number,
): Promise<void> {
  await sql`
    update provider_reports set due_at = ${providerReports.dueAt.mapToDriverValue(until) as string}
    where merchant_id = ${uuidOf(merchantId)} and provider = ${provider} and id = ${id}
      and status = 'waiting' and attempts = ${attempts}`;
}

/** Applied, or dead for a reason (null where it is applied). What is settled stays as it is. */
export async function settleReport(
  { sql }: Database,
  { merchantId, provider, id }: StoredReport,
  reason: string | null,
  now: number,
): Promise<void> {
  const status: ReportStatus = reason === null ? 'applied' : 'dead';
  const settledAt = providerReports.settledAt.mapToDriverValue(now) as string;
  await sql`
    update provider_reports
    set status = ${status}, reason = ${reason}, due_at = null, settled_at = ${settledAt}
    where merchant_id = ${uuidOf(merchantId)} and provider = ${provider} and id = ${id}
      and status = 'waiting'`;
}

/** All that was reported of these operations, in the order in which it came. */
export async function listReportsOfOperations(
  { query }: Database,
  merchantId: MerchantId,
  operationIds: readonly OperationId[],
): Promise<readonly StoredReport[]> {
  if (operationIds.length === 0) return [];
  return query
    .select()
    .from(providerReports)
    .where(
      and(
        eq(providerReports.merchantId, merchantId),
        inArray(providerReports.operationId, [...operationIds]),
      ),
    )
    .orderBy(asc(providerReports.receivedAt), asc(providerReports.id));
}

/** Of all merchants: how many reports wait, and how many are dead. */
export async function countReports({
  sql,
}: Database): Promise<{ readonly waiting: number; readonly dead: number }> {
  // Apart, so that a partial index answers each: both are few among all that are applied.
  const [found] = await sql<{ waiting: number; dead: number }[]>`
    select (select count(*)::int from provider_reports where status = 'waiting') as waiting,
           (select count(*)::int from provider_reports where status = 'dead') as dead`;
  return found ?? { waiting: 0, dead: 0 };
}
