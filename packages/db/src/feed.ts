/**
 * The feed: every event of a merchant in one order, by a number that is given after its commit. Taken
 * inside of the transaction (from a sequence, from a clock) it would let what commits late appear
 * below numbers that followers have passed already.
 *
 * Whoever gives numbers holds the lock of the merchant's row in `sequencers` until they are
 * committed, so that whoever sees number n sees all below it. The order rests on that alone: leases
 * and clocks only keep processes out of each other's way.
 */
import { type MerchantId, type PaymentId, uuidOf } from '@florin/core';
import type { ISql, TransactionSql } from 'postgres';
import type { Database } from './connect.ts';
import { addToFeed, findMissingBefore } from './feed-missing.ts';
import { columnsIn, fromRow, type Row } from './rows.ts';
import { events } from './schema.ts';
import { sequencers } from './schema-feed.ts';

/** Times are milliseconds since the epoch. */
export interface FeedLease {
  /** The process that gives numbers: a word of its own. */
  readonly holder: string;
  readonly now: number;
  readonly leaseUntil: number;
}

/** One that goes further was taken by a clock that is wrong: nobody is held up by it. */
const longestLeaseMs = 60_000;

/** So many take about 25 ms, and who waits for the lock waits no longer. */
export const eventsNumberedAtOnce = 1_000;

/**
 * The merchants that have events without a number, unless another process is at it: one look into
 * the index of these events for each merchant. 1 ms; 40 ms where two million numbers were given since
 * the last vacuum.
 */
export async function findUnnumbered(
  { sql }: Database,
  lease: Pick<FeedLease, 'holder' | 'now'>,
): Promise<readonly MerchantId[]> {
  const rows = await sql<Row[]>`
    select m.merchant_id from merchants m
    left join sequencers s on s.merchant_id = m.merchant_id
    cross join lateral (
      select from feed f where f.merchant_id = m.merchant_id and f.number is null limit 1) f
    where s.merchant_id is null or ${isFor(sql, lease)}`;
  return rows.map((row) => fromRow(sequencers, row).merchantId);
}

/**
 * Takes or renews the merchant's lease and numbers up to `limit` of its events, in one transaction.
 * @returns how many; null where another process is at it
 */
export async function numberEvents(
  { sql }: Database,
  merchantId: MerchantId,
  lease: FeedLease,
  limit: number = eventsNumberedAtOnce,
): Promise<number | null> {
  return sql.begin('isolation level read committed', async (tx) => {
    await boundStalls(tx);
    const last =
      (await takeLease(tx, merchantId, lease)) ?? (await addSequencer(tx, merchantId, lease));
    if (last === null) return null;

    // READ COMMITTED: each statement after the lock sees what was numbered before it was had.
    const { numbered, torn } = await numberWhole(tx, merchantId, last, limit);
    if (torn.length === 0) return numbered;
    await addToFeed(tx, await findMissingBefore(tx, merchantId, torn));
    // What came in just now and is torn as well has its turn next time.
    const again = await numberWhole(tx, merchantId, last + numbered, limit);
    return numbered + again.numbered;
  });
}

/** Ends the holder's leases on these merchants at `now`, so that another process need not wait. */
export async function releaseFeeds(
  { sql }: Database,
  merchantIds: readonly MerchantId[],
  { holder, now }: Pick<FeedLease, 'holder' | 'now'>,
): Promise<void> {
  const rows = merchantIds.map((merchantId) => ({ merchant_id: uuidOf(merchantId) }));
  await sql`
    update sequencers s set lease_until = ${instant(now)}
    from json_to_recordset(${JSON.stringify(rows)}::json) as r(merchant_id uuid)
    where s.merchant_id = r.merchant_id and s.holder = ${holder} and s.lease_until > ${instant(now)}`;
}

const instant = (ms: number): string => sequencers.leaseUntil.mapToDriverValue(ms) as string;

/** Whether the lease is the holder's, or nobody's. */
const isFor = (sql: ISql, { holder, now }: Pick<FeedLease, 'holder' | 'now'>) => sql`
  (s.holder = ${holder}
    or s.lease_until not between ${instant(now + 1)} and ${instant(now + longestLeaseMs)})`;

/**
 * Whoever has the lock and says nothing any more, such as a process that is stopped, is thrown out;
 * whoever waits for it gives up before that and comes back.
 */
const boundStalls = (tx: TransactionSql) => tx`
  select set_config('lock_timeout', '1s', true),
    set_config('idle_in_transaction_session_timeout', '5s', true)`;

/** Compare-and-set, and the lock. @returns the last number given; null where there is nothing to have */
async function takeLease(
  tx: TransactionSql,
  merchantId: MerchantId,
  lease: FeedLease,
): Promise<number | null> {
  const [row] = await tx<Row[]>`
    update sequencers s set holder = ${lease.holder}, lease_until = ${instant(lease.leaseUntil)}
    where s.merchant_id = ${uuidOf(merchantId)} and ${isFor(tx, lease)}
    returning ${tx.unsafe(columnsIn(sequencers, 's'))}`;
  return row ? fromRow(sequencers, row).lastNumber : null;
}

/** The merchant's first time. @returns as `takeLease` */
async function addSequencer(
  tx: TransactionSql,
  merchantId: MerchantId,
  { holder, leaseUntil }: FeedLease,
): Promise<number | null> {
  const rows = await tx`
    insert into sequencers (merchant_id, holder, lease_until, last_number)
    values (${uuidOf(merchantId)}, ${holder}, ${instant(leaseUntil)}, 0)
    on conflict do nothing returning merchant_id`;
  return rows.length === 1 ? 0 : null;
}

/** What one look came to. */
interface Numbered {
  readonly numbered: number;
  /** Versions whose predecessor is not in the feed; nothing of their payments was numbered. */
  readonly torn: readonly { readonly paymentId: PaymentId; readonly version: number }[];
}

/**
 * Numbers events from `last` on: by time, but a payment's versions in their order, whatever the clocks
 * said. Looked at by payment and version, as the index has them: however many are read, no earlier
 * version is left. Limited before it is joined: else the planner walks through all of the merchant's
 * events in search of these, a third as fast with none numbered yet, and slower with each that is. By
 * the database alone: the rows need not come here and go back. By their place in the table: nobody but
 * who holds the lock changes a row of the feed.
 */
async function numberWhole(
  tx: TransactionSql,
  merchantId: MerchantId,
  last: number,
  limit: number,
): Promise<Numbered> {
  const merchant = uuidOf(merchantId);
  const [found] = await tx<{ numbered: number; torn: readonly Row[] | null }[]>`
    with waiting as materialized (
      select f.place, f.payment_id, f.version, e.created_at,
        f.version > 1 and before.version is null as is_torn
      from (select ctid as place, merchant_id, payment_id, version from feed
            where merchant_id = ${merchant} and number is null
            order by payment_id, version limit ${limit}) f
      join events e on e.merchant_id = f.merchant_id and e.payment_id = f.payment_id
        and e.version = f.version
      left join feed before on before.merchant_id = f.merchant_id
        and before.payment_id = f.payment_id and before.version = f.version - 1),
    timed as (
      select place, payment_id, version,
        max(created_at) over (partition by payment_id order by version) as at,
        bool_or(is_torn) over (partition by payment_id) as is_torn
      from waiting),
    ordered as (
      select place, row_number() over (order by at, payment_id, version) as number
      from timed where not is_torn),
    numbered as (
      update feed f set number = ${last} + o.number from ordered o where f.ctid = o.place
      returning 1),
    counted as (
      update sequencers s set last_number = ${last} + (select count(*) from numbered)
      where s.merchant_id = ${merchant})
    select (select count(*)::int from numbered) as numbered,
      (select json_agg(json_build_object('payment_id', payment_id, 'version', version))
        from waiting where is_torn) as torn`;
  if (!found) throw new Error('A select without a table gave no row.');
  const { numbered, torn } = found;
  return { numbered, torn: (torn ?? []).map((row) => fromRow(events, row)) };
}
