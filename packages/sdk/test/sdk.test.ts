/** The calls against a real Florin, and what they throw. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest';
import {
  createFlorin,
  type EventPage,
  type Florin,
  FlorinError,
  type Payment,
} from '../src/index.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
let florin: Florin;
beforeAll(async () => {
  server = await startServer();
  florin = createFlorin(server);
});
afterAll(() => server[Symbol.asyncDispose]());

let orders = 0;
const order = () => {
  orders += 1;
  return { orderId: `sdk-${orders}`, amount: '150.00', idempotencyKey: `sdk-${orders}` };
};

describe('the calls', () => {
  test('create charges, and answers a repetition with the same payment', async () => {
    const input = { ...order(), currency: 'EUR', metadata: { cartId: 'c-1' } } as const;
    const payment = await florin.payments.create(input);
    expect(payment).toMatchObject({ ...input, status: 'SUCCESS', provider: 'sandbox', version: 2 });
    expect(await florin.payments.create(input)).toEqual(payment);
  });

  test('get', async () => {
    const payment = await florin.payments.create(order());
    expect(await florin.payments.get({ id: payment.id })).toEqual(payment);
  });

  test('list pages through everything, newest first, each once', async () => {
    await Promise.all([1, 2, 3].map(() => florin.payments.create(order())));
    const seen: Payment[] = [];
    let cursor: string | null = null;
    do {
      const page = await florin.payments.list({ limit: 2, ...(cursor === null ? {} : { cursor }) });
      seen.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
    expect(seen.map(({ createdAt }) => createdAt)).toEqual(
      seen.map(({ createdAt }) => createdAt).toSorted((one, other) => (one < other ? 1 : -1)),
    );
    expect(seen.length).toBeGreaterThan(4);
  });

  test('listByOrder', async () => {
    const input = { ...order(), amount: '19.99' };
    const failed = await florin.payments.create(input);
    const paid = await florin.payments.create({
      ...input,
      amount: '20.00',
      idempotencyKey: `${input.idempotencyKey}-again`,
    });
    const { items } = await florin.payments.listByOrder({ orderId: input.orderId });
    expect(items).toEqual([paid, failed]);
    expect(failed).toMatchObject({ status: 'FAILED', failure: { code: 'card_declined' } });
  });

  test('refund, in part and the rest', async () => {
    const { id } = await florin.payments.create(order());
    const part = await florin.payments.refund({ id, amount: '50.00', reason: 'came back' });
    expect(part).toMatchObject({ status: 'SUCCESS', refundedAmount: '50.00' });
    const rest = await florin.payments.refund({ id });
    expect(rest).toMatchObject({ status: 'REFUNDED', refundedAmount: '150.00' });
  });

  test('updateStatus reports on a manual payment', async () => {
    const { id, status } = await florin.payments.create({ ...order(), provider: 'manual' });
    expect(status).toBe('PENDING');
    const paid = await florin.payments.updateStatus({ id, status: 'SUCCESS' });
    expect(paid.status).toBe('SUCCESS');
  });

  test('capture a part, refund it, and look the refund up', async () => {
    const held = await florin.payments.create({ ...order(), capture: 'manual' });
    expect(held).toMatchObject({ status: 'AUTHORIZED', allowedActions: ['capture', 'cancel'] });
    const captured = await florin.payments.capture({ id: held.id, amount: '100.00' });
    expect(captured).toMatchObject({ status: 'SUCCESS', capturedAmount: '100.00' });
    await florin.payments.refund({ id: held.id, amount: '40.00', reason: 'came back' });
    const { items } = await florin.refunds.listByPayment({ id: held.id });
    expect(items).toMatchObject([{ amount: '40.00', status: 'SUCCEEDED', paymentId: held.id }]);
    const [refund] = items;
    if (!refund) throw new Error('no refund');
    expect(await florin.refunds.get({ id: refund.id })).toEqual(refund);
    const { actions } = await florin.payments.explain({ id: held.id });
    expect(actions.find(({ action }) => action === 'refund')).toMatchObject({ upTo: '60.00' });
  });

  test('cancel, and what the payer must do', async () => {
    const input = { ...order(), paymentMethod: 'pm_requires_action' };
    const waiting = await florin.payments.create(input);
    expect(waiting.nextAction?.url).toMatch(/^http:/);
    expect((await florin.payments.cancel({ id: waiting.id })).status).toBe('CANCELLED');
  });

  test('resolve, where there is nothing to', async () => {
    const { id } = await florin.payments.create(order());
    const refused = florin.payments.resolve({ id, reason: 'a mistake' });
    await expect(refused).rejects.toMatchObject({ code: 'no_discrepancy', status: 409 });
  });

  test('events: of one payment, and all of them in order', async () => {
    const { id } = await florin.payments.create(order());
    const { items } = await florin.events.listByPayment({ id });
    expect(items.map(({ type }) => type)).toEqual(['payment.created', 'charge.succeeded']);
    const followed = async () => {
      const numbers: (number | null)[] = [];
      for (let after: number | null = 0; after !== null; ) {
        const page: EventPage = await florin.events.list({ after, limit: 50 });
        numbers.push(...page.items.map(({ number }) => number));
        after = page.nextAfter;
      }
      return numbers;
    };
    await expect.poll(followed).toContain(2);
    const numbers = await followed();
    expect(numbers).toEqual(numbers.map((_, at) => at + 1));
  });

  test('balances', async () => {
    await florin.payments.create({ ...order(), currency: 'KWD', amount: '1.000' });
    const [balance] = (await florin.balances.list()).filter(({ currency }) => currency === 'KWD');
    expect(balance).toMatchObject({ providerReceivable: '1.000', merchantPayable: '1.000' });
  });
});

describe('what they throw', () => {
  test('a refusal, with its code, status, request id and own fields', async () => {
    const input = order();
    const { id } = await florin.payments.create(input);
    const refused = florin.payments.create({ ...input, idempotencyKey: 'another' });
    const error: unknown = await refused.catch((caught) => caught);
    expect(error).toBeInstanceOf(FlorinError);
    expect(error).toMatchObject({
      code: 'order_already_paid',
      status: 409,
      requestId: expect.any(String),
      problem: { paymentId: id },
    });
  });

  test('invalid input names the field as the SDK knows it', async () => {
    const refused = florin.payments.create({ ...order(), amount: '1.005' });
    await expect(refused).rejects.toMatchObject({
      code: 'invalid_request',
      problem: { errors: [{ path: ['amount'], message: expect.any(String) }] },
    });
  });

  test('a wrong key', async () => {
    const stranger = createFlorin({ url: server.url, apiKey: 'fk_test_00000000000000000000' });
    await expect(stranger.payments.list()).rejects.toMatchObject({
      code: 'unauthorized',
      status: 401,
    });
  });

  test('no answer', async () => {
    const nobody = createFlorin({ url: 'http://127.0.0.1:1', apiKey: server.apiKey });
    await expect(nobody.payments.list()).rejects.toMatchObject({
      code: 'connection_failed',
      status: null,
    });
  });
});

test('calls made at once ride in one HTTP request', async () => {
  let requests = 0;
  const counting = createServer((_, response) => {
    requests += 1;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify([1, 2, 3].map((id) => ({ result: { data: { id } } }))));
  }).listen(0, '127.0.0.1');
  await new Promise((listening) => counting.once('listening', listening));
  const { port } = counting.address() as AddressInfo;
  const { payments } = createFlorin({ url: `http://127.0.0.1:${port}/`, apiKey: 'fk_test_x' });
  await Promise.all([1, 2, 3].map(() => payments.create(order())));
  counting.close();
  expect(requests).toBe(1);
});

test('types come from the router', () => {
  expectTypeOf<Payment['id']>().toEqualTypeOf<`pay_${string}`>();
  expectTypeOf<Payment['status']>().toEqualTypeOf<
    'PENDING' | 'REQUIRES_ACTION' | 'AUTHORIZED' | 'SUCCESS' | 'REFUNDED' | 'FAILED' | 'CANCELLED'
  >();
  // @ts-expect-error -- an unknown currency
  void (() => florin.payments.create({ ...order(), currency: 'XXZ' }));
  // @ts-expect-error -- amounts are strings
  void (() => florin.payments.create({ ...order(), amount: 150 }));
  // @ts-expect-error -- an id of another kind
  void (() => florin.payments.get({ id: 'op_1' }));
});
