/** Reads of payments: newest first, page after page, one merchant's only. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { commit } from '../src/commit.ts';
import { freshId } from '../src/fresh-ids.ts';
import {
  findPayment,
  findPaymentVersion,
  listPayments,
  type PagePosition,
} from '../src/payments.ts';
import { type TestDatabase, testDatabase } from '../src/testing.ts';
import {
  applied,
  apply,
  declined,
  type Merchant,
  manual,
  newMerchant,
  nextAction,
  requiresAction,
  told,
} from './given.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());
const start = Date.UTC(2026, 6, 1, 12);
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: start }));
afterEach(() => void vi.useRealTimers());

/** Seven payments in three instants: a batch's share theirs. Oldest first, in the order of their ids. */
async function seven(merchant: Merchant) {
  const payments = [];
  for (const size of [3, 1, 3]) {
    const results = await commit(
      db.app.sql,
      Array.from({ length: size }, (_, index) => merchant.create({ metadata: { n: `${index}` } })),
    );
    payments.push(...results.map((result) => applied(result).payment));
    vi.advanceTimersByTime(1);
  }
  return payments;
}

describe('a list', () => {
  it('is newest first, by id within an instant, and whole', async () => {
    const merchant = newMerchant();
    const payments = await seven(merchant);
    const page = { limit: 100, after: null };
    expect(await listPayments(db.app, merchant.merchantId, page)).toEqual(payments.toReversed());
  });

  it.each([1, 2, 3, 6, 7, 8])(
    'comes in pages of %d, none twice and none left out',
    async (limit) => {
      const merchant = newMerchant();
      const payments = await seven(merchant);
      const seen = [];
      let after: PagePosition | null = null;
      for (;;) {
        const page = await listPayments(db.app, merchant.merchantId, { limit, after });
        seen.push(...page);
        const last = page.at(-1);
        if (!last) break;
        after = { createdAt: last.createdAt, id: last.id };
        // What is new in the meantime stands before all pages that are still to come.
        vi.advanceTimersByTime(1);
        await apply(db.app.sql, merchant.create());
      }
      expect(seen).toEqual(payments.toReversed());
    },
  );

  it('has an order’s payments only, where one is asked for', async () => {
    const merchant = newMerchant();
    const { orderId } = await manual(db.app.sql, merchant);
    await manual(db.app.sql, merchant, { orderId: `${orderId} ` });
    vi.advanceTimersByTime(1);
    await manual(db.app.sql, merchant, { orderId });
    vi.advanceTimersByTime(1);
    await manual(db.app.sql, merchant, { orderId });
    const all = await listPayments(db.app, merchant.merchantId, { limit: 9, after: null, orderId });
    expect(all.map((one) => [one.orderId, one.createdAt - start])).toEqual([
      [orderId, 2],
      [orderId, 1],
      [orderId, 0],
    ]);
    const [first] = all;
    const after = first ? { createdAt: first.createdAt, id: first.id } : null;
    const rest = await listPayments(db.app, merchant.merchantId, { limit: 9, after, orderId });
    expect(rest).toEqual(all.slice(1));
    const none = { limit: 9, after: null, orderId: '' };
    expect(await listPayments(db.app, merchant.merchantId, none)).toEqual([]);
  });

  it('is of one merchant, though orders and position be another’s', async () => {
    const merchant = newMerchant();
    const stranger = newMerchant();
    const mine = await manual(db.app.sql, merchant);
    vi.advanceTimersByTime(1);
    const theirs = await manual(db.app.sql, stranger, { orderId: mine.orderId });
    const { orderId } = mine;
    const page = { limit: 9, after: null, orderId };
    expect(await listPayments(db.app, merchant.merchantId, page)).toEqual([mine]);
    const after = { createdAt: theirs.createdAt, id: theirs.id };
    expect(await listPayments(db.app, merchant.merchantId, { limit: 9, after })).toEqual([mine]);
    expect(await listPayments(db.app, freshId('merchant'), page)).toEqual([]);
  });
});

describe('one payment', () => {
  it('as it is, for its merchant alone', async () => {
    const merchant = newMerchant();
    const payment = await manual(db.app.sql, merchant, { metadata: { a: '1' } });
    expect(await findPayment(db.app, merchant.merchantId, payment.id)).toEqual(payment);
    expect(await findPayment(db.app, newMerchant().merchantId, payment.id)).toBeNull();
    expect(await findPayment(db.app, merchant.merchantId, freshId('payment'))).toBeNull();
  });

  it('as it was in each of its versions, whatever came later', async () => {
    const merchant = newMerchant();
    const created = await apply(db.app.sql, merchant.create({ metadata: { z: '', a: 'é' } }));
    const { merchantId, id } = created.payment;
    const steps = [created];
    vi.advanceTimersByTime(7);
    steps.push(await apply(db.app.sql, told(created, requiresAction)));
    steps.push(await apply(db.app.sql, told(created)));
    const opened = await apply(db.app.sql, merchant.refund(id, { amount: 1n }));
    steps.push(opened, await apply(db.app.sql, told(opened, declined)));
    for (const { payment } of steps) {
      const found = await findPaymentVersion(db.app, merchantId, id, payment.version);
      expect(found?.payment).toEqual(payment);
      expect(JSON.stringify(found?.payment.metadata)).toBe('{"z":"","a":"é"}');
    }
    expect(steps.map(({ payment }) => payment.version)).toEqual([1, 2, 3, 4, 5]);
    expect(steps[1]?.payment.nextAction).toEqual(nextAction);
    for (const version of [0, 6, -1]) {
      expect(await findPaymentVersion(db.app, merchantId, id, version)).toBeNull();
    }
    expect(await findPaymentVersion(db.app, freshId('merchant'), id, 1)).toBeNull();
  });
});
