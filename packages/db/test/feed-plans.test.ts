/** What the feed's statements look at, of a table of some thousand rows: as PostgreSQL counts it. */
import { type PaymentId, uuidOf } from '@florin/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listEvents, listEventsOfPayment } from '../src/events.ts';
import { findUnnumbered, numberEvents } from '../src/feed.ts';
import { completeFeed } from '../src/feed-missing.ts';
import { type TestDatabase, testDatabase } from '../src/testing.ts';
import { knownMerchant, leaseOf, noon } from './feed-given.ts';
import { type Merchant, manual, paid } from './given.ts';
import { lookedAt, tellCounts } from './looks.ts';

const rows = 8_000;
const lease = leaseOf('one');
const iso = (ms: number) => new Date(ms).toISOString();

let db: TestDatabase;
let merchant: Merchant;
let id: PaymentId;
/** By how many bytes the index of numbers grew with all those rows, before they had any. */
let grownBy: number;
beforeAll(async () => {
  db = await testDatabase();
  merchant = await knownMerchant(db);
  ({ id } = await manual(db.owner.sql, merchant));
  const { sql } = db.owner;
  const before = await numbersSize();
  // A payment of thousands of versions, one every minute, of which the last came just now.
  await sql`
    insert into events (merchant_id, payment_id, version, id, type, actor, payment, created_at)
    select merchant_id, payment_id, n, gen_random_uuid(), 'charge.opened', actor, payment,
      ${iso(noon)}::timestamptz - (${rows} - n) * interval '1 minute'
    from events, generate_series(2, ${rows}) n`;
  await sql`
    insert into feed (merchant_id, payment_id, version)
    select merchant_id, payment_id, version from events on conflict do nothing`;
  grownBy = (await numbersSize()) - before;
  for (let left = rows; left > 0; left -= 1_000) {
    await numberEvents(db.owner, merchant.merchantId, lease);
  }
  await sql`vacuum analyze events, feed`;
  await sql`select brin_summarize_new_values('events_by_time')`;
  await tellCounts(db.owner);
});
afterAll(() => db[Symbol.asyncDispose]());

async function numbersSize(): Promise<number> {
  const [found] = await db.owner.sql<{ size: number }[]>`
    select pg_relation_size('feed_by_number')::int as size`;
  return found?.size ?? Number.NaN;
}

const few = (most: number) => expect.toSatisfy((count: number) => count <= most, `<= ${most}`);

it('an event that has no number yet: nothing is written to the index of numbers', () => {
  expect(grownBy).toBe(0);
});

it('finding merchants with events to number: not the events that have numbers', async () => {
  expect(await lookedAt(db, /^(events|feed)/, (it) => findUnnumbered(it, lease))).toEqual({});
});

it('numbering: what has no number yet', async () => {
  await paid(db.owner.sql, merchant);
  await tellCounts(db.owner);
  const looked = await lookedAt(db, /^(events|feed)/, async (it) => {
    expect(await numberEvents(it, merchant.merchantId, lease)).toBe(2);
  });
  expect(looked).not.toHaveProperty('feed scanned');
  expect(looked).not.toHaveProperty('events scanned');
  expect(looked).toMatchObject({ feed_unnumbered: few(4) });
  for (const count of Object.values(looked)) expect(count).toBeLessThanOrEqual(20);
});

it('a page of the feed: its rows', async () => {
  const page = { after: rows / 2, limit: 20 };
  const looked = await lookedAt(db, /^(events|feed)/, (it) =>
    listEvents(it, merchant.merchantId, page),
  );
  expect(looked).toEqual({
    feed_by_number: few(21),
    events_merchant_id_payment_id_version_pk: few(20),
    'feed fetched': few(21),
    'events fetched': few(20),
  });
});

it('a page of a payment’s events: its rows', async () => {
  const page = { afterVersion: rows / 2, limit: 20 };
  const looked = await lookedAt(db, /^(events|feed)/, (it) =>
    listEventsOfPayment(it, merchant.merchantId, id, page),
  );
  expect(looked).not.toHaveProperty('feed scanned');
  expect(looked).not.toHaveProperty('events scanned');
  expect(looked).toMatchObject({ 'events fetched': few(21) });
  for (const count of Object.values(looked)) expect(count).toBeLessThanOrEqual(21);
});

it('looking for events that are not in the feed: the blocks of that time', async () => {
  const [last] = await db.owner.sql`
    select count(*)::int as count from events
    where created_at >= ${iso(noon - 3_600_000)} and created_at < ${iso(noon)}`;
  expect(last).toEqual({ count: 60 });
  await db.owner.sql`delete from feed where payment_id = ${uuidOf(id)} and version = ${rows - 5}`;
  await tellCounts(db.owner);
  const looked = await lookedAt(db, /^(events|feed)/, async (it) => {
    expect(await completeFeed(it, noon - 3_600_000, noon)).toBe(1);
  });
  expect(looked).not.toHaveProperty('events scanned');
  expect(looked).toMatchObject({ 'events fetched': few(rows / 2) });
  expect(looked).not.toHaveProperty('feed scanned');
});
