/** A caller that is killed in the middle of a payment, and started again. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createFlorin, type Payment } from '../src/index.ts';
import { proxyTo, type Road } from './proxy.ts';

const server = inject('florin');
let proxy: Road;
beforeAll(async () => {
  proxy = await proxyTo(server.url);
});
afterAll(() => proxy[Symbol.asyncDispose]());

const script = new URL('fixtures/shop.ts', import.meta.url).pathname;

/** A shop that charges an order, and gives a part back. */
function startShop(orderId: string) {
  const shop = spawn(process.execPath, [script, orderId], {
    env: { PATH: process.env['PATH'], FLORIN_URL: proxy.url, FLORIN_KEY: server.apiKey },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  shop.stdout.on('data', (chunk) => {
    printed += chunk;
  });
  const ended = once(shop, 'close').then(() => printed);
  return { kill: () => shop.kill('SIGKILL'), ended };
}

/** Which request it is killed at: the server does what it was asked, and nobody hears the answer. */
test.each([
  ['the charge', 1],
  ['the first refund', 2],
  ['the second refund', 3],
])('killed while it waits for %s, it does not pay twice', async (_, at) => {
  const orderId = `crash-${at}`;
  proxy.next(...Array.from({ length: at }, (__, n) => lateAt(n + 1 === at)));
  const shop = startShop(orderId);
  const killed = new Promise<void>((resolve) => {
    proxy.onRequest = () => {
      if (proxy.passed.length !== at) return;
      // Late enough for the server to have it, and before its answer.
      setTimeout(() => resolve(void shop.kill()), 300);
    };
  });
  await killed;
  proxy.onRequest = () => {};
  expect(await shop.ended).toBe('');

  proxy.next();
  const printed = await startShop(orderId).ended;
  const told = JSON.parse(printed) as Payment;
  expect(told).toMatchObject({ status: 'SUCCESS', refundedAmount: '30.00' });
  const florin = createFlorin(server);
  expect((await florin.payments.listByOrder(orderId)).items).toEqual([told]);
  const refunds = (await florin.refunds.listByPayment(told.id)).items;
  expect(refunds.map(({ amount, status }) => [amount, status])).toEqual([
    ['20.00', 'SUCCEEDED'],
    ['10.00', 'SUCCEEDED'],
  ]);
});

const lateAt = (isLate: boolean) =>
  isLate ? ({ kind: 'delay', ms: 3_000 } as const) : ({ kind: 'pass' } as const);
