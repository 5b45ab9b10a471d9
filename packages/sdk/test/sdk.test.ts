/** The six calls against a real Florin, and what they throw. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest';
import { createFlorin, type Florin, FlorinError, type Payment } from '../src/index.ts';
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

describe('the six calls', () => {
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
