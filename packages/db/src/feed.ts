/**
 * The feed: every event of a merchant in one order, by a number that is given after its commit. Taken
 * inside of the transaction (from a sequence, from a clock) it would let what commits late appear
 * below numbers that followers have passed already.
 *
 * An event tells which transaction wrote it. The horizon is the oldest one that was under way when
 * events were numbered last: all before it had ended, and what they wrote is numbered. So what is
 * from the horizon on and not in the feed is new, however long its commit took.
 *
 * Whoever gives numbers holds the lock of the merchant's row in `sequencers` until they are
 * committed, so that whoever sees number n sees all below it. The order rests on that alone: leases
 * and clocks only keep processes out of each other's way.
 */
import { type MerchantId, uuidOf } from '@florin/core';
import type { ISql, PendingQuery, TransactionSql } from 'postgres';
import type { Database } from './connect.ts';
import { fromRow, type Row } from './rows.ts';
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

/** Who waits for the lock waits for no more of them. */
export const eventsNumberedAtOnce = 5_000;

/**
 * The merchants that have events without a number, unless another process is at it: for each merchant
 * one look into the index of events, from its horizon on.
 */
export async function findUnnumbered(
  { sql }: Database,
  lease: Pick<FeedLease, 'holder' | 'now'>,
): Promise<readonly MerchantId[]> {
  const rows = await sql<Row[]>`
    select m.merchant_id from merchants m
    left join sequencers s on s.merchant_id = m.merchant_id
    cross join lateral ${newSince(sql, sql`coalesce(s.horizon, '0')`)} n
    cross join lateral (
      select from events e where e.merchant_id = m.merchant_id
        and e.xid >= n.first and e.xid < n.beyond and ${isUnnumbered(sql)} limit 1) e
    where s.merchant_id is null or ${isFor(sql, lease)}`;
  return rows.map((row) => fromRow(sequencers, row).merchantId);
}

/**
 * Takes or renews the merchant's lease and numbers up to about `limit` of its events, in one
 * transaction.
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
    const isOurs =
      (await takeLease(tx, merchantId, lease)) || (await addSequencer(tx, merchantId, lease));
    // READ COMMITTED: each statement after the lock sees what was numbered before it was had.
    return isOurs ? numberNew(tx, merchantId, limit) : null;
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

/** Compare-and-set, and the lock. */
async function takeLease(
  tx: TransactionSql,
  merchantId: MerchantId,
  lease: FeedLease,
): Promise<boolean> {
  const rows = await tx`
    update sequencers s set holder = ${lease.holder}, lease_until = ${instant(lease.leaseUntil)}
    where s.merchant_id = ${uuidOf(merchantId)} and ${isFor(tx, lease)}
    returning s.merchant_id`;
  return rows.length === 1;
}

/** The merchant's first time. @returns as `takeLease` */
async function addSequencer(
  tx: TransactionSql,
  merchantId: MerchantId,
  { holder, leaseUntil }: FeedLease,
): Promise<boolean> {
  const rows = await tx`
    insert into sequencers (merchant_id, holder, lease_until, last_number)
    values (${uuidOf(merchantId)}, ${holder}, ${instant(leaseUntil)}, 0)
    on conflict do nothing returning merchant_id`;
  return rows.length === 1;
}

/**
 * Where new events are: `first` <= xid < `beyond`, as this statement sees the database; `oldest` is the
 * oldest transaction that is under way. `is_moved`: the horizon lies ahead of it, so it is of another
 * cluster, out of which this database was copied. Then any event may be new.
 */
const newSince = (sql: ISql, horizon: PendingQuery<Row[]>) => sql`(
  select is_moved, oldest,
    case when is_moved then '0' else ${horizon} end as first,
    case when is_moved then '18446744073709551615' else pg_snapshot_xmax(now) end as beyond
  from (select now, pg_snapshot_xmin(now) as oldest, ${horizon} > pg_snapshot_xmin(now) as is_moved
    from pg_current_snapshot() now) now)`;

/** Looked up one by one: the planner takes nearly all for numbered, and would read the whole feed. */
const isUnnumbered = (sql: ISql) => sql`
  (select f.number from feed f where f.merchant_id = e.merchant_id and f.payment_id = e.payment_id
    and f.version = e.version) is null`;

/**
 * Numbers new events: by time, but a payment's versions in their order, whatever the clocks said. If
 * there are more than the limit, those of the transactions that began first, and with each all earlier
 * versions of its payment, whose transactions may have begun after it. By the database alone: the rows
 * need not come here and go back.
 * @returns how many
 */
async function numberNew(
  tx: TransactionSql,
  merchantId: MerchantId,
  limit: number,
): Promise<number> {
  const merchant = uuidOf(merchantId);
  const [found] = await tx<{ numbered: number }[]>`
    with known as materialized (
      select s.last_number, s.horizon, n.* from sequencers s
      cross join lateral ${newSince(tx, tx`s.horizon`)} n where s.merchant_id = ${merchant}),
    page as materialized (
      select e.payment_id, e.version, e.created_at, e.xid from events e
      where e.merchant_id = ${merchant} and e.xid >= (select first from known)
        and e.xid < (select beyond from known) and ${isUnnumbered(tx)}
      order by e.xid limit ${limit}),
    size as materialized (select count(*) = ${limit} as is_cut, max(xid) as last from page),
    waiting as (
      select payment_id, version, created_at from page
      union
      select e.payment_id, e.version, e.created_at
      from (select payment_id, max(version) as version from page group by payment_id) p
      join events e on e.merchant_id = ${merchant} and e.payment_id = p.payment_id
        and e.version < p.version
      where (select is_cut from size) and ${isUnnumbered(tx)}),
    timed as (
      select payment_id, version,
        max(created_at) over (partition by payment_id order by version) as at
      from waiting),
    ordered as materialized (
      select payment_id, version, row_number() over (order by at, payment_id, version) as place
      from timed),
    written as (
      insert into feed (merchant_id, payment_id, version, number)
      select ${merchant}, payment_id, version, (select last_number from known) + place from ordered
      order by place
      on conflict (merchant_id, payment_id, version) do update set number = excluded.number),
    moved as (
      update sequencers s set last_number = s.last_number + (select count(*) from ordered),
        horizon = case when not size.is_cut then oldest
          when is_moved then s.horizon else least(size.last, oldest) end
      from known, size where s.merchant_id = ${merchant})
    select count(*)::int as numbered from ordered`;
  if (!found) throw new Error('A select without a table gave no row.');
  return found.numbered;
}
