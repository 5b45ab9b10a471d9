/** The cases of reading: pages, filters, events, balances, and waiting for a payment. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { EventPage, Florin, ListPayments, Payment } from '../src/index.ts';
import { failed, order } from './case.ts';

/** @param had the Florin, once it is started */
export function readingCasesOf(had: () => Florin): void {
  let florin: Florin;
  beforeAll(() => {
    florin = had();
  });

  describe('what there is to read', () => {
    test('get, and explain', async () => {
      const payment = await florin.payments.create(order());
      expect(await florin.payments.get(payment.id)).toEqual(payment);
      const explained = await florin.payments.explain(payment.id);
      expect(explained.payment).toEqual(payment);
      expect(explained.timeline.map(({ kind, version }) => [kind, version])).toEqual([
        ['command', 1],
        ['outcome', 2],
      ]);
      expect(explained.timeline[0]?.what).toBe(
        'The payment of 150.00 USD for the order was created with sandbox, and its charge was asked for.',
      );
      const refund = explained.actions.find(({ action }) => action === 'refund');
      expect(refund).toMatchObject({ allowed: true, upTo: '150.00' });
    });

    test('lists: a page, or all of it, each once and newest first', async () => {
      const { orderId } = order();
      for (let tries = 0; tries < 5; tries += 1) {
        await florin.payments.create({ orderId, amount: '1.99' });
      }
      const all: Payment[] = [];
      for await (const payment of florin.payments.listByOrder(orderId, { limit: 2 })) {
        all.push(payment);
      }
      expect(new Set(all.map(({ id }) => id)).size).toBe(5);
      const times = all.map(({ createdAt }) => createdAt);
      expect(times).toEqual(times.toSorted().toReversed());
      const first = await florin.payments.listByOrder(orderId, { limit: 2 });
      expect(first.items).toEqual(all.slice(0, 2));
      const cursor = first.nextCursor ?? undefined;
      const second = await florin.payments.listByOrder(orderId, { limit: 2, cursor });
      expect(second.items).toEqual(all.slice(2, 4));
    });

    test('lists are narrowed by status, currency and time', async () => {
      const paid = await florin.payments.create({ ...order(), currency: 'CHF' });
      const declined = await florin.payments.create({
        ...order(),
        amount: '1.99',
        currency: 'CHF',
      });
      const ids = async (filter: ListPayments) =>
        (await florin.payments.list({ currency: 'CHF', ...filter })).items.map(({ id }) => id);
      expect(await ids({})).toEqual([declined.id, paid.id]);
      expect(await ids({ status: 'FAILED' })).toEqual([declined.id]);
      expect(await ids({ createdTo: paid.createdAt })).toEqual([]);
      expect(await ids({ createdFrom: paid.createdAt })).toContain(paid.id);
      await failed(florin.payments.list({ limit: 101 })).toMatchObject({
        code: 'invalid_request',
        errors: [{ path: ['limit'], message: 'must be at most 100' }],
      });
      await failed(florin.payments.list({ cursor: 'mine' })).toMatchObject({
        errors: [{ path: ['cursor'] }],
      });
    });

    test('events: of one payment, and all of them in order', async () => {
      const { id } = await florin.payments.create(order());
      const { items } = await florin.events.listByPayment(id);
      expect(items.map(({ type }) => type)).toEqual(['payment.created', 'charge.succeeded']);
      expect(items[1]?.payment).toEqual(await florin.payments.get(id));
      expect((await florin.events.listByPayment(id, { after: 1 })).items).toHaveLength(1);
      const read = async () => {
        const seen: { number: number | null; paymentId: string }[] = [];
        for await (const event of florin.events.list({ limit: 50 })) seen.push(event);
        return seen;
      };
      const paymentIds = async () => (await read()).map(({ paymentId }) => paymentId);
      await expect.poll(paymentIds, { timeout: 30_000 }).toContain(id);
      const numbers = (await read()).map(({ number }) => number);
      expect(numbers).toEqual(numbers.map((_, at) => at + 1));
      const page: EventPage = await florin.events.list({ after: 1, limit: 1 });
      expect([page.items[0]?.number, page.nextAfter]).toEqual([2, 2]);
    });

    test('balances', async () => {
      const { id } = await florin.payments.create({ ...order(), currency: 'KWD', amount: '3.000' });
      await florin.payments.refund(id, { amount: '1.000' });
      const balances = await florin.balances.list();
      expect(balances.find(({ currency }) => currency === 'KWD')).toEqual({
        currency: 'KWD',
        providerReceivable: '2.000',
        merchantPayable: '2.000',
        suspense: '0.000',
      });
    });
  });

  describe('waitFor', () => {
    test('what is so already', async () => {
      const { id } = await florin.payments.create(order());
      const paid = await florin.payments.waitFor(id, ['SUCCESS', 'FAILED']);
      expect(paid).toEqual(await florin.payments.get(id));
    });

    test('what comes to be so', async () => {
      const { id } = await florin.payments.create({ ...order(), provider: 'manual' });
      const waiting = florin.payments.waitFor(id, 'SUCCESS', { pollMs: 20 });
      await florin.payments.updateStatus(id, 'SUCCESS');
      expect((await waiting).status).toBe('SUCCESS');
    });

    test('what can never be', async () => {
      const { id } = await florin.payments.create({ ...order(), amount: '1.99' });
      await failed(florin.payments.waitFor(id, ['REFUNDED', 'SUCCESS'])).toMatchObject({
        code: 'status_not_reachable',
        from: 'FAILED',
        to: 'REFUNDED',
      });
    });

    test('no longer than it may', async () => {
      const { id } = await florin.payments.create({ ...order(), provider: 'manual' });
      const call = florin.payments.waitFor(id, 'REFUNDED', { timeoutMs: 100, pollMs: 10 });
      await failed(call).toMatchObject({ code: 'timed_out', timeoutMs: 100 });
      const signal = AbortSignal.abort(new Error('enough'));
      await failed(florin.payments.waitFor(id, 'SUCCESS', { signal })).toMatchObject({
        code: 'aborted',
      });
    });
  });
}
