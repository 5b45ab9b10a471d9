/** Builders of the feed's tests: merchants that the sequencer knows, commits that are held open. */
import type { Command, MerchantId } from '@florin/core';
import type { Sql } from 'postgres';
import { commit } from '../src/commit.ts';
import type { Database } from '../src/connect.ts';
import { type FeedEvent, listEvents } from '../src/events.ts';
import { type FeedLease, findUnnumbered, numberEvents } from '../src/feed.ts';
import { addMerchant } from '../src/merchants.ts';
import type { TestDatabase } from '../src/testing.ts';
import { fresh, type Merchant, newMerchant } from './given.ts';
import { type Held, hold } from './held.ts';

/** One that is in the table of merchants: the sequencer looks nowhere else. */
export async function knownMerchant(db: TestDatabase): Promise<Merchant> {
  return newMerchant((await addMerchant(db.owner, fresh('merchant'), 'test')).merchantId);
}

/** A lease from noon on, for ten seconds, unless told otherwise. */
export const noon = Date.UTC(2026, 6, 1, 12);
export const leaseOf = (holder: string, now = noon, lastsMs = 10_000): FeedLease => ({
  holder,
  now,
  leaseUntil: now + lastsMs,
});

/** What begins its transactions within one that is open, which ends them. */
export const within = (sql: Sql): Database =>
  ({ sql: { begin: (_: string, work: (tx: Sql) => unknown) => work(sql) } }) as unknown as Database;

/** A commit by the write path itself that has done everything but commit. */
export const heldCommit = (db: TestDatabase, commands: readonly Command[]): Promise<Held> =>
  hold(db, (sql) => commit(within(sql).sql, commands));

/** Numbers all there is to number of all merchants, as a worker does. @returns how many */
export async function numberAll(
  database: Database,
  lease: FeedLease,
  limit?: number,
): Promise<number> {
  let total = 0;
  for (const merchantId of await findUnnumbered(database, lease)) {
    total += (await numberEvents(database, merchantId, lease, limit)) ?? 0;
  }
  return total;
}

/** All of a merchant's feed. */
export const feedOf = (database: Database, merchantId: MerchantId): Promise<readonly FeedEvent[]> =>
  listEvents(database, merchantId, { after: 0, limit: 100_000 });

/** Events by their numbers and names, for rows: `1 payment.created 1`. */
export const inShort = (events: readonly FeedEvent[]): readonly string[] =>
  events.map(({ number, type, version }) => `${number} ${type} ${version}`);
