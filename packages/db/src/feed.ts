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
import { columnsIn, fromRow, type Row, toRow, updateStatement } from './rows.ts';
import { events } from './schema.ts';
import { feed, sequencers } from './schema-feed.ts';

/** Times are milliseconds since the epoch. */
export interface FeedLease {
  /** The process that gives numbers: a word of its own. */
  readonly holder: string;
  readonly now: number;
  readonly leaseUntil: number;
}

/** One that goes further was taken by a clock that is wrong: nobody is held up by it. */
const longestLeaseMs = 60_000;

/** So many take about 25 ms, and who waits for the lock waits no longer: 39,000 a second. */
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
    const numbered = inOrder(await readWhole(tx, merchantId, limit)).map((event, index) => ({
      ...event,
      merchantId,
      number: last + index + 1,
    }));
    await Promise.all([
      writeNumbers(tx, numbered),
      writeLastNumber(tx, merchantId, last + numbered.length),
    ]);
    return numbered.length;
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

interface Waiting {
  readonly paymentId: PaymentId;
  readonly version: number;
  readonly createdAt: number;
  /** The version before it is not in the feed. */
  readonly isTorn: boolean;
}

/** Events to be numbered, those of a payment in their order and none left out. */
async function readWhole(
  tx: TransactionSql,
  merchantId: MerchantId,
  limit: number,
): Promise<readonly Waiting[]> {
  const waiting = await readWaiting(tx, merchantId, limit);
  const torn = waiting.filter(({ isTorn }) => isTorn);
  if (torn.length === 0) return waiting;
  await addToFeed(tx, await findMissingBefore(tx, merchantId, torn));
  const again = await readWaiting(tx, merchantId, limit);
  // What came in just now and is torn as well has its turn next time.
  const leftOut = new Set(again.filter(({ isTorn }) => isTorn).map(({ paymentId }) => paymentId));
  return again.filter(({ paymentId }) => !leftOut.has(paymentId));
}

/**
 * By payment and version, as the index has them: however many are read, no earlier version is left.
 * Limited before it is joined: else the planner walks through all of the merchant's events in search
 * of these, a third as fast with none numbered yet, and slower with each that is.
 */
async function readWaiting(
  tx: TransactionSql,
  merchantId: MerchantId,
  limit: number,
): Promise<readonly Waiting[]> {
  const rows = await tx<Row[]>`
    select f.payment_id, f.version, e.created_at,
      f.version > 1 and before.version is null as is_torn
    from (select merchant_id, payment_id, version from feed
          where merchant_id = ${uuidOf(merchantId)} and number is null
          order by payment_id, version limit ${limit}) f
    join events e on e.merchant_id = f.merchant_id and e.payment_id = f.payment_id
      and e.version = f.version
    left join feed before on before.merchant_id = f.merchant_id
      and before.payment_id = f.payment_id and before.version = f.version - 1
    order by f.payment_id, f.version`;
  return rows.map((row) => {
    const { paymentId, version, createdAt } = fromRow(events, row);
    return { paymentId, version, createdAt, isTorn: row['is_torn'] === true };
  });
}

/** By time; but a payment's versions stay in their order, whatever the clocks said. */
function inOrder(waiting: readonly Waiting[]): readonly Waiting[] {
  const latest = new Map<PaymentId, number>();
  const timed = waiting.map((event) => {
    const at = Math.max(event.createdAt, latest.get(event.paymentId) ?? event.createdAt);
    latest.set(event.paymentId, at);
    return { event, at };
  });
  return timed.sort((one, other) => one.at - other.at).map(({ event }) => event);
}

type Numbered = typeof feed.$inferSelect;
const numberStatement = updateStatement(feed, [feed.number]);

async function writeNumbers(tx: TransactionSql, numbered: readonly Numbered[]): Promise<void> {
  if (numbered.length === 0) return;
  const rows = JSON.stringify(numbered.map((one) => toRow(feed, one)));
  await tx.unsafe(numberStatement, [rows], { prepare: true });
}

async function writeLastNumber(
  tx: TransactionSql,
  merchantId: MerchantId,
  lastNumber: number,
): Promise<void> {
  await tx`
    update sequencers set last_number = ${lastNumber} where merchant_id = ${uuidOf(merchantId)}`;
}
