/** What a client is set up with, and what it takes along, against a `fetch` that only listens. */
import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createFlorin, type FlorinOptions, idempotencyKey } from '../src/index.ts';

const apiKey = `fk_test_${'k'.repeat(32)}`;

/** A Florin that answers every call with its number. */
function listening(options: Partial<FlorinOptions> = {}) {
  const requests: { url: string; headers: Record<string, string> }[] = [];
  const florin = createFlorin({
    url: 'http://florin.test',
    apiKey,
    fetch: async (input, init) => {
      const url = String(input);
      requests.push({ url, headers: init?.headers as Record<string, string> });
      const calls = new URL(url).pathname.split(',');
      return Response.json(calls.map((_, id) => ({ result: { data: { id } } })));
    },
    ...options,
  });
  return { florin, requests };
}

afterEach(() => {
  vi.unstubAllGlobals();
  context.disable();
  propagation.disable();
});

describe('a secret key in a browser', () => {
  const secret = { url: 'http://florin.test', apiKey };
  test.each([
    ['a page', { document: {}, location: { href: 'https://shop.test/cart' } }],
    ['a worker', { WorkerGlobalScope: class {}, location: { href: 'https://shop.test/w.js' } }],
  ])('is refused in %s', (_, scope) => {
    for (const [name, value] of Object.entries(scope)) vi.stubGlobal(name, value);
    expect(() => createFlorin(secret)).toThrow(/dangerouslyAllowBrowser/);
    expect(() => createFlorin({ ...secret, dangerouslyAllowBrowser: true })).not.toThrow();
    expect(() => createFlorin({ url: '/florin', apiKey: null })).not.toThrow();
  });

  test('is none in Deno, which has workers of its own', () => {
    vi.stubGlobal('WorkerGlobalScope', class {});
    vi.stubGlobal('Deno', {});
    expect(() => createFlorin(secret)).not.toThrow();
  });
});

test.each(['', 'undefined', 'sk_test_1', 'Bearer fk_test_1', `${apiKey}\n`])(
  '%j is no key',
  (wrong) => {
    const url = 'http://florin.test';
    expect(() => createFlorin({ url, apiKey: wrong })).toThrow(TypeError);
  },
);

test.each(['', '/florin', 'florin.internal', 'localhost:8000', 'http://'])(
  '%j is no url',
  (url) => {
    expect(() => createFlorin({ url, apiKey })).toThrow(TypeError);
  },
);

test('without a key none is sent: a backend adds it', async () => {
  const { florin, requests } = listening({ apiKey: null });
  await florin.payments.get('pay_1');
  expect(Object.keys(requests[0]?.headers ?? {})).not.toContain('authorization');
});

describe('a trace', () => {
  const traceId = (digit: string) => digit.repeat(32);
  const within = <T>(id: string, work: () => T): T =>
    context.with(
      trace.setSpanContext(context.active(), {
        traceId: id,
        spanId: '1'.repeat(16),
        traceFlags: 1,
      }),
      work,
    );
  const setUp = () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  };

  test('is passed on where there is one', async () => {
    setUp();
    const { florin, requests } = listening();
    await within(traceId('a'), () => florin.payments.get('pay_1'));
    expect(requests[0]?.headers['traceparent']).toBe(`00-${traceId('a')}-${'1'.repeat(16)}-01`);
    await florin.payments.get('pay_1');
    expect(requests[1]?.headers['traceparent']).toBeUndefined();
  });

  test('has requests of its own: calls of two are not mixed in one', async () => {
    setUp();
    const { florin, requests } = listening();
    const both = ['a', 'b', 'a'].map((id) =>
      within(traceId(id), () => florin.payments.get('pay_1')),
    );
    await Promise.all(both);
    const sent = requests.map(({ headers, url }) => [
      headers['traceparent']?.slice(3, 4),
      new URL(url).pathname.split(',').length,
    ]);
    expect(sent).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
  });

  test('is not looked for where OpenTelemetry is not set up', async () => {
    const { florin, requests } = listening();
    await florin.payments.get('pay_1');
    expect(Object.keys(requests[0]?.headers ?? {}).sort()).toEqual([
      'authorization',
      'x-request-id',
    ]);
  });
});

describe('lists ask for nothing before they are awaited', () => {
  test('and then once', async () => {
    const { florin, requests } = listening();
    const list = florin.payments.list();
    await new Promise((passed) => setTimeout(passed, 20));
    expect(requests).toHaveLength(0);
    expect(await list).toBe(await list);
    expect(requests).toHaveLength(1);
  });
});

describe('idempotencyKey', () => {
  type Parts = Parameters<typeof idempotencyKey>;

  test.each<readonly [Parts, string]>([
    [['order-42'], 'order-42'],
    [['order-42', 'try', 1], 'order-42/try/1'],
    [['a/b', 'c'], 'a%2Fb/c'],
    [['a', 'b/c'], 'a/b%2Fc'],
    [['100%'], '100%25'],
  ])('%j is %s', (parts, key) => {
    expect(idempotencyKey(...parts)).toBe(key);
  });

  test.each<readonly [Parts]>([[['']], [['x'.repeat(256)]]])('%j is none', (parts) => {
    expect(() => idempotencyKey(...parts)).toThrow(RangeError);
  });
});
