/** Whatever /openapi.json names and no other test has a reason to ask for: each refusal, once. */
import { limits, type Scope } from '@florin/core';
import { testDatabase } from '@florin/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RestRoute } from '../src/rest/routes.ts';
import { create, creation, fresh, type Http } from './http.ts';
import { firstMerchant, makeKey } from './keys.ts';
import { proxyTo } from './proxy.ts';
import { providerSays, succeeded } from './said.ts';
import { refundedSubject, restCallOf, routes, type Subject } from './samples.ts';
import { createTold } from './scripted.ts';
import { startFlorin, startServer } from './server.ts';

let florin: Awaited<ReturnType<typeof startFlorin>>;
let http: Http;
let subject: Subject;
beforeAll(async () => {
  florin = await startFlorin(createTold().providers);
  ({ http } = florin);
  subject = await refundedSubject(http);
});
afterAll(() => florin[Symbol.asyncDispose]());

type Expected = readonly [status: number, code: string];
const withBody = routes.filter(({ method }) => method !== 'GET');
const withKey = routes.filter(({ fields }) => fields.has('idempotencyKey'));
/** Those whose path names something that must be there. */
const aboutOne = routes.filter(({ inPath }) => inPath.has('id'));

/** Calls the route as it wants to be called. */
const call = (by: Http, route: RestRoute, about = subject) => {
  const { path, body } = restCallOf(route, about);
  return by.send(route.method, path, body);
};

/** All at once: where there is no database, each waits for the same attempt to reach it. */
const expectOfAll = (by: Http, expected: Expected) =>
  Promise.all(
    routes.map(async (route) => {
      expect((await call(by, route)).refusal, route.procedure).toEqual(expected);
    }),
  );

describe('of every route', () => {
  it('401 without a key', () => expectOfAll(http.as(null), [401, 'unauthorized']));

  it('403 with a key for something else', async () => {
    const merchant = await firstMerchant(florin.db);
    const keyOf = async (scopes: readonly Scope[]) =>
      http.as((await makeKey(florin.db, merchant, scopes)).key);
    const tooSmall: Readonly<Record<Scope, Http>> = {
      'payments:read': await keyOf(['payments:write']),
      'payments:write': await keyOf(['payments:read']),
      admin: await keyOf(['payments:read', 'payments:write']),
    };
    for (const route of routes) {
      const answer = await call(tooSmall[route.scope], route);
      expect(answer.refusal, route.procedure).toEqual([403, 'insufficient_scope']);
    }
  });

  it('400 with a field that it does not know', async () => {
    for (const route of routes) {
      const { path, body } = restCallOf(route, subject);
      const answer = body
        ? await http.send(route.method, path, { ...body, surprise: 1 })
        : await http.get(`${path}?surprise=1`);
      expect(answer.refusal, route.procedure).toEqual([400, 'invalid_request']);
    }
  });

  it('500 where the database is not what it should be: nothing of it is told', async () => {
    await using broken = await startFlorin();
    const { sql } = broken.db.owner;
    const there = await sql<{ name: string }[]>`
      select table_name as name from information_schema.tables
      where table_schema = 'public' and table_name not in ('merchants', 'api_keys')`;
    for (const { name } of there) await sql`alter table ${sql(name)} rename to ${sql(`x_${name}`)}`;
    await expectOfAll(broken.http, [500, 'internal_error']);
    const answer = await broken.http.get('/payments/');
    expect(answer.text).not.toMatch(/relation|select|x_/);
  });

  it('503 where there is no database', async () => {
    await using db = await testDatabase();
    await using proxy = await proxyTo(db.url);
    // It tries again to connect so many seconds later, and not ever more of them.
    await using server = await startServer(`${proxy.url}?backoff=0.05`);
    await proxy.close();
    await expectOfAll(server.http, [503, 'unavailable']);
    expect((await server.http.get('/ready')).status).toBe(503);
    await proxy.open();
  });

  it('405 with another method', async () => {
    for (const path of new Set(routes.map((route) => restCallOf(route, subject).path))) {
      const answer = await http.as(null).send('DELETE', path);
      expect(answer.refusal, path).toEqual([405, 'method_not_allowed']);
      expect(answer.headers.get('allow')).not.toContain('DELETE');
    }
  });

  it.each([
    ['/payments', 'PUT'],
    ['/payments/order/a', 'POST'],
    ['/payments/pay_1/refund', 'GET'],
    ['/health', 'POST'],
    ['/ready', 'DELETE'],
    ['/metrics', 'POST'],
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
  ] as const)('%j', async (refusal, body, headers) => {
    for (const route of withBody) {
      const { path } = restCallOf(route, subject);
      const answer = await http.send(route.method, path, body, headers);
      expect(answer.refusal, route.procedure).toEqual(refusal);
    }
  });
});

it('of every route that takes a key: 400 with two of them', async () => {
  for (const route of withKey) {
    const { path } = restCallOf(route, subject);
    const body = { idempotency_key: 'a' };
    const answer = await http.send(route.method, path, body, { 'idempotency-key': 'b' });
    expect(answer.refusal, route.procedure).toEqual([400, 'idempotency_key_mismatch']);
  }
});

it('of every route that is about one thing: 404 where it is not there', async () => {
  const nobodys = '0'.repeat(31).concat('1');
  const nothing = {
    payment: { ...subject.payment, id: `pay_${nobodys}` },
    refundId: `op_${nobodys}`,
  };
  for (const route of aboutOne) {
    const { status, problem } = await call(http, route, nothing);
    expect([status, problem.code], route.procedure).toEqual([
      404,
      route.path.startsWith('/refunds/') ? 'refund_not_found' : 'payment_not_found',
    ]);
  }
});

it('of every route that takes a key: 422 with that of another request', async () => {
  for (const route of withKey) {
    const { path, body } = restCallOf(route, subject);
    const { idempotency_key } = subject.payment;
    const answer = await http.send(route.method, path, { ...body, idempotency_key });
    expect(answer.refusal, route.procedure).toEqual([422, 'idempotency_key_reused']);
  }
});

/** By procedure: a payment the outcome of whose next movement is lost, and the call that asks for it. */
const losing: Readonly<Record<string, readonly [created: object, path: string, body: object]>> = {
  'payments.capture': [{ capture: 'manual', metadata: { capture: 'unknown' } }, 'capture/', {}],
  'payments.cancel': [{ capture: 'manual', metadata: { void: 'unknown' } }, 'cancel/', {}],
  'payments.refund': [{ metadata: { refund: 'unknown' } }, 'refund/', {}],
  'payments.updateStatus': [
    { capture: 'manual', metadata: { void: 'unknown' } },
    '',
    { status: 'CANCELLED' },
  ],
};

describe('of every route whose outcome may not be known', () => {
  it('there is a row for each', () => {
    const may = routes.filter(({ told }) => told.answers[202]).map(({ procedure }) => procedure);
    expect(may.sort()).toEqual([...Object.keys(losing), 'payments.create'].sort());
  });

  async function expectInFlight(send: () => ReturnType<Http['send']>) {
    expect((await send()).status).toBe(202);
    const again = await send();
    expect(again.refusal).toEqual([409, 'idempotency_key_in_flight']);
    expect(again.headers.get('retry-after')).toBe('1');
  }

  it('payments.create: 409 while the first request with its key is under way', async () => {
    const request = creation({ metadata: { charge: 'unknown' } });
    await expectInFlight(() => http.post('/payments/', request));
  });

  it.each(Object.entries(losing))(
    '%s: 409 while the first request with its key is under way',
    async (procedure, [created, end, body]) => {
      const { id } = await create(http, created);
      const method = procedure === 'payments.updateStatus' ? 'PATCH' : 'POST';
      const request = { ...body, idempotency_key: fresh('key') };
      await expectInFlight(() => http.send(method, `/payments/${id}/${end}`, request));
    },
  );
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
    const payment = await create(http, {
      payment_method: 'pm_requires_action',
      metadata: { void: 'unknown' },
    });
    expect((await http.post(`/payments/${payment.id}/cancel/`)).status).toBe(202);
    // The payer acted after all, and the provider says so.
    await providerSays(florin.db, payment, 'charge', succeeded);
    expect((await http.get(`/payments/${payment.id}/`)).payment.status).toBe('SUCCESS');
    const answer = await http.post(`/payments/${payment.id}/refund/`);
    expect(answer.refusal).toEqual([409, 'outcome_unknown']);
    expect(answer.problem).toMatchObject({ operation: 'void' });
  });
});
