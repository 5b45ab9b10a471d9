/** Calls over a road that loses, delays and doubles them: each has one effect, under one key. */
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { createFlorin, type Florin, type FlorinError, type Retry } from '../src/index.ts';
import { type Fault, proxyTo, type Road } from './proxy.ts';

const server = inject('florin');
let proxy: Road;
let florin: Florin;
let retries: Retry[];
beforeAll(async () => {
  proxy = await proxyTo(server.url);
});
afterAll(() => proxy[Symbol.asyncDispose]());
beforeEach(() => {
  retries = [];
  const onRetry = (retry: Retry) => void retries.push(retry);
  florin = createFlorin({ url: proxy.url, apiKey: server.apiKey, onRetry });
});

let orders = 0;
const order = () => {
  orders += 1;
  return { orderId: `retry-${orders}`, amount: '150.00' };
};
const lose: Fault = { kind: 'lose' };
const loseAnswer: Fault = { kind: 'lose-answer' };
const busy: Fault = { kind: 'answer', status: 503 };

const keysSent = () =>
  proxy.passed.map(({ body }) => (JSON.parse(body) as Record<0, { idempotencyKey: string }>)[0]);

describe('one effect, whatever becomes of its tries', () => {
  const rows: readonly (readonly [string, readonly Fault[], number])[] = [
    ['nothing', [], 1],
    ['the request is lost', [lose], 2],
    ['the answer is lost', [loseAnswer], 2],
    ['both, twice', [lose, loseAnswer, lose, loseAnswer], 5],
    ['the request comes twice', [{ kind: 'double' }], 1],
    ['it comes twice and the answer is lost', [{ kind: 'double' }, loseAnswer], 1],
    ['a proxy is busy, after the answer was lost', [loseAnswer, busy], 3],
    ['a gateway gives up', [{ kind: 'answer', status: 504 }], 2],
  ];
  test.each(rows)('%s', async (_, faults, tries) => {
    const { orderId, amount } = order();
    proxy.next(...faults);
    const payment = await florin.payments.create({ orderId, amount });
    expect(payment).toMatchObject({ status: 'SUCCESS', capturedAmount: '150.00' });
    expect(proxy.passed).toHaveLength(tries);
    expect(retries).toHaveLength(tries - 1);
    expect(new Set(keysSent().map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
    proxy.next();
    const { items } = await florin.payments.listByOrder(orderId);
    expect(items).toEqual([payment]);
  });

  test('it comes twice at once: whichever answer is had, there is one payment', async () => {
    for (let run = 0; run < 10; run += 1) {
      const { orderId, amount } = order();
      proxy.next({ kind: 'twins' });
      const payment = await florin.payments.create({ orderId, amount });
      expect((await florin.payments.listByOrder(orderId)).items).toEqual([payment]);
      expect((await florin.events.listByPayment(payment.id)).items).toHaveLength(2);
    }
  });

  test('two refunds of one amount are two, and a repeated one is one', async () => {
    const { id } = await florin.payments.create(order());
    proxy.next(loseAnswer, { kind: 'pass' }, loseAnswer);
    await florin.payments.refund(id, { amount: '10.00' });
    const twice = await florin.payments.refund(id, { amount: '10.00' });
    expect(twice.refundedAmount).toBe('20.00');
  });

  test('each call that changes something has a key of its own', async () => {
    const held = await florin.payments.create({ ...order(), capture: 'manual' });
    proxy.next(loseAnswer);
    const captured = await florin.payments.capture(held.id, { amount: '100.00' });
    expect(captured.capturedAmount).toBe('100.00');
    const other = await florin.payments.create({ ...order(), capture: 'manual' });
    proxy.next(loseAnswer);
    expect((await florin.payments.cancel(other.id)).status).toBe('CANCELLED');
    const manual = await florin.payments.create({ ...order(), provider: 'manual' });
    proxy.next(loseAnswer);
    expect((await florin.payments.updateStatus(manual.id, 'SUCCESS')).status).toBe('SUCCESS');
    expect(keysSent().every(({ idempotencyKey }) => /^sdk_/.test(idempotencyKey))).toBe(true);
  });

  test('calls in a batch are repeated together', async () => {
    proxy.next(loseAnswer);
    const three = await Promise.all([1, 2, 3].map(() => florin.payments.create(order())));
    expect(new Set(three.map(({ id }) => id)).size).toBe(3);
    expect(retries).toHaveLength(3);
  });
});

describe('what is not repeated', () => {
  test('a refusal', async () => {
    const input = order();
    await florin.payments.create(input);
    proxy.next();
    const refused = florin.payments.create(input);
    await expect(refused).rejects.toMatchObject({ code: 'order_already_paid', attempts: 1 });
    expect(proxy.passed).toHaveLength(1);
  });

  test.each([400, 401, 404, 413, 302])('an answer of a proxy, %i', async (status) => {
    proxy.next({ kind: 'answer', status });
    const call = florin.payments.list();
    await expect(call).rejects.toMatchObject({ code: 'unexpected_answer', status, attempts: 1 });
  });

  test('anything, where the caller wants it so', async () => {
    proxy.next(lose);
    const call = florin.payments.create(order(), { maxRetries: 0 });
    await expect(call).rejects.toMatchObject({ code: 'connection_failed', attempts: 1 });
  });

  test('more often than the cap', async () => {
    proxy.next(lose, lose, lose, lose);
    const call = florin.payments.create(order(), { maxRetries: 2 });
    await expect(call).rejects.toMatchObject({ code: 'connection_failed', attempts: 3 });
    expect(retries.map(({ attempts }) => attempts)).toEqual([1, 2]);
  });
});

describe('waiting', () => {
  test('as long as Retry-After says, of a proxy', async () => {
    proxy.next({ kind: 'answer', status: 429, headers: { 'retry-after': '1' } });
    await florin.payments.create(order());
    const [{ delayMs, error, call, idempotencyKey } = {} as Retry] = retries;
    expect(delayMs).toBeGreaterThanOrEqual(1_000);
    expect(error).toMatchObject({ code: 'unexpected_answer', status: 429 });
    expect([call, idempotencyKey]).toEqual(['payments.create', expect.stringMatching(/^sdk_/)]);
  });

  test('not for longer than a minute', async () => {
    proxy.next({ kind: 'answer', status: 503, headers: { 'retry-after': '61' } });
    await expect(florin.payments.create(order())).rejects.toMatchObject({ status: 503 });
  });

  test('for an answer, as long as timeoutMs; the next try finds what the first did', async () => {
    const { orderId, amount } = order();
    proxy.next({ kind: 'delay', ms: 2_000 });
    const payment = await florin.payments.create({ orderId, amount }, { timeoutMs: 500 });
    expect(payment.status).toBe('SUCCESS');
    expect(retries[0]?.error).toMatchObject({ code: 'timed_out', timeoutMs: 500 });
  });

  test('for good, where timeoutMs is more than a timer can hold', async () => {
    for (const timeoutMs of [2 ** 31, Number.POSITIVE_INFINITY]) {
      expect((await florin.payments.create(order(), { timeoutMs })).status).toBe('SUCCESS');
    }
    expect(retries).toEqual([]);
  });

  test('no longer than the caller, who is told at once', async () => {
    const reason = new Error('the visitor is gone');
    const { signal, abort } = abortable();
    proxy.next({ kind: 'delay', ms: 5_000 });
    proxy.onRequest = () => abort(reason);
    const error = await caught(florin.payments.create(order(), { signal }));
    proxy.onRequest = () => {};
    expect(error).toMatchObject({ code: 'aborted', cause: reason, attempts: 1 });
  });

  test('no longer than the caller between two tries', async () => {
    const { signal, abort } = abortable();
    const impatient = createFlorin({
      url: proxy.url,
      apiKey: server.apiKey,
      onRetry: () => setTimeout(() => abort(new Error('enough'))),
    });
    proxy.next({ kind: 'answer', status: 503, headers: { 'retry-after': '30' } });
    const error = await caught(impatient.payments.create(order(), { signal }));
    expect(error).toMatchObject({ code: 'aborted', attempts: 1 });
  });

  test('one caller who gives up does not end the others in the batch', async () => {
    const { signal, abort } = abortable();
    proxy.next({ kind: 'delay', ms: 300 });
    proxy.onRequest = () => abort(new Error('enough'));
    const [one, other] = await Promise.allSettled([
      florin.payments.create(order(), { signal }),
      florin.payments.create(order()),
    ]);
    proxy.onRequest = () => {};
    expect(one).toMatchObject({ status: 'rejected', reason: { code: 'aborted' } });
    expect(other).toMatchObject({ status: 'fulfilled', value: { status: 'SUCCESS' } });
    expect(proxy.passed).toHaveLength(1);
  });

  test('a signal that has fired already sends nothing', async () => {
    proxy.next();
    const signal = AbortSignal.abort(new Error('never mind'));
    await expect(florin.payments.list({}, { signal })).rejects.toMatchObject({ code: 'aborted' });
    expect(proxy.passed).toHaveLength(0);
  });
});

test('an error names its request, also where no answer came', async () => {
  proxy.next(lose);
  const error = await caught(florin.payments.create(order(), { maxRetries: 0 }));
  expect(error.requestId).toBe(proxy.passed[0]?.headers['x-request-id']);
  proxy.next();
  const refused = await caught(florin.payments.get('pay_unknown'));
  expect(refused).toMatchObject({ code: 'payment_not_found', status: 404 });
  expect(refused.requestId).toBe(proxy.passed[0]?.headers['x-request-id']);
});

function abortable() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: (reason: Error) => controller.abort(reason) };
}

const caught = (call: Promise<unknown>): Promise<FlorinError> =>
  call.then(
    () => {
      throw new Error('It did not fail.');
    },
    (error: FlorinError) => error,
  );
