/** The Florin in memory: the cases that the server has too, and what tests bring about. */
import { describe, expect, test } from 'vitest';
import { isFlorinError, type Retry } from '../src/index.ts';
import { createTestFlorin } from '../src/testing/index.ts';
import { casesOf } from './cases.ts';

describe('the Florin in memory', () => casesOf(async () => createTestFlorin()));

const order = { orderId: 'order-42', amount: '150.00' };

test('each is of its own', async () => {
  const { id } = await createTestFlorin().payments.create(order);
  await expect(createTestFlorin().payments.get(id)).rejects.toThrow('no payment');
});

describe('simulate', () => {
  test.each([
    ['approves', { status: 'SUCCESS', failure: null }],
    ['declines', { status: 'FAILED', failure: { code: 'payer_declined' } }],
  ] as const)('the payer %s', async (does, expected) => {
    const florin = createTestFlorin();
    const input = { ...order, paymentMethod: 'pm_requires_action' };
    const { id } = await florin.payments.create(input);
    expect(await florin.simulate.payer(id, does)).toMatchObject(expected);
    await expect(florin.simulate.payer(id, does)).rejects.toThrow('nothing to do');
  });

  test('outcomes become known', async () => {
    const florin = createTestFlorin();
    const create = (orderId: string, paymentMethod: string) =>
      florin.payments.create({ ...order, orderId, paymentMethod });
    const late = await create('late', 'pm_unknown_at_first');
    const never = await create('never', 'pm_unknown');
    expect([late.status, never.status]).toEqual(['PENDING', 'PENDING']);
    await florin.simulate.outcomes();
    expect((await florin.payments.waitFor(late.id, 'SUCCESS')).capturedAmount).toBe('150.00');
    expect((await florin.payments.get(never.id)).status).toBe('PENDING');
  });

  test('time runs out', async () => {
    const florin = createTestFlorin();
    const held = await florin.payments.create({ ...order, capture: 'manual' });
    expect((await florin.simulate.expiry(held.id)).status).toBe('CANCELLED');
    await expect(florin.simulate.expiry(held.id)).rejects.toThrow('never expires');
    const paid = await florin.payments.create(order);
    expect(Date.parse(paid.createdAt)).toBeLessThanOrEqual(Date.now());
  });

  test('refusals, to be seen or repeated', async () => {
    const retries: Retry[] = [];
    const florin = createTestFlorin({ onRetry: (retry) => void retries.push(retry) });
    florin.simulate.refusal('order_payment_in_progress', { paymentId: 'pay_1' });
    const error: unknown = await florin.payments.create(order).catch((caught) => caught);
    expect(isFlorinError(error, 'order_payment_in_progress') && error.paymentId).toBe('pay_1');
    florin.simulate.refusal('internal_error', {});
    expect((await florin.payments.create(order)).status).toBe('SUCCESS');
    expect(retries.map((retry) => retry.error.code)).toEqual(['internal_error']);
  });

  test('what is lost is sent again, and has one effect', async () => {
    const florin = createTestFlorin();
    florin.simulate.lostRequest();
    florin.simulate.lostAnswer();
    const payment = await florin.payments.create(order);
    expect((await florin.payments.list()).items).toEqual([payment]);
    florin.simulate.lostAnswer();
    const gone = florin.payments.refund(payment.id, {}, { maxRetries: 0 });
    await expect(gone).rejects.toMatchObject({ code: 'connection_failed' });
    expect((await florin.payments.get(payment.id)).status).toBe('REFUNDED');
  });
});
