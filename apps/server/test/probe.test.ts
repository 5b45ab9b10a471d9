/**
 * A probe: walks every route that there is, over REST and tRPC, with keys that must not get in. It
 * reads the router, so that a new route is covered without anyone remembering.
 */
import type { Scope } from '@florin/core';
import { revokeApiKey } from '@florin/db';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Http } from './http.ts';
import { firstMerchant, makeKey, newMerchant } from './keys.ts';
import {
  itemsIn,
  problemIn,
  procedures,
  refundedSubject,
  routes,
  type Subject,
  ways,
} from './samples.ts';
import { startFlorin } from './server.ts';

const all: readonly Scope[] = ['payments:read', 'payments:write', 'admin'];

/** All that a key can have without having what a route demands. */
const tooSmall: Readonly<Record<Scope, readonly Scope[]>> = {
  'payments:read': ['payments:write'],
  'payments:write': ['payments:read'],
  admin: ['payments:read', 'payments:write'],
};

let florin: Awaited<ReturnType<typeof startFlorin>>;
let subject: Subject;
const small = {} as Record<Scope, Http>;
const as = {} as Record<'nobody' | 'wrong' | 'revoked' | 'expired', Http>;

beforeAll(async () => {
  florin = await startFlorin();
  const { db, http } = florin;
  subject = await refundedSubject(http, {
    order_id: 'a private order',
    idempotency_key: 'a private key',
  });
  const owner = await firstMerchant(db);
  const revoked = await makeKey(db, owner, all);
  await revokeApiKey(db.owner, revoked.row);
  as.nobody = http.as(null);
  as.wrong = http.as(`fk_test_${'w'.repeat(32)}`);
  as.revoked = http.as(revoked.key);
  as.expired = http.as((await makeKey(db, owner, all, 0)).key);
  for (const scope of all) small[scope] = http.as((await makeKey(db, owner, tooSmall[scope])).key);
});
afterAll(() => florin[Symbol.asyncDispose]());

it('walks every procedure', () => {
  expect(routes.map(({ procedure }) => procedure).sort()).toEqual([...procedures].sort());
  expect(routes.length).toBeGreaterThanOrEqual(11);
});

const cases = ways.flatMap(([way, call]) =>
  routes.map((route) => ({ way, call, route, procedure: route.procedure })),
);

describe.each(cases)('$way $procedure', ({ call, route }) => {
  /** Nothing of the payment is told, and nothing happens to it. */
  const probe = async (http: Http) => {
    const { payment } = subject;
    const answer = await call(http, route, subject);
    for (const secret of [payment.order_id, payment.idempotency_key, payment.transaction_id]) {
      expect(answer.text).not.toContain(secret);
    }
    expect((await florin.http.get(`/payments/${payment.id}/`)).payment).toEqual(payment);
    return answer;
  };

  it.each(['nobody', 'wrong', 'revoked', 'expired'] as const)('%s: 401', async (who) => {
    const answer = await probe(as[who]);
    expect(answer.status).toBe(401);
    expect(problemIn(answer)).toMatchObject({ code: 'unauthorized' });
  });

  it('a key of too small a scope: 403', async () => {
    const answer = await probe(small[route.scope]);
    expect(answer.status).toBe(403);
    expect(problemIn(answer)).toMatchObject({
      code: 'insufficient_scope',
      required: route.scope,
    });
  });

  it('another merchant’s key: as if nothing were there', async () => {
    const { key } = await makeKey(florin.db, await newMerchant(florin.db), all);
    const answer = await probe(florin.http.as(key));
    expect(answer.text).not.toContain(subject.payment.id);
    expect(answer.text).not.toContain(subject.refundId);
    if (route.inPath.has('id')) {
      expect(answer.status).toBe(404);
    } else if (route.isPage) {
      expect(answer.status).toBe(200);
      expect(itemsIn(answer)).toEqual([]);
    } else {
      // It names nothing of anybody's: what it makes is the caller's own.
      expect(answer.status).toBeLessThan(300);
    }
  });
});
