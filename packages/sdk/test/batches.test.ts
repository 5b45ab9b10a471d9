/** Which calls ride in one HTTP request: as many as the server takes, by number and by size. */
import { limits } from '@florin/core';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { createFlorin, type Florin } from '../src/index.ts';
import { proxyTo, type Road } from './proxy.ts';

const server = inject('florin');
let proxy: Road;
let florin: Florin;
beforeAll(async () => {
  proxy = await proxyTo(server.url);
  florin = createFlorin({ url: `${proxy.url}/`, apiKey: server.apiKey });
});
afterAll(() => proxy[Symbol.asyncDispose]());
beforeEach(() => proxy.next());

const many = (count: number, size: number) =>
  Array.from({ length: count }, (_, at) => ({
    orderId: `batch-${count}-${size}-${at}`,
    amount: '1.00',
    metadata: Object.fromEntries([...Array(size).keys()].map((name) => [name, '€'.repeat(500)])),
  }));
const callsIn = () => proxy.passed.map(({ path }) => path.split('?')[0]?.split(',').length);

describe('calls made at once', () => {
  test('ride together', async () => {
    await Promise.all(many(20, 0).map((input) => florin.payments.create(input)));
    expect(callsIn()).toEqual([20]);
  });

  test('are two requests where there are many and none is under way', async () => {
    await Promise.all(many(64, 0).map((input) => florin.payments.create(input)));
    expect(callsIn()).toEqual([32, 32]);
  });

  test('are one while another is under way', async () => {
    proxy.next({ kind: 'delay', ms: 1_000 });
    const first = florin.payments.create({ orderId: 'batch-first', amount: '1.00' });
    await expect.poll(callsIn).toEqual([1]);
    await Promise.all([first, ...many(65, 0).map((input) => florin.payments.create(input))]);
    expect(callsIn()).toEqual([1, 65]);
  });

  test('are split at the number that the server takes', async () => {
    const all = await Promise.all(many(250, 0).map((input) => florin.payments.create(input)));
    expect(all.every(({ status }) => status === 'SUCCESS')).toBe(true);
    expect(callsIn().sort()).toEqual([100, 100, 18, 32]);
  });

  test('are split at the size of a body that the server takes', async () => {
    const all = await Promise.all(many(40, 40).map((input) => florin.payments.create(input)));
    expect(all.every(({ status }) => status === 'SUCCESS')).toBe(true);
    expect(proxy.passed.length).toBeGreaterThan(1);
    const sizes = proxy.passed.map(({ body }) => Buffer.byteLength(body));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(limits.trpcBodyBytes);
    expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThan(limits.trpcBodyBytes / 4);
  });

  test('are split at the length of a URL that is taken everywhere', async () => {
    const orders = Array.from({ length: 60 }, (_, at) => `${at}`.padEnd(200, 'é'));
    await Promise.all(orders.map((orderId) => florin.payments.listByOrder(orderId)));
    const lengths = proxy.passed.map(({ path }) => path.length);
    expect(Math.max(...lengths)).toBeLessThan(8_000);
    expect(lengths.length).toBeLessThan(30);
  });

  test('one that is too large for the server is refused alone', async () => {
    const [small] = many(1, 0);
    const large = { orderId: 'batch-large', amount: '1.00', metadata: { x: 'x'.repeat(2 ** 20) } };
    const [one, other] = await Promise.allSettled([
      florin.payments.create(large),
      florin.payments.get('pay_1'),
    ]);
    expect(small).toBeDefined();
    expect(one).toMatchObject({ reason: { code: 'payload_too_large', limitBytes: 2 ** 20 } });
    expect(other).toMatchObject({ reason: { code: 'payment_not_found' } });
  });
});

test('each answer goes to whoever asked for it', async () => {
  const paid = await Promise.all(many(30, 1).map((input) => florin.payments.create(input)));
  const found = await Promise.allSettled(
    paid.map(({ id }, at) => florin.payments.get(at % 3 === 0 ? 'pay_0' : id)),
  );
  for (const [at, one] of found.entries()) {
    if (at % 3 === 0) expect(one).toMatchObject({ reason: { code: 'payment_not_found' } });
    else expect(one).toMatchObject({ value: paid[at] });
  }
});
