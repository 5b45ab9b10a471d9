/** The order service on a Florin: an order is paid and refunded, whatever is repeated or goes wrong. */
import { createFlorin } from '@florin/sdk';
import type { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttp } from '../src/http.ts';
import { type RunningFlorin, startFlorin } from './florin.ts';

let florin: RunningFlorin;
let app: Hono;
beforeAll(async () => {
  florin = await startFlorin();
  app = createHttp(createFlorin(florin), new Map());
});
afterAll(() => florin[Symbol.asyncDispose]());

async function post(path: string, body: object = {}, to = app) {
  const answer = await to.request(path, { method: 'POST', body: JSON.stringify(body) });
  return [answer.status, await answer.json()] as const;
}

test('an order is paid once, however often it is asked for', async () => {
  await post('/orders', { id: 'order-1', total: '150.00' });
  const [status, order] = await post('/orders/order-1/pay');
  expect([status, order]).toMatchObject([200, { state: 'paid', attempt: 1 }]);
  expect(await post('/orders/order-1/pay')).toEqual([status, order]);
  const { items } = await createFlorin(florin).payments.listByOrder('order-1');
  expect(items).toHaveLength(1);
});

test('a return is paid back once, in parts, and the last part makes the order refunded', async () => {
  const first = await post('/orders/order-1/returns/a', { amount: '50.00' });
  expect(first).toMatchObject([200, { state: 'paid', refunded: '50.00' }]);
  expect(await post('/orders/order-1/returns/a', { amount: '50.00' })).toEqual(first);
  expect(await post('/orders/order-1/returns/b', { amount: '101.00' })).toMatchObject([
    409,
    { code: 'amount_exceeds_remaining' },
  ]);
  expect(await post('/orders/order-1/returns/c')).toMatchObject([
    200,
    { state: 'refunded', refunded: '150.00' },
  ]);
});

test('a decline is told, and another try is another payment', async () => {
  await post('/orders', { id: 'order-2', total: '19.99' });
  const declined = [402, { state: 'declined', attempt: 1, reason: 'The card was declined.' }];
  expect(await post('/orders/order-2/pay')).toMatchObject(declined);
  expect(await post('/orders/order-2/pay')).toMatchObject([402, { attempt: 2 }]);
  const { items } = await createFlorin(florin).payments.listByOrder('order-2');
  expect(items.map(({ status }) => status)).toEqual(['FAILED', 'FAILED']);
});

test('without Florin it says so; the same request later pays, with the same key', async () => {
  const orders = new Map();
  const nowhere = createFlorin({ ...florin, url: 'http://127.0.0.1:2', maxRetries: 0 });
  const away = createHttp(nowhere, orders);
  await post('/orders', { id: 'order-3', total: '10.00' }, away);
  expect(await post('/orders/order-3/pay', {}, away)).toMatchObject([
    503,
    { code: 'connection_failed' },
  ]);
  const back = createHttp(createFlorin(florin), orders);
  expect(await post('/orders/order-3/pay', {}, back)).toMatchObject([
    200,
    { state: 'paid', attempt: 1 },
  ]);
});

test('an order that is not there cannot be paid', async () => {
  expect((await post('/orders/nothing/pay'))[0]).toBe(404);
  expect((await app.request('/orders/order-1')).status).toBe(200);
});
