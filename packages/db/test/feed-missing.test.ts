/** Events that an older version of Florin has written, without the feed: they get into it all the same. */
import { type PaymentId, uuidOf } from '@florin/core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { listEventsOfPayment } from '../src/events.ts';
import { numberEvents } from '../src/feed.ts';
import { completeFeed, findLastNumbering } from '../src/feed-missing.ts';
import { type TestDatabase, testDatabase } from '../src/testing.ts';
import { feedOf, inShort, knownMerchant, leaseOf, noon } from './feed-given.ts';
import { apply, manual, paid, told } from './given.ts';
import { broken } from './invariants.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: noon }));
afterEach(() => void vi.useRealTimers());

const lease = leaseOf('one');
const hour = 3_600_000;

/** As if a version that knows no feed had written the events of these versions. */
async function forget({ owner }: TestDatabase, id: PaymentId, versions: readonly number[]) {
  await owner.sql`
    delete from feed where payment_id = ${uuidOf(id)} and version in ${owner.sql(versions)}`;
}

it('those of the range of time are put into the feed, of all merchants, and are numbered', async () => {
  await using db = await testDatabase();
  const [merchant, other] = [await knownMerchant(db), await knownMerchant(db)];
  const old = await manual(db.app.sql, merchant);
  vi.setSystemTime(noon + hour);
  const mine = await paid(db.app.sql, merchant);
  const theirs = await paid(db.app.sql, other);
  await manual(db.app.sql, other);
  vi.setSystemTime(noon + 2 * hour);
  const late = await manual(db.app.sql, other);
  for (const { id } of [old, mine, theirs, late]) await forget(db, id, [1, 2]);

  expect(await completeFeed(db.app, noon + 1, noon + 2 * hour)).toBe(4);
  expect(await completeFeed(db.app, noon + 1, noon + 2 * hour)).toBe(0);
  expect(await numberEvents(db.app, merchant.merchantId, lease)).toBe(2);
  expect(await numberEvents(db.app, other.merchantId, lease)).toBe(3);
  const all = await feedOf(db.app, merchant.merchantId);
  expect(inShort(all)).toEqual(['1 payment.created 1', '2 charge.succeeded 2']);

  expect(await completeFeed(db.app, noon, noon + 3 * hour)).toBe(2);
  expect(await broken(db.owner.sql)).toEqual({});
});

it('many are taken in parts, and several processes may do it at once', async () => {
  await using db = await testDatabase();
  const merchant = await knownMerchant(db);
  const { id } = await manual(db.app.sql, merchant);
  await db.owner.sql`
    insert into events (merchant_id, payment_id, version, id, type, actor, payment, created_at)
    select merchant_id, payment_id, n, gen_random_uuid(), 'charge.opened', actor, payment, created_at
    from events, generate_series(2, 2500) n`;
  const added = await Promise.all([1, 2, 3].map(() => completeFeed(db.app, noon, noon + 1)));
  expect(Math.max(...added)).toBeGreaterThan(0);
  for (let left = 2_500; left > 0; left -= 1_000) {
    const numbered = await numberEvents(db.app, merchant.merchantId, lease);
    expect(numbered).toBe(Math.min(left, 1_000));
  }
  const all = await listEventsOfPayment(db.app, merchant.merchantId, id, {
    afterVersion: 0,
    limit: 3_000,
  });
  expect(all.map(({ number }) => number)).toEqual(all.map(({ version }) => version));
  expect(all).toHaveLength(2_500);
});

it.each([
  ['the first', [1]],
  ['some in between', [2, 4]],
  ['all but the last', [1, 2, 3, 4, 5]],
])('%s of a payment is numbered before the later ones, that are there', async (_, versions) => {
  await using db = await testDatabase();
  const merchant = await knownMerchant(db);
  const { id } = await paid(db.app.sql, merchant);
  for (const amount of [1n, 2n]) {
    await apply(db.app.sql, told(await apply(db.app.sql, merchant.refund(id, { amount }))));
  }
  await forget(db, id, versions);
  const other = await manual(db.app.sql, merchant);
  expect(await numberEvents(db.app, merchant.merchantId, lease)).toBe(7);
  const all = await feedOf(db.app, merchant.merchantId);
  const ofIt = all.filter(({ paymentId }) => paymentId === id);
  expect(ofIt.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(all.filter(({ paymentId }) => paymentId === other.id)).toHaveLength(1);
  expect(await broken(db.owner.sql)).toEqual({});
});

it('an event that is not in the feed is told of its payment all the same, without a number', async () => {
  await using db = await testDatabase();
  const merchant = await knownMerchant(db);
  const { id } = await paid(db.app.sql, merchant);
  await numberEvents(db.app, merchant.merchantId, lease);
  await forget(db, id, [2]);
  const page = { afterVersion: 0, limit: 9 };
  const all = await listEventsOfPayment(db.app, merchant.merchantId, id, page);
  expect(inShort(all)).toEqual(['1 payment.created 1', 'null charge.succeeded 2']);
});

it('a snapshot of an older version lacks newer columns: null there', async () => {
  await using db = await testDatabase();
  const merchant = await knownMerchant(db);
  const created = await apply(db.app.sql, merchant.create());
  await db.owner.sql`
    update events set payment = (payment::jsonb - 'open_operation' - 'expires_at')::json`;
  await numberEvents(db.app, merchant.merchantId, lease);
  const [event] = await feedOf(db.app, merchant.merchantId);
  expect(event?.payment).toEqual({ ...created.payment, openOperation: null, expiresAt: null });
});

it('tells until when somebody has numbered', async () => {
  await using db = await testDatabase();
  expect(await findLastNumbering(db.app)).toBeNull();
  for (const now of [noon + hour, noon]) {
    const { merchantId } = await knownMerchant(db);
    await numberEvents(db.app, merchantId, leaseOf('one', now));
  }
  expect(await findLastNumbering(db.app)).toBe(noon + hour + 10_000);
});
