/** What a Florin does, whichever it is: the same cases for the server and for the one in memory. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Florin } from '../src/index.ts';
import { failed, order } from './case.ts';
import { readingCasesOf } from './cases-reading.ts';

export function casesOf(start: () => Promise<Florin>): void {
  let florin: Florin;
  beforeAll(async () => {
    florin = await start();
  });

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

  readingCasesOf(() => florin);
}
