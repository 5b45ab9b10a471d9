/** /health and /ready, a database that is gone for a while, and requests that reach no procedure. */
import { limits } from '@florin/core';
import { testDatabase } from '@florin/db/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { checkConformance } from './conformance.ts';
import { create, creation, type Http } from './http.ts';
import { proxyTo } from './proxy.ts';
import { startFlorin, startServer, testKey } from './server.ts';

let florin: Awaited<ReturnType<typeof startFlorin>>;
let http: Http;
beforeAll(async () => {
  florin = await startFlorin();
  ({ http } = florin);
});
afterAll(() => florin[Symbol.asyncDispose]());

it.each([
  ['/health', { status: 'ok' }],
  ['/ready', { status: 'ready' }],
])('GET %s: 200, without a key', async (path, body) => {
  const answer = await http.as(null).get(path);
  expect([answer.status, JSON.parse(answer.text)]).toEqual([200, body]);
});

it('is not ready before its migrations have run', async () => {
  const { sql } = florin.db.owner;
  const [newest] = await sql`
    select id, created_at from drizzle.__drizzle_migrations order by created_at desc limit 1`;
  const { id, created_at } = newest as { id: number; created_at: string };
  await sql`update drizzle.__drizzle_migrations set created_at = 0 where id = ${id}`;
  expect((await http.get('/ready')).status).toBe(503);
  await sql`update drizzle.__drizzle_migrations set created_at = ${created_at} where id = ${id}`;
  expect((await http.get('/ready')).status).toBe(200);
});

it('without its database: healthy, not ready, 503 with a time to wait; then all is as before', async () => {
  await using db = await testDatabase();
  await using proxy = await proxyTo(db.url);
  await using server = await startServer(proxy.url);
  const paid = await create(server.http);

  await proxy.close();
  expect((await server.http.get('/health')).status).toBe(200);
  expect((await server.http.get('/ready')).status).toBe(503);
  const request = creation();
  const requests = [
    server.http.post('/payments/', request),
    server.http.get(`/payments/${paid.id}/`),
    server.http.post(`/payments/${paid.id}/refund/`, { amount: '1.00' }),
  ];
  for (const answer of await Promise.all(requests)) {
    expect(answer.refusal).toEqual([503, 'unavailable']);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(answer.text).not.toMatch(/ECONN|127\.0\.0\.1|postgres/);
  }

  await proxy.open();
  await vi.waitFor(async () => expect((await server.http.get('/ready')).status).toBe(200), 20_000);
  expect((await server.http.get(`/payments/${paid.id}/`)).payment).toEqual(paid);
  expect((await server.http.post('/payments/', request)).status).toBe(201);
});

describe('what reaches no procedure', () => {
  it.each([
    ['GET', '/'],
    ['GET', '/nothing'],
    ['POST', '/payment/'],
    ['GET', '/payments/order/a/b/'],
    ['POST', '/payments/x/refund/y/'],
    ['GET', '/payments/x/nothing/'],
  ])('%s %s: 404', async (method, path) => {
    const answer = await http.send(method, path);
    expect(answer.refusal).toEqual([404, 'route_not_found']);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.problem.error).toBe(answer.problem.detail);
  });

  it.each([
    ['DELETE', '/payments/', 'POST, GET'],
    ['PUT', '/payments', 'POST, GET'],
    ['POST', '/payments/pay_1/', 'GET, PATCH'],
    ['DELETE', '/payments/pay_1', 'GET, PATCH'],
    ['GET', '/payments/pay_1/refund/', 'POST'],
    ['POST', '/payments/order/a/', 'GET'],
    ['POST', '/health', 'GET'],
    ['POST', '/ready', 'GET'],
  ])('%s %s: 405 with Allow: %s', async (method, path, allow) => {
    const answer = await http.send(method, path);
    expect(answer.refusal).toEqual([405, 'method_not_allowed']);
    const allowed = (answer.headers.get('allow') ?? '').split(', ').sort();
    expect(allowed).toEqual(allow.split(', ').sort());
  });
});

describe('a body', () => {
  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/jsonp',
    'multipart/form-data; boundary=x',
    '',
  ])('declared as %j: 415', async (type) => {
    const answer = await http.post('/payments/', creation(), { 'content-type': type });
    expect(answer.refusal).toEqual([415, 'unsupported_media_type']);
  });

  it.each(['application/json', 'application/json; charset=utf-8', 'APPLICATION/JSON'])(
    'declared as %j: read',
    async (type) => {
      expect((await http.post('/payments/', creation(), { 'content-type': type })).status).toBe(
        201,
      );
    },
  );

  it.each(['{', '{"a": 1,}', "{'a': 1}", 'order_id=1', '{"a": 01}', '{} {}', '\u0000'])(
    'that is %j: 400, not JSON',
    async (body) => {
      expect((await http.post('/payments/', body)).refusal).toEqual([400, 'malformed_json']);
    },
  );

  it.each(['[]', '"text"', '7', 'null', 'true'])('that is %s: 400, no object', async (body) => {
    expect((await http.post('/payments/', body)).refusal).toEqual([400, 'invalid_request']);
  });
});

describe('a request’s id', () => {
  it('is the caller’s where it is a plain one, and else a fresh one', async () => {
    const given = await http.get('/payments/x/', { 'x-request-id': 'req-1.a_B' });
    expect(given.headers.get('x-request-id')).toBe('req-1.a_B');
    expect(given.problem.request_id).toBe('req-1.a_B');
    for (const id of ['has space', 'x'.repeat(101), '<script>']) {
      const answer = await http.get('/payments/x/', { 'x-request-id': id });
      expect(answer.problem.request_id).toMatch(/^[0-9a-f-]{36}$/);
    }
  });
});

// Last: such a connection must not be used again, and until the answer says so it is.
describe('a body that is too large', () => {
  const fits = (bytes: number) => {
    const start = '{"metadata":"';
    return `${start}${'x'.repeat(bytes - start.length - 2)}"}`;
  };

  it(`${limits.restBodyBytes} bytes are read, one more is 413`, async () => {
    const read = await http.post('/payments/', fits(limits.restBodyBytes));
    expect(read.refusal).toEqual([400, 'invalid_request']);
    const answer = await http.post('/payments/', fits(limits.restBodyBytes + 1));
    expect(answer.refusal).toEqual([413, 'payload_too_large']);
    expect(answer.problem).toMatchObject({ limit_bytes: limits.restBodyBytes });
  });

  it('is 413 also where it does not say how long it is', async () => {
    const chunk = new TextEncoder().encode('x'.repeat(20_000));
    let sent = 0;
    const stream = new ReadableStream({
      pull(controller) {
        if (++sent > 5) controller.close();
        else controller.enqueue(chunk);
      },
    });
    const init = {
      method: 'POST',
      headers: { authorization: `Bearer ${testKey}`, 'content-type': 'application/json' },
      body: stream,
      duplex: 'half',
    } as const;
    const response = await fetch(`${http.url}/payments/`, init);
    const text = await response.text();
    checkConformance('POST', response.url, response.status, response.headers, text);
    expect([response.status, (JSON.parse(text) as { code: string }).code]).toEqual([
      413,
      'payload_too_large',
    ]);
  });

  it(`${limits.trpcBodyBytes} bytes are read by tRPC, of one more the connection is closed, and told so`, async () => {
    const read = await http.post('/trpc/payments.create', fits(limits.trpcBodyBytes));
    expect(read.status).toBe(400);
    const answer = await http.post('/trpc/payments.create', fits(limits.trpcBodyBytes + 1));
    expect(answer.status).toBe(413);
    expect(answer.headers.get('connection')).toBe('close');
  });
});
