/**
 * Holds that run out and payers who never act: voided at the provider, whose answer decides. The clock
 * is the test's own.
 */
import { limits, type MerchantId, type Payment, type ProviderOutcome } from '@florin/core';
import { connect, findExpiredPayments } from '@florin/db';
import type { TestDatabase } from '@florin/db/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Engine } from '../src/engine/execute.ts';
import { expireDuePayments } from '../src/workers/expire-payments.ts';
import { resumeDueOperations } from '../src/workers/resume-operations.ts';
import { expectSettledBooks } from './books.ts';
import {
  createOf,
  databaseWithMerchant,
  engineOn,
  of,
  rowOf,
  type ScriptedEngine,
} from './given.ts';
import { declined, providerSays, succeeded } from './said.ts';
import { createScripted, type Script, unknown } from './scripted.ts';
import { deadlines, startServer } from './server.ts';

const start = Date.UTC(2026, 6, 1, 12);

let db: TestDatabase;
let merchantId: MerchantId;
beforeAll(async () => {
  ({ db, merchantId } = await databaseWithMerchant());
});
afterAll(async () => {
  try {
    await expectSettledBooks(db.owner.sql);
  } finally {
    await db[Symbol.asyncDispose]();
  }
});
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: start }));
afterEach(() => void vi.useRealTimers());

const held = { capture: 'manual' } as const;
const waiting = { paymentMethod: 'pm_requires_action' } as const;

const made = async ({ engine }: ScriptedEngine, fields: object) =>
  (await engine.execute(createOf(merchantId, fields))).payment;

/** Its status, and when it expires. */
async function shown(payment: Payment): Promise<readonly [unknown, unknown]> {
  const { status, expires } = await rowOf(db, payment);
  return [status, expires];
}

/** What the provider was asked of the payment, after the creation. */
const askedOf = ({ asked }: ScriptedEngine, { id }: Payment) =>
  asked
    .filter(({ paymentId }) => paymentId === id)
    .map(({ way, kind }) => `${way} ${kind}`)
    .slice(1);

/** One round, at the very moment when the payment expires. */
async function roundAtExpiry({ engine }: { readonly engine: Engine }, payment: Payment) {
  const [, expires] = await shown(payment);
  vi.setSystemTime(Number(expires));
  await expireDuePayments(db.app, engine);
}

describe('when it expires', () => {
  const payerHas = start + deadlines.payerActionMs;
  const expiresAt = start + 7_000;
  const redirect = { type: 'redirect', url: 'https://bank.example/3ds' } as const;
  const mustAct: ProviderOutcome = {
    outcome: 'requires_action',
    nextAction: redirect,
    expiresAt,
  };
  const succeededUntil: ProviderOutcome = { outcome: 'succeeded', reference: null, expiresAt };

  it.each<[string, object, ProviderOutcome | undefined, string, number | null]>([
    ['a hold', held, undefined, 'AUTHORIZED', start + deadlines.authorizationMs],
    ['a payer who must act', waiting, undefined, 'REQUIRES_ACTION', payerHas],
    ['a payer of a hold', { ...held, ...waiting }, undefined, 'REQUIRES_ACTION', payerHas],
    ['a hold, as its provider says', held, succeededUntil, 'AUTHORIZED', expiresAt],
    ['a payer, as the provider says', {}, mustAct, 'REQUIRES_ACTION', expiresAt],
    ['a charge, whatever its provider says', {}, succeededUntil, 'SUCCESS', null],
    ['a decline', held, declined, 'FAILED', null],
    ['what is not known', held, unknown, 'PENDING', null],
  ])('%s', async (_, fields, told, status, expires) => {
    const scripted = engineOn(db.app, { perform: () => told, lookup: () => declined });
    const payment = await made(scripted, fields);
    expect(await shown(payment)).toEqual([status, expires]);
    vi.setSystemTime(start + limits.leaseMs);
    await resumeDueOperations(db.app, scripted.engine);
  });
});

it.each([
  ['AUTHORIZED', held, ['perform void']],
  ['REQUIRES_ACTION', waiting, ['lookup charge', 'perform void']],
  ['REQUIRES_ACTION', { ...held, ...waiting }, ['lookup authorize', 'perform void']],
])('what is %s (%j) is voided by then, and not before', async (status, fields, asked) => {
  const scripted = engineOn(db.app, {});
  const payment = await made(scripted, fields);
  const [was, expires] = await shown(payment);
  expect(was).toBe(status);
  vi.setSystemTime(Number(expires) - 1);
  await expireDuePayments(db.app, scripted.engine);
  expect(await shown(payment)).toEqual([status, expires]);
  expect(askedOf(scripted, payment)).toEqual([]);

  await roundAtExpiry(scripted, payment);
  expect(await shown(payment)).toEqual(['CANCELLED', null]);
  expect(askedOf(scripted, payment)).toEqual(asked);
  const history = await db.owner.sql`
    select type, actor from events where payment_id = ${payment.id.slice(4)} and version > 2
    order by version`;
  expect([...history]).toEqual([
    { type: 'void.opened', actor: 'worker:expire-payments' },
    { type: 'void.succeeded', actor: 'provider:sandbox' },
  ]);
  // Its order is free again.
  const next = await made(scripted, { orderId: payment.orderId });
  expect(next.status).toBe('SUCCESS');
});

it('where the provider declines the void it stays as it is, and is asked for an hour later', async () => {
  let declines = true;
  const scripted = engineOn(db.app, {
    perform: ({ operation }) => (operation.kind === 'void' && declines ? declined : undefined),
  });
  const payment = await made(scripted, held);
  await roundAtExpiry(scripted, payment);
  const later = Date.now() + limits.expiryRetryMs;
  expect(await shown(payment)).toEqual(['AUTHORIZED', later]);
  await expireDuePayments(db.app, scripted.engine);
  expect(askedOf(scripted, payment)).toEqual(['perform void']);

  declines = false;
  await roundAtExpiry(scripted, payment);
  expect(await shown(payment)).toEqual(['CANCELLED', null]);
  const voids = scripted.asked.filter(
    ({ paymentId, kind }) => paymentId === payment.id && kind === 'void',
  );
  expect(new Set(voids.map(({ operationId }) => operationId)).size).toBe(2);
});

it('where it is declined for good, the hold can still be captured', async () => {
  const scripted = engineOn(db.app, {
    perform: ({ operation }) => (operation.kind === 'void' ? declined : undefined),
  });
  const payment = await made(scripted, held);
  await roundAtExpiry(scripted, payment);
  await scripted.engine.execute({ type: 'capture', ...of(payment), amount: 'rest' });
  expect(await shown(payment)).toEqual(['SUCCESS', null]);
});

it('where nobody knows what became of the void, it is asked for as any operation is', async () => {
  const scripted = engineOn(db.app, {
    perform: ({ operation: { kind, attempts } }) =>
      kind === 'void' && attempts === 1 ? unknown : undefined,
  });
  const payment = await made(scripted, held);
  await roundAtExpiry(scripted, payment);
  expect(await rowOf(db, payment)).toMatchObject({ status: 'AUTHORIZED', open_operation: 'void' });
  // Open, it is nothing to the next rounds, however late.
  vi.setSystemTime(Date.now() + 2 * limits.expiryRetryMs);
  await expireDuePayments(db.app, scripted.engine);
  expect(askedOf(scripted, payment)).toEqual(['perform void']);
  await resumeDueOperations(db.app, scripted.engine);
  expect(await shown(payment)).toEqual(['CANCELLED', null]);
  expect(askedOf(scripted, payment)).toEqual(['perform void', 'lookup void', 'perform void']);
});

describe('a payer’s act that nobody told of', () => {
  type Lookup = NonNullable<Script['lookup']>;
  const stillWaits: ProviderOutcome = {
    outcome: 'requires_action',
    nextAction: { type: 'redirect', url: 'https://bank.example/3ds' },
  };

  it.each<[string, object, Lookup, string, readonly string[]]>([
    ['paid', waiting, () => succeeded, 'SUCCESS', []],
    ['was declined', waiting, () => declined, 'FAILED', []],
    ['agreed to a hold', { ...held, ...waiting }, () => succeeded, 'AUTHORIZED', []],
    ['does still not act', waiting, () => stillWaits, 'CANCELLED', ['perform void']],
    ['is not known', waiting, () => null, 'CANCELLED', ['perform void']],
    ['cannot be looked up', waiting, () => unknown, 'CANCELLED', ['perform void']],
    [
      'cannot be looked up, by far',
      waiting,
      () => Promise.reject(new Error('503')),
      'CANCELLED',
      ['perform void'],
    ],
  ])('where the payer %s', async (_, fields, lookup, status, voids) => {
    const scripted = engineOn(db.app, { lookup });
    const payment = await made(scripted, fields);
    await roundAtExpiry(scripted, payment);
    expect((await shown(payment))[0]).toBe(status);
    expect(askedOf(scripted, payment).slice(1)).toEqual(voids);
  });

  it('a hold that they agreed to runs its own time from then', async () => {
    const scripted = engineOn(db.app, { lookup: () => succeeded });
    const payment = await made(scripted, { ...held, ...waiting });
    await roundAtExpiry(scripted, payment);
    const until = start + deadlines.payerActionMs + deadlines.authorizationMs;
    expect(await shown(payment)).toEqual(['AUTHORIZED', until]);
  });
});

it('two processes at once: one void', async () => {
  const pool = connect(db.url, 2);
  const processes = [engineOn(db.app, {}), engineOn(pool, {})] as const;
  const payments = [];
  for (let n = 0; n < 10; n++) payments.push(await made(processes[0], n % 2 ? held : waiting));
  vi.setSystemTime(start + deadlines.authorizationMs);
  await Promise.all([
    expireDuePayments(db.app, processes[0].engine),
    expireDuePayments(pool, processes[1].engine),
  ]);
  await pool.close();
  for (const payment of payments) {
    expect(await shown(payment)).toEqual(['CANCELLED', null]);
    const asked = processes.flatMap((one) => one.asked);
    const voids = asked.filter(
      ({ paymentId, kind }) => paymentId === payment.id && kind === 'void',
    );
    expect(voids).toHaveLength(1);
  }
});

it.each([
  ['captured', 'SUCCESS', undefined],
  ['being captured', 'AUTHORIZED', unknown],
])('what is %s meanwhile is left alone', async (_, status, told) => {
  let lost = true;
  const scripted = engineOn(db.app, {
    perform: ({ operation }) => (operation.kind === 'capture' && lost ? told : undefined),
  });
  const payment = await made(scripted, held);
  vi.setSystemTime(start + deadlines.authorizationMs);
  // A round has just found it, when the capture comes in between.
  const expired = await findExpiredPayments(db.app, Date.now(), 50);
  const found = expired.find((one) => one.payment.id === payment.id);
  await scripted.engine.execute({ type: 'capture', ...of(payment), amount: 'rest' });
  if (found) await scripted.engine.expire(found.payment, found.waiting);
  await expireDuePayments(db.app, scripted.engine);
  expect([found?.payment.id, (await shown(payment))[0]]).toEqual([payment.id, status]);
  expect(askedOf(scripted, payment)).toEqual(['perform capture']);

  lost = false;
  vi.setSystemTime(Date.now() + limits.leaseMs);
  await resumeDueOperations(db.app, scripted.engine);
  expect(await shown(payment)).toEqual(['SUCCESS', null]);
});

it('what its provider contradicts itself about waits for an operator, and holds up nobody', async () => {
  const scripted = engineOn(db.app, {});
  const payment = await made(scripted, held);
  await providerSays(db, payment, 'authorize', declined);
  const [, expires] = await shown(payment);
  await roundAtExpiry(scripted, payment);
  expect(await shown(payment)).toEqual(['AUTHORIZED', expires]);
  expect(askedOf(scripted, payment)).toEqual([]);
  // A round is for those that can be voided: these could fill it, for ever.
  const expired = await findExpiredPayments(db.app, Date.now(), 50);
  expect(expired.map((one) => one.payment.id)).not.toContain(payment.id);

  await scripted.engine.execute({ type: 'resolve', ...of(payment), reason: 'a', suspenseTo: null });
  await expireDuePayments(db.app, scripted.engine);
  expect(await shown(payment)).toEqual(['CANCELLED', null]);
});

it('a server does it by itself, from its start on', async () => {
  vi.useRealTimers();
  const past = Date.now() - 1;
  const { engine } = engineOn(db.app, {
    perform: () => ({ outcome: 'succeeded', reference: null, expiresAt: past }),
  });
  const { payment } = await engine.execute(createOf(merchantId, held));
  const { providers, performed } = createScripted({});
  await using server = await startServer(db.url, providers);
  const now = async () => (await server.http.get(`/payments/${payment.id}/`)).payment;
  await expect.poll(async () => (await now()).status).toBe('CANCELLED');
  expect(await now()).toMatchObject({ expires_at: null, allowed_actions: [], version: 4 });
  expect(performed(payment.id, 'void')).toBe(1);
});
