/** Followers, while several processes commit, some of them slowly, and several give numbers. */
import type { PaymentId } from '@florin/core';
import { describe, expect, it } from 'vitest';
import { commit } from '../src/commit.ts';
import type { Database } from '../src/connect.ts';
import { type FeedEvent, listEvents } from '../src/events.ts';
import { findUnnumbered, numberEvents } from '../src/feed.ts';
import { type TestDatabase, testDatabase } from '../src/testing.ts';
import { heldCommit, knownMerchant } from './feed-given.ts';
import { applied, apply, type Merchant, pooled, told } from './given.ts';

/** Until all is numbered, or something went wrong. */
interface Going {
  over: boolean;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A process that numbers all the time, under leases that last `lastsMs`. */
async function sequence(database: Database, holder: string, lastsMs: number, going: Going) {
  while (!going.over) {
    const now = Date.now();
    const lease = { holder, now, leaseUntil: now + lastsMs };
    for (const merchantId of await findUnnumbered(database, lease)) {
      await numberEvents(database, merchantId, lease, 7);
    }
    await pause(1);
  }
}

/** Asks for what comes after the last number that it has seen. */
async function follow(database: Database, merchant: Merchant, limit: number, going: Going) {
  const seen: FeedEvent[] = [];
  while (!going.over) {
    const after = seen.at(-1)?.number ?? 0;
    seen.push(...(await listEvents(database, merchant.merchantId, { after, limit })));
    await pause(1);
  }
  const after = seen.at(-1)?.number ?? 0;
  return [...seen, ...(await listEvents(database, merchant.merchantId, { after, limit: 1_000 }))];
}

/** `count` payments, each created and charged: two events each, in batches of three. */
async function sell(database: Database, merchant: Merchant, count: number): Promise<void> {
  for (let left = count; left > 0; left -= 3) {
    const creates = Array.from({ length: Math.min(3, left) }, () => merchant.create());
    const created = await commit(database.sql, creates);
    await commit(
      database.sql,
      created.map((one) => told(applied(one))),
    );
  }
}

/** `count` refunds of a payment, each held open before it commits, while others overtake it. */
async function refundSlowly(db: TestDatabase, merchant: Merchant, id: PaymentId, count: number) {
  for (let left = count; left > 0; left--) {
    await using slow = await heldCommit(db, [merchant.refund(id, { amount: 1n })]);
    await pause(15);
    await (left % 4 === 0 ? slow.rollback() : slow.commit());
  }
}

async function allNumbered({ owner }: TestDatabase): Promise<void> {
  const missing = () => owner.sql`
    select from events e where not exists (select from feed f where f.merchant_id = e.merchant_id
      and f.payment_id = e.payment_id and f.version = e.version) limit 1`;
  while ((await missing()).length > 0) {
    await pause(5);
  }
}

/** Every number once and in order, every event once, a payment's versions in their order. */
function expectWhole(seen: readonly FeedEvent[], count: number): void {
  expect(seen.map(({ number }) => number)).toEqual(seen.map((_, index) => index + 1));
  expect(new Set(seen.map(({ id }) => id)).size).toBe(count);
  for (const ofPayment of Map.groupBy(seen, ({ paymentId }) => paymentId).values()) {
    expect(ofPayment.map(({ version }) => version)).toEqual(ofPayment.map((_, index) => index + 1));
  }
}

describe('a follower never misses an event', () => {
  it.each([
    ['leases that have always just ended: both number at once', 0],
    ['leases of ten seconds: one numbers', 10_000],
  ])('with %s', async (_, lastsMs) => {
    await using db = await testDatabase();
    await using one = pooled(db, 3);
    await using two = pooled(db, 3);
    const merchant = await knownMerchant(db);
    const other = await knownMerchant(db);
    const created = await commit(
      db.app.sql,
      [1, 2, 3, 4].map(() => merchant.create()),
    );
    const payments = await Promise.all(
      created.map(async (it) => (await apply(db.app.sql, told(applied(it)))).payment),
    );
    const going = { over: false };
    const sequencers = [one, one, two, two].map((database, index) =>
      sequence(database, `process ${index}`, lastsMs, going),
    );
    // Created and charged; then two sellers' 60 payments each, and 6 of 8 refunds of each payment.
    const count = 4 * 2 + 2 * 60 * 2 + 4 * 6;
    const followers = [
      follow(one, merchant, 5, going),
      follow(two, merchant, 100, going),
      follow(db.app, other, 100, going),
    ];
    const sequencing = Promise.all(sequencers);
    const sold = Promise.all([
      sell(one, merchant, 60),
      sell(two, merchant, 60),
      sell(db.app, other, 30),
      ...payments.map(({ id }) => refundSlowly(db, merchant, id, 8)),
    ]);
    await Promise.race([sequencing, sold.then(() => allNumbered(db))]);
    going.over = true;
    await sequencing;
    const seen = await Promise.all(followers);
    expectWhole(seen[0] ?? [], count);
    expect(seen[1]).toEqual(seen[0]);
    expectWhole(seen[2] ?? [], 30 * 2);
  });
});
