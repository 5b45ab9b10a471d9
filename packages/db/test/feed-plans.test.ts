/** What the feed's statements look at, of a table of some thousand rows: as PostgreSQL counts it. */
import type { PaymentId } from '@florin/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listEvents, listEventsOfPayment } from '../src/events.ts';
import { findUnnumbered, numberEvents } from '../src/feed.ts';
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
beforeAll(async () => {
  db = await testDatabase();
  merchant = await knownMerchant(db);
  ({ id } = await manual(db.owner.sql, merchant));
  const { sql } = db.owner;
  // A payment of thousands of versions, one every minute, of which the last came just now.
  await sql`
    insert into events (merchant_id, payment_id, version, id, type, actor, payment, created_at)
    select merchant_id, payment_id, n, gen_random_uuid(), 'charge.opened', actor, payment,
      ${iso(noon)}::timestamptz - (${rows} - n) * interval '1 minute'
    from events, generate_series(2, ${rows}) n`;
  for (let left = rows; left > 0; left -= 1_000) {
    await numberEvents(db.owner, merchant.merchantId, lease);
  }
  await sql`vacuum analyze events, feed`;
  await tellCounts(db.owner);
});
afterAll(() => db[Symbol.asyncDispose]());

const few = (most: number) => expect.toSatisfy((count: number) => count <= most, `<= ${most}`);

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
  expect(looked).toMatchObject({ events_by_xid: few(4) });
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
