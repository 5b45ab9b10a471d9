/** What is new to the feed, by the transactions that wrote it: also of older versions and other clusters. */
import { type PaymentId, uuidOf } from '@florin/core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import journal from '../migrations/meta/_journal.json' with { type: 'json' };
import { commit } from '../src/commit.ts';
import { type FeedEvent, listEventsOfPayment } from '../src/events.ts';
import { numberEvents } from '../src/feed.ts';
import { migrate } from '../src/migrate.ts';
import { type TestDatabase, testDatabase } from '../src/testing.ts';
import { feedOf, inShort, knownMerchant, leaseOf, noon, numberAll, within } from './feed-given.ts';
import { apply, type Merchant, manual, paid, told } from './given.ts';
import { hold } from './held.ts';
import { broken } from './invariants.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: noon }));
afterEach(async () => {
  vi.useRealTimers();
  expect(await broken(db.owner.sql)).toEqual({});
});

const lease = leaseOf('one');
const numbersOf = (events: readonly FeedEvent[]) => events.map(({ number }) => number);
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

/** As a version that writes to the feed in its commits. */
const addAsBefore = ({ owner }: TestDatabase, id: PaymentId) => owner.sql`
  insert into feed (merchant_id, payment_id, version)
  select merchant_id, payment_id, version from events where payment_id = ${uuidOf(id)}
  on conflict do nothing`;

describe('a transaction that began before others, and commits after them', () => {
  it('is new however late it comes, and is numbered once', async () => {
    const merchant = await knownMerchant(db);
    await using slow = await hold(db, async (sql) => {
      await commit(within(sql).sql, [merchant.create()]);
    });
    for (let number = 1; number <= 3; number++) {
      await manual(db.app.sql, merchant);
      expect(await numberEvents(db.app, merchant.merchantId, lease)).toBe(1);
    }
    expect(await numberEvents(db.app, merchant.merchantId, lease)).toBe(0);
    await slow.commit();
    expect(await numberEvents(db.app, merchant.merchantId, lease)).toBe(1);
    expect(numbersOf(await feedOf(db.app, merchant.merchantId))).toEqual(upTo(4));
  });

  it.each([1, 2, 3, 100])(
    'brings a later version of a payment: not numbered before the earlier ones, %d at once',
    async (limit) => {
      const merchant = await knownMerchant(db);
      await using early = await hold(db, (sql) => sql`select pg_current_xact_id()`);
      const created = await apply(db.app.sql, merchant.create());
      await manual(db.app.sql, merchant);
      await commit(within(early.sql).sql, [told(created)]);
      await early.commit();
      for (let left = 3; left > 0; ) {
        const numbered = await numberEvents(db.app, merchant.merchantId, lease, limit);
        expect(numbered).toBeGreaterThan(0);
        left -= numbered ?? 0;
      }
      const all = await feedOf(db.app, merchant.merchantId);
      expect(numbersOf(all)).toEqual(upTo(3));
      const ofIt = all.filter(({ paymentId }) => paymentId === created.payment.id);
      expect(ofIt.map(({ version }) => version)).toEqual([1, 2]);
    },
  );
});

describe('a database that was copied to a cluster with fewer transactions', () => {
  /** The horizon, and with `events` also what they tell, is of a cluster that has come further. */
  async function move({ merchantId }: Merchant, events: readonly PaymentId[] = []) {
    const { sql } = db.owner;
    await sql`
      update sequencers set horizon = '9000000000' where merchant_id = ${uuidOf(merchantId)}`;
    if (events.length > 0) {
      await sql`
        update events set xid = '9000000001' where payment_id in ${sql(events.map(uuidOf))}`;
    }
  }

  it.each([1, 2, 100])('whatever has no number is new, %d at once', async (limit) => {
    const merchant = await knownMerchant(db);
    const old = [await paid(db.app.sql, merchant), await paid(db.app.sql, merchant)];
    await numberEvents(db.app, merchant.merchantId, lease);
    const waiting = await paid(db.app.sql, merchant);
    await move(
      merchant,
      [...old, waiting].map(({ id }) => id),
    );
    await manual(db.app.sql, merchant);
    for (let left = 3; left > 0; left -= limit) await numberAll(db.app, lease, limit);
    const all = await feedOf(db.app, merchant.merchantId);
    expect(numbersOf(all)).toEqual(upTo(7));

    // From then on the horizon is of this cluster.
    await manual(db.app.sql, merchant);
    expect(await numberEvents(db.app, merchant.merchantId, lease)).toBe(1);
    const [left] = await db.owner.sql`
      select horizon <= pg_current_xact_id() as is_ours from sequencers
      where merchant_id = ${uuidOf(merchant.merchantId)}`;
    expect(left).toEqual({ is_ours: true });
    await db.owner.sql`update events set xid = '0'`;
  });
});

describe('the version before this one, which writes to the feed in its commits', () => {
  it('its rows get their numbers where they are', async () => {
    const merchant = await knownMerchant(db);
    const { id } = await paid(db.app.sql, merchant);
    await addAsBefore(db, id);
    await manual(db.app.sql, merchant);
    expect(await numberEvents(db.app, merchant.merchantId, lease)).toBe(3);
    expect(numbersOf(await feedOf(db.app, merchant.merchantId))).toEqual(upTo(3));
  });

  it('what it has numbered by the time of the upgrade stays so, what waits is new', async () => {
    await using older = await testDatabase();
    const [merchant, other] = [await knownMerchant(older), await knownMerchant(older)];
    await paid(older.app.sql, merchant);
    await numberEvents(older.app, merchant.merchantId, lease);
    const before = await feedOf(older.app, merchant.merchantId);
    // One of a merchant whose feed has begun, one of a merchant whose has not.
    await addAsBefore(older, (await paid(older.app.sql, merchant)).id);
    await addAsBefore(older, (await paid(older.app.sql, other)).id);
    const { sql } = older.owner;
    await sql`alter table events drop column xid`;
    await sql`alter table sequencers drop column horizon`;
    // What has come after it is not there yet either.
    await sql`drop function florin_analyze_grown`;
    const { when } = journal.entries.find(({ tag }) => tag === '0007_feed_after_commit') ?? {};
    await sql`delete from drizzle.__drizzle_migrations where created_at >= ${when ?? null}`;

    await migrate(older.url);
    expect(await numberAll(older.app, lease)).toBe(4);
    const after = await feedOf(older.app, merchant.merchantId);
    expect(after.slice(0, 2)).toEqual(before);
    expect(numbersOf(after)).toEqual(upTo(4));
    expect(numbersOf(await feedOf(older.app, other.merchantId))).toEqual(upTo(2));
    await manual(older.app.sql, merchant);
    expect(await numberAll(older.app, lease)).toBe(1);
    expect(await broken(sql)).toEqual({});
  });
});

it('an event that has no number yet is told of its payment all the same', async () => {
  const merchant = await knownMerchant(db);
  const created = await apply(db.app.sql, merchant.create());
  await numberEvents(db.app, merchant.merchantId, lease);
  await apply(db.app.sql, told(created));
  const page = { afterVersion: 0, limit: 9 };
  const all = await listEventsOfPayment(db.app, merchant.merchantId, created.payment.id, page);
  expect(inShort(all)).toEqual(['1 payment.created 1', 'null charge.succeeded 2']);
});

it('a snapshot of an older version lacks newer columns: null there', async () => {
  await using older = await testDatabase();
  const merchant = await knownMerchant(older);
  const created = await apply(older.app.sql, merchant.create());
  await older.owner.sql`
    update events set payment = (payment::jsonb - 'open_operation' - 'expires_at')::json`;
  await numberEvents(older.app, merchant.merchantId, lease);
  const [event] = await feedOf(older.app, merchant.merchantId);
  expect(event?.payment).toEqual({ ...created.payment, openOperation: null, expiresAt: null });
});
