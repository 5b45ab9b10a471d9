/** Whatever /openapi.json names and no other test has a reason to ask for: each refusal, once. */
import { limits } from '@florin/core';
import { addApiKey, commit, newApiKey } from '@florin/db';
import { testDatabase } from '@florin/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProviders } from '../src/providers/index.ts';
import { createSandbox } from '../src/providers/sandbox.ts';
import { create, creation, fresh, type Http, type WirePayment } from './http.ts';
import { proxyTo } from './proxy.ts';
import { startFlorin, startServer } from './server.ts';

/** The sandbox, but for voids: nobody ever learns what became of them. */
const sandbox = createSandbox();
const losingVoids = createProviders({
  ...sandbox,
  perform: async (asked, signal) =>
    asked.operation.kind === 'void' ? { outcome: 'unknown' } : sandbox.perform(asked, signal),
});

let florin: Awaited<ReturnType<typeof startFlorin>>;
let http: Http;
let paid: WirePayment;
beforeAll(async () => {
  florin = await startFlorin(losingVoids);
  ({ http } = florin);
  paid = await create(http);
});
afterAll(() => florin[Symbol.asyncDispose]());

type Call = readonly [method: string, path: (id: string) => string, body?: () => object];

const reading: readonly Call[] = [
  ['GET', () => '/payments/'],
  ['GET', (id) => `/payments/${id}/`],
  ['GET', () => '/payments/order/order-1/'],
];
const writing: readonly Call[] = [
  ['POST', () => '/payments/', () => creation()],
  ['POST', (id) => `/payments/${id}/refund/`, () => ({ amount: '1.00' })],
  ['PATCH', (id) => `/payments/${id}/`, () => ({ status: 'CANCELLED' })],
];

/** Makes each of the calls and expects the same of all. */
async function expectOfAll(calls: readonly Call[], by: Http, expected: readonly [number, string]) {
  for (const [method, path, body] of calls) {
    const answer = await by.send(method, path(paid.id), body?.());
    expect(answer.refusal, `${method} ${path('{id}')}`).toEqual(expected);
  }
}

describe('of every route', () => {
  it('401 without a key', () =>
    expectOfAll([...reading, ...writing], http.as(null), [401, 'unauthorized']));

  it('403 with a key for the other half', async () => {
    const [row] = await florin.db.owner.sql<{ merchant_id: string }[]>`
      select merchant_id from merchants`;
    const merchantId = `mer_${row?.merchant_id.replaceAll('-', '')}` as const;
    const keyFor = async (scope: 'payments:read' | 'payments:write') => {
      const key = newApiKey('test');
      const terms = { name: null, scopes: [scope], expiresAt: null };
      await addApiKey(florin.db.owner, merchantId, key, terms);
      return http.as(key);
    };
    const refused = [403, 'insufficient_scope'] as const;
    await expectOfAll(reading, await keyFor('payments:write'), refused);
    await expectOfAll(writing, await keyFor('payments:read'), refused);
  });

  it('400 with a field that it does not know', async () => {
    for (const [method, path, body] of [...reading, ...writing]) {
      const surprised = method === 'GET' ? `${path(paid.id)}?surprise=1` : path(paid.id);
      const sent = body && { ...body(), surprise: 1 };
      const answer = await http.send(method, surprised, sent);
      expect(answer.refusal).toEqual([400, 'invalid_request']);
    }
  });

  it('500 where the database is not what it should be: nothing of it is told', async () => {
    await using broken = await startFlorin();
    await broken.db.owner.sql`alter table payments rename to hidden`;
    await expectOfAll([...reading, ...writing], broken.http, [500, 'internal_error']);
    const answer = await broken.http.get('/payments/');
    expect(answer.text).not.toMatch(/relation|select|hidden/);
  });

  it('503 where there is no database', async () => {
    await using db = await testDatabase();
    await using proxy = await proxyTo(db.url);
    await using server = await startServer(proxy.url);
    await proxy.close();
    await expectOfAll([...reading, ...writing], server.http, [503, 'unavailable']);
    expect((await server.http.get('/ready')).status).toBe(503);
    await proxy.open();
  });

  it.each([
    ['/payments', 'DELETE'],
    ['/payments/pay_1', 'PUT'],
    ['/payments/order/a', 'POST'],
    ['/payments/pay_1/refund', 'GET'],
    ['/health', 'POST'],
    ['/ready', 'DELETE'],
    ['/openapi.json', 'PUT'],
    ['/errors/unavailable', 'PATCH'],
  ])('405 of %s with %s', async (path, method) => {
    const answer = await http.as(null).send(method, path);
    expect(answer.refusal).toEqual([405, 'method_not_allowed']);
    expect(answer.headers.get('allow')).not.toContain(method);
  });
});

describe('of every route with a body', () => {
  it.each([
    [[400, 'malformed_json'], '{', {}],
    [[413, 'payload_too_large'], JSON.stringify({ x: 'x'.repeat(limits.restBodyBytes) }), {}],
    [[415, 'unsupported_media_type'], '{}', { 'content-type': 'text/plain' }],
    [[400, 'idempotency_key_mismatch'], '{"idempotency_key":"a"}', { 'idempotency-key': 'b' }],
  ] as const)('%j', async (refusal, body, headers) => {
    for (const [method, path] of writing) {
      const answer = await http.send(method, path(paid.id), body, headers);
      expect(answer.refusal, `${method} ${path('{id}')}`).toEqual(refusal);
    }
  });

  it('404 of a payment that is not there', async () => {
    const nobodys = `pay_${'0'.repeat(31)}1`;
    for (const [method, path, body] of writing.slice(1)) {
      const answer = await http.send(method, path(nobodys), body?.());
      expect(answer.refusal).toEqual([404, 'payment_not_found']);
    }
  });

  it('409 while the first request with the key is under way, 422 for another request', async () => {
    const lost = await create(http, { payment_method: 'pm_requires_action' });
    const unsure = await create(http, { payment_method: 'pm_refund_unknown_at_first' });
    const calls = [
      ['POST', '/payments/', creation({ payment_method: 'pm_unknown' })],
      ['POST', `/payments/${unsure.id}/refund/`, { amount: '1.00' }],
      ['PATCH', `/payments/${lost.id}/`, { status: 'CANCELLED' }],
    ] as const;
    for (const [method, path, body] of calls) {
      const request = { idempotency_key: fresh('key'), ...body };
      expect((await http.send(method, path, request)).status).toBe(202);
      const again = await http.send(method, path, request);
      expect(again.refusal).toEqual([409, 'idempotency_key_in_flight']);
      expect(again.headers.get('retry-after')).toBe('1');
      const other = method === 'PATCH' ? { status: 'SUCCESS' } : { amount: '2.00' };
      const differs = await http.send(method, path, { ...request, ...other });
      expect(differs.refusal).toEqual([422, 'idempotency_key_reused']);
    }
  });
});

describe('of one route', () => {
  it('PATCH: 409 where another payment of the order is in progress', async () => {
    const { id, order_id } = await create(http, { provider: 'manual' });
    const open = await create(http, { order_id, payment_method: 'pm_unknown' });
    const answer = await http.patch(`/payments/${id}/`, { status: 'SUCCESS' });
    expect(answer.refusal).toEqual([409, 'order_payment_in_progress']);
    expect(answer.problem).toMatchObject({ payment_id: open.id });
  });

  it('refund: 409 while a void may yet give the money back', async () => {
    const { id } = await create(http, { payment_method: 'pm_requires_action' });
    expect((await http.patch(`/payments/${id}/`, { status: 'CANCELLED' })).status).toBe(202);
    // The payer acted after all, and the provider says so: as its webhook will.
    const [charge] = await florin.db.owner.sql<{ id: string; merchant_id: string }[]>`
      select id, merchant_id from operations where payment_id = ${id.slice(4)} and kind = 'charge'`;
    await commit(florin.db.app.sql, [
      {
        type: 'outcome',
        merchantId: `mer_${charge?.merchant_id.replaceAll('-', '')}`,
        actor: 'provider:sandbox',
        paymentId: id as `pay_${string}`,
        operationId: `op_${charge?.id.replaceAll('-', '')}`,
        outcome: { outcome: 'succeeded', reference: 'late' },
      },
    ]);
    expect((await http.get(`/payments/${id}/`)).payment.status).toBe('SUCCESS');
    const answer = await http.post(`/payments/${id}/refund/`);
    expect(answer.refusal).toEqual([409, 'outcome_unknown']);
    expect(answer.problem).toMatchObject({ operation: 'void' });
  });
});
