/** The feed's numbers: after the commit, without a gap, by one process at a time. */
import type { PaymentId } from '@florin/core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { commit } from '../src/commit.ts';
import { listEventsOfPayment } from '../src/events.ts';
import { numberEvents } from '../src/feed.ts';
import { freshId } from '../src/fresh-ids.ts';
import { type TestDatabase, testDatabase } from '../src/testing.ts';
import {
  feedOf,
  heldCommit,
  inShort,
  knownMerchant,
  leaseOf,
  noon,
  numberAll,
} from './feed-given.ts';
import { apply, manual, paid, told } from './given.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: noon }));
afterEach(() => void vi.useRealTimers());

const lease = leaseOf('one');
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

describe('numbers', () => {
  it('begin at 1, go on without a gap, and stay', async () => {
    const merchant = await knownMerchant(db);
    const { merchantId } = merchant;
    const payment = await paid(db.app.sql, merchant);
    expect(await numberEvents(db.app, merchantId, lease)).toBe(2);
    const first = await feedOf(db.app, merchantId);
    expect(inShort(first)).toEqual(['1 payment.created 1', '2 charge.succeeded 2']);
    expect(await numberEvents(db.app, merchantId, lease)).toBe(0);

    vi.advanceTimersByTime(1_000);
    const refund = await apply(db.app.sql, merchant.refund(payment.id, { amount: 1n }));
    await apply(db.app.sql, told(refund));
    await manual(db.app.sql, merchant);
    expect(await numberEvents(db.app, merchantId, lease)).toBe(3);
    const all = await feedOf(db.app, merchantId);
    expect(all.slice(0, 2)).toEqual(first);
    expect(all.map(({ number }) => number)).toEqual(upTo(5));
    expect(all.map(({ type }) => type).slice(2)).toEqual([
      'refund.opened',
      'refund.succeeded',
      'payment.created',
    ]);
  });

  it('are given to the whole event, as the write path made it', async () => {
    const merchant = await knownMerchant(db);
    const created = await apply(db.app.sql, merchant.create({ metadata: { z: '1', a: 'é' } }));
    const charged = await apply(db.app.sql, told(created));
    await numberEvents(db.app, merchant.merchantId, lease);
    expect(await feedOf(db.app, merchant.merchantId)).toEqual([
      { ...created.event, number: 1 },
      { ...charged.event, number: 2 },
    ]);
  });

  it.each([1, 2, 3, 7, 8])(
    'are given to %d at once, none left out and none twice',
    async (limit) => {
      const merchant = await knownMerchant(db);
      const created = await commit(
        db.app.sql,
        upTo(4).map(() => merchant.create()),
      );
      for (const one of created.slice(1)) {
        if (one.kind === 'applied') await apply(db.app.sql, told(one));
      }
      for (let left = 7; left > 0; left -= limit) {
        const numbered = await numberEvents(db.app, merchant.merchantId, lease, limit);
        expect(numbered).toBe(Math.min(left, limit));
      }
      const all = await feedOf(db.app, merchant.merchantId);
      expect(all.map(({ number }) => number)).toEqual(upTo(7));
      for (const ofPayment of Map.groupBy(all, ({ paymentId }) => paymentId).values()) {
        expect(ofPayment.map(({ version }) => version)).toEqual(upTo(ofPayment.length));
      }
    },
  );

  it('follow the time, but a payment’s versions their order, whatever the clocks say', async () => {
    const merchant = await knownMerchant(db);
    const names = new Map<PaymentId, string>();
    const at = async (minute: number, name: string) => {
      vi.setSystemTime(noon + minute * 60_000);
      const created = await apply(db.app.sql, merchant.create());
      names.set(created.payment.id, name);
      return created;
    };
    const a = await at(10, 'a');
    await at(20, 'b');
    await at(5, 'c');
    // The clock of whoever recorded it was an hour behind.
    vi.setSystemTime(noon - 60 * 60_000);
    await apply(db.app.sql, told(a));
    await at(12, 'd');
    await numberEvents(db.app, merchant.merchantId, lease);
    const all = await feedOf(db.app, merchant.merchantId);
    expect(all.map(({ paymentId, version }) => `${names.get(paymentId)}${version}`)).toEqual([
      'c1',
      'a1',
      'a2',
      'd1',
      'b1',
    ]);
  });

  it('are not given to what is not committed: that comes later, above all that was seen', async () => {
    const merchant = await knownMerchant(db);
    const { merchantId } = merchant;
    await using slow = await heldCommit(db, [merchant.create({ orderId: 'slow' })]);
    vi.advanceTimersByTime(60_000);
    await apply(db.app.sql, merchant.create());
    expect(await numberEvents(db.app, merchantId, lease)).toBe(1);
    await slow.commit();
    expect(await numberEvents(db.app, merchantId, lease)).toBe(1);
    const [first, second] = await feedOf(db.app, merchantId);
    expect(second).toMatchObject({ number: 2, payment: { orderId: 'slow' } });
    expect(second?.createdAt).toBeLessThan(first?.createdAt ?? 0);
  });

  it('are each merchant’s own, and nobody sees another’s events', async () => {
    const [merchant, other] = [await knownMerchant(db), await knownMerchant(db)];
    const mine = await paid(db.app.sql, merchant);
    const theirs = await paid(db.app.sql, other);
    await numberAll(db.app, lease);
    for (const [{ merchantId }, { id }, { id: foreign }] of [
      [merchant, mine, theirs],
      [other, theirs, mine],
    ] as const) {
      const all = await feedOf(db.app, merchantId);
      expect(all.map(({ number, paymentId }) => [number, paymentId])).toEqual([
        [1, id],
        [2, id],
      ]);
      const page = { afterVersion: 0, limit: 10 };
      expect(await listEventsOfPayment(db.app, merchantId, id, page)).toEqual(all);
      expect(await listEventsOfPayment(db.app, merchantId, foreign, page)).toEqual([]);
    }
    expect(await feedOf(db.app, freshId('merchant'))).toEqual([]);
  });
});
