/** What a Florin does, whichever it is: the same cases for the server and for the one in memory. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { EventPage, Florin, Payment } from '../src/index.ts';

let orders = 0;
/** An order of its own for each payment. */
export const order = () => {
  orders += 1;
  return { orderId: `case-${process.pid}-${orders}`, amount: '150.00' };
};

export function casesOf(start: () => Promise<Florin>): void {
  let florin: Florin;
  beforeAll(async () => {
    florin = await start();
  });
  const failed = (call: PromiseLike<unknown>) => expect(Promise.resolve(call)).rejects;

  describe('create', () => {
    test('charges, and answers a repetition with the same payment', async () => {
      const input = {
        ...order(),
        currency: 'EUR',
        metadata: { cartId: 'c-1' },
        idempotencyKey: order().orderId,
      } as const;
      const payment = await florin.payments.create(input);
      expect(payment).toMatchObject({
        ...input,
        id: expect.stringMatching(/^pay_[0-9a-f]{32}$/),
        status: 'SUCCESS',
        authorizedAmount: '150.00',
        capturedAmount: '150.00',
        refundedAmount: '0.00',
        allowedActions: ['refund'],
        nextAction: null,
        failure: null,
        expiresAt: null,
        provider: 'sandbox',
        transactionId: expect.stringMatching(/^sandbox_/),
        discrepancy: false,
        version: 2,
      });
      await florin.payments.refund(payment.id, { amount: '1.00' });
      expect(await florin.payments.create(input)).toEqual(payment);
    });

    test('declines, and leaves the order free', async () => {
      const { orderId } = order();
      const declined = await florin.payments.create({ orderId, amount: '19.99' });
      expect(declined).toMatchObject({ status: 'FAILED', failure: { code: 'card_declined' } });
      const paid = await florin.payments.create({ orderId, amount: '20.00' });
      const { items } = await florin.payments.listByOrder(orderId);
      expect(items).toEqual([paid, declined]);
    });

    test('one order is paid once, by one of many at once', async () => {
      const input = order();
      const all = await Promise.allSettled(
        Array.from({ length: 5 }, () => florin.payments.create(input)),
      );
      expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const [paid] = (await florin.payments.listByOrder(input.orderId)).items;
      await failed(florin.payments.create(input)).toMatchObject({
        name: 'FlorinError',
        code: 'order_already_paid',
        status: 409,
        paymentId: paid?.id,
        requestId: expect.stringMatching(/./),
      });
    });

    test('one key is one request', async () => {
      const input = { ...order(), idempotencyKey: order().orderId };
      await florin.payments.create(input);
      const other = { ...input, amount: '151.00', currency: 'EUR' } as const;
      await failed(florin.payments.create(other)).toMatchObject({
        code: 'idempotency_key_reused',
        status: 422,
        fields: ['amount', 'currency'],
      });
    });

    test.each([
      [{ amount: '1.005' }, ['amount'], 'must have at most 2 decimals in USD'],
      [{ amount: '0' }, ['amount'], 'must be more than zero'],
      [{ amount: '-1' }, ['amount'], expect.stringContaining('without sign')],
      [{ amount: 150 }, ['amount'], 'must be a decimal string such as "150.00"'],
      [{ currency: 'XXZ' }, ['currency'], expect.stringContaining('ISO 4217')],
      [{ orderId: '' }, ['orderId'], 'must not be empty'],
      [{ orderId: undefined }, ['orderId'], 'is required'],
      [{ oderId: 'x' }, ['oderId'], 'is not a known field'],
      [{ metadata: { cart: 7 } }, ['metadata', 'cart'], 'must be a string'],
    ])('refuses %j, by the name of the field', async (wrong, path, message) => {
      const input = { ...order(), ...wrong } as ReturnType<typeof order>;
      await failed(florin.payments.create(input)).toMatchObject({
        code: 'invalid_request',
        status: 400,
        errors: [{ path, message }],
      });
    });

    test('the payer must act; or it is cancelled before they do', async () => {
      const input = { ...order(), paymentMethod: 'pm_requires_action' };
      const waiting = await florin.payments.create(input);
      if (waiting.status !== 'REQUIRES_ACTION') throw new Error(waiting.status);
      expect(waiting.nextAction.url).toMatch(/^http.*\/sandbox\/payer\//);
      expect(Date.parse(waiting.expiresAt ?? '')).toBeGreaterThan(Date.now() + 20 * 60_000);
      expect((await florin.payments.cancel(waiting.id)).status).toBe('CANCELLED');
    });

    test('an outcome that is not known is PENDING, and holds the order', async () => {
      const input = { ...order(), paymentMethod: 'pm_unknown' };
      const pending = await florin.payments.create(input);
      expect(pending).toMatchObject({ status: 'PENDING', allowedActions: [] });
      await failed(florin.payments.cancel(pending.id)).toMatchObject({ code: 'outcome_unknown' });
      await failed(florin.payments.create(input)).toMatchObject({
        code: 'order_payment_in_progress',
        paymentId: pending.id,
      });
    });

    test.each(['stripe', 'nobody'])('provider %s is not there', async (provider) => {
      await failed(florin.payments.create({ ...order(), provider })).toMatchObject({
        code: 'provider_not_available',
        available: ['manual', 'sandbox'],
      });
    });
  });

  describe('what moves a payment on', () => {
    test('capture a part, and refund it in parts', async () => {
      const held = await florin.payments.create({ ...order(), capture: 'manual' });
      expect(held).toMatchObject({ status: 'AUTHORIZED', allowedActions: ['capture', 'cancel'] });
      const captured = await florin.payments.capture(held.id, { amount: '100.00' });
      expect(captured).toMatchObject({ status: 'SUCCESS', capturedAmount: '100.00' });
      const again = florin.payments.capture(held.id);
      await failed(again).toMatchObject({ code: 'not_capturable', paymentStatus: 'SUCCESS' });
      await florin.payments.refund(held.id, { amount: '40.00', reason: 'came back' });
      const tooMuch = florin.payments.refund(held.id, { amount: '60.01' });
      await failed(tooMuch).toMatchObject({ code: 'amount_exceeds_remaining', remaining: '60.00' });
      expect(await florin.payments.refund(held.id)).toMatchObject({ status: 'REFUNDED' });
      const { items } = await florin.refunds.listByPayment(held.id);
      expect(items).toMatchObject([
        { amount: '60.00', status: 'SUCCEEDED', reason: null },
        { amount: '40.00', status: 'SUCCEEDED', reason: 'came back', paymentId: held.id },
      ]);
      for (const refund of items) expect(await florin.refunds.get(refund.id)).toEqual(refund);
    });

    test('a refund that is declined can be made again', async () => {
      const input = { ...order(), paymentMethod: 'pm_refund_declined' };
      const { id } = await florin.payments.create(input);
      expect(await florin.payments.refund(id)).toMatchObject({ status: 'SUCCESS' });
      const [refund] = (await florin.refunds.listByPayment(id)).items;
      expect(refund).toMatchObject({ status: 'FAILED', failure: { code: 'refund_declined' } });
    });

    test('updateStatus reports on a manual payment, and only on one', async () => {
      const { id, status } = await florin.payments.create({ ...order(), provider: 'manual' });
      expect(status).toBe('PENDING');
      expect((await florin.payments.updateStatus(id, 'SUCCESS')).status).toBe('SUCCESS');
      await failed(florin.payments.updateStatus(id, 'FAILED')).toMatchObject({
        code: 'status_not_reachable',
        from: 'SUCCESS',
        to: 'FAILED',
      });
      const charged = await florin.payments.create(order());
      await failed(florin.payments.updateStatus(charged.id, 'REFUNDED')).toMatchObject({
        code: 'provider_decides',
      });
    });

    test('resolve, where there is nothing to', async () => {
      const { id } = await florin.payments.create(order());
      const refused = florin.payments.resolve(id, { reason: 'a mistake' });
      await failed(refused).toMatchObject({ code: 'no_discrepancy', status: 409 });
    });

    test.each(['pay_1', `pay_${'0'.repeat(32)}`] as const)('%s is not there', async (id) => {
      await failed(florin.payments.get(id)).toMatchObject({ code: 'payment_not_found' });
      await failed(florin.payments.refund(id)).toMatchObject({ code: 'payment_not_found' });
      await failed(florin.payments.explain(id)).toMatchObject({ code: 'payment_not_found' });
      await failed(florin.events.listByPayment(id)).toMatchObject({ code: 'payment_not_found' });
      await failed(florin.refunds.get('op_1')).toMatchObject({ code: 'refund_not_found' });
    });
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
      const ids = async (filter: Parameters<Florin['payments']['list']>[0]) =>
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
