/**
 * Events that are not in the feed. Two adjacent versions of Florin run on one schema during a deploy,
 * and the one from before the feed writes events alone.
 */
import { type MerchantId, type PaymentId, uuidOf } from '@florin/core';
import type { ISql, TransactionSql } from 'postgres';
import type { Database } from './connect.ts';
import { fromRow, insertStatement, type Row, run } from './rows.ts';
import { events } from './schema.ts';
import { feed, sequencers } from './schema-feed.ts';

/** What an event is found by. */
interface EventName {
  readonly merchantId: MerchantId;
  readonly paymentId: PaymentId;
  readonly version: number;
}

const eventsAtOnce = 1_000;

/**
 * Puts every event that was written from `from` until before `to` (ms since the epoch) into the feed,
 * where it is missing.
 * @returns how many were
 */
export async function completeFeed({ sql }: Database, from: number, to: number): Promise<number> {
  for (let added = 0; ; ) {
    const missing = await findMissing(sql, from, to);
    await addToFeed(sql, missing);
    added += missing.length;
    if (missing.length < eventsAtOnce) return added;
  }
}

/**
 * Until when somebody has numbered events, of any merchant: a version from before the feed may have
 * been alone since then. Null: nobody ever has.
 */
export async function findLastNumbering({ sql }: Database): Promise<number | null> {
  const [row] = await sql<Row[]>`select max(lease_until) as lease_until from sequencers`;
  return row ? fromRow(sequencers, row).leaseUntil : null;
}

const instant = (ms: number): string => events.createdAt.mapToDriverValue(ms) as string;

/** Of all merchants, so that the range of time is looked through once. */
async function findMissing(sql: ISql, from: number, to: number): Promise<readonly EventName[]> {
  const rows = await sql<Row[]>`
    select e.merchant_id, e.payment_id, e.version from events e
    where e.created_at >= ${instant(from)} and e.created_at < ${instant(to)}
      and not exists (select from feed f where f.merchant_id = e.merchant_id
        and f.payment_id = e.payment_id and f.version = e.version)
    limit ${eventsAtOnce}`;
  return rows.map((row) => fromRow(events, row));
}

/** Of these payments, whatever is older than the version that is named. */
export async function findMissingBefore(
  tx: TransactionSql,
  merchantId: MerchantId,
  named: readonly Omit<EventName, 'merchantId'>[],
): Promise<readonly EventName[]> {
  const wanted = named.map(({ paymentId, version }) => ({
    payment_id: uuidOf(paymentId),
    version,
  }));
  const rows = await tx<Row[]>`
    select e.merchant_id, e.payment_id, e.version
    from json_to_recordset(${JSON.stringify(wanted)}::json) as w(payment_id uuid, version integer)
    join events e on e.merchant_id = ${uuidOf(merchantId)} and e.payment_id = w.payment_id
      and e.version < w.version
    where not exists (select from feed f where f.merchant_id = e.merchant_id
      and f.payment_id = e.payment_id and f.version = e.version)`;
  return rows.map((row) => fromRow(events, row));
}

const addStatement = insertStatement(feed);

/** Sorted by the primary key: two processes that add the same rows never wait in a ring. */
export async function addToFeed(sql: ISql, missing: readonly EventName[]): Promise<void> {
  if (missing.length === 0) return;
  const place = (one: EventName) =>
    `${one.merchantId} ${one.paymentId} ${one.version.toString().padStart(10, '0')}`;
  const sorted = missing.toSorted((one, other) => (place(one) < place(other) ? -1 : 1));
  await run(
    sql,
    addStatement,
    sorted.map((one) => ({ ...one, number: null })),
  );
}
