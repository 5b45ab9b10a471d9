/** What a key's scopes permit: each procedure, over REST and tRPC, with each combination. */
import type { Scope } from '@florin/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { create } from './http.ts';
import { firstMerchant, makeKey } from './keys.ts';
import { problemIn, routes, subjectOf, ways } from './samples.ts';
import { startFlorin } from './server.ts';

let florin: Awaited<ReturnType<typeof startFlorin>>;
beforeAll(async () => {
  florin = await startFlorin();
});
afterAll(() => florin[Symbol.asyncDispose]());

type Demand = 'read' | 'write' | 'administer';

/** What a key has, and what it may do. */
const held: readonly (readonly [readonly Scope[], readonly Demand[]])[] = [
  [['payments:read'], ['read']],
  [['payments:write'], ['write']],
  [
    ['payments:read', 'payments:write'],
    ['read', 'write'],
  ],
  [['admin'], ['read', 'write', 'administer']],
  [
    ['payments:read', 'admin'],
    ['read', 'write', 'administer'],
  ],
];

/** What the type of a procedure does not tell: these only an operator may do. */
const administers: readonly string[] = ['payments.resolve'];

const demandOf = ({ procedure, type }: (typeof routes)[number]): Demand => {
  if (administers.includes(procedure)) return 'administer';
  return type === 'query' ? 'read' : 'write';
};

const scopeFor: Readonly<Record<Demand, Scope>> = {
  read: 'payments:read',
  write: 'payments:write',
  administer: 'admin',
};

const cases = ways.flatMap(([way, call]) =>
  routes.flatMap((route) =>
    held.map(([scopes, may]) => ({
      way,
      call,
      route,
      scopes,
      procedure: route.procedure,
      required: scopeFor[demandOf(route)],
      permitted: may.includes(demandOf(route)),
    })),
  ),
);

describe('each procedure, with each key', () => {
  it.each(cases)('$way $procedure, $scopes: $permitted', async ({ call, route, ...one }) => {
    const subject = await subjectOf(route, florin.http, florin.db);
    const { key } = await makeKey(florin.db, await firstMerchant(florin.db), one.scopes);
    const answer = await call(florin.http.as(key), route, subject);
    if (one.permitted) {
      expect(answer.status, answer.text).toBeLessThan(300);
      return;
    }
    expect(answer.status).toBe(403);
    const { required } = one;
    expect(problemIn(answer)).toMatchObject({ code: 'insufficient_scope', required });
    // Nothing happened.
    const now = await florin.http.get(`/payments/${subject.payment.id}/`);
    expect(now.payment).toEqual(subject.payment);
  });
});

it('says what to do next, and not with 404 where the payment is not there', async () => {
  const { key } = await makeKey(florin.db, await firstMerchant(florin.db), ['payments:read']);
  const { problem } = await florin.http.as(key).post('/payments/pay_1/refund/');
  expect(problem).toMatchObject({
    status: 403,
    title: 'The API key may not do this',
    code: 'insufficient_scope',
    required: 'payments:write',
  });
  expect(problem.detail).toContain('"payments:write"');
});

it('each call of a tRPC batch is judged by itself', async () => {
  const payment = await create(florin.http);
  const { key } = await makeKey(florin.db, await firstMerchant(florin.db), ['payments:read']);
  const input = encodeURIComponent(JSON.stringify({ 0: { id: payment.id }, 1: {} }));
  const read = await florin.http
    .as(key)
    .get(`/trpc/payments.get,payments.list?batch=1&input=${input}`);
  expect(read.status).toBe(200);
  const written = await florin.http
    .as(key)
    .post('/trpc/payments.refund,payments.refund?batch=1', { 0: { id: payment.id }, 1: {} });
  expect(written.status).toBe(403);
  expect((await florin.http.get(`/payments/${payment.id}/`)).payment).toEqual(payment);
});

it('the first key, which the bootstrap made, may do everything', async () => {
  const [row] = await florin.db.owner.sql`
    select k.scopes from api_keys k join merchants m using (merchant_id)
    where m.name = 'default' order by k.id limit 1`;
  expect(row?.['scopes']).toEqual(['payments:read', 'payments:write', 'admin']);
});
