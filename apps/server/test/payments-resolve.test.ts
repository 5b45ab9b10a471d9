/** POST /payments/{id}/resolve/: an operator settles what a provider should not have reported. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { create, creation, fresh, type Http, type WirePayment } from './http.ts';
import { firstMerchant, makeKey } from './keys.ts';
import { declined, providerSays, succeeded } from './said.ts';
import { startFlorin } from './server.ts';

let florin: Awaited<ReturnType<typeof startFlorin>>;
let http: Http;
beforeAll(async () => {
  florin = await startFlorin();
  ({ http } = florin);
});
afterAll(() => florin[Symbol.asyncDispose]());

const resolve = (id: string, body?: object, by = http) => by.post(`/payments/${id}/resolve/`, body);
const now = async (id: string) => (await http.get(`/payments/${id}/`)).payment;
const reason = 'Settled with the provider, case 4711';

const accounts = ['provider_receivable', 'merchant_payable', 'suspense'] as const;

/** What each account holds of a payment: debits less credits, minor units. */
async function balancesOf({ id }: Pick<WirePayment, 'id'>) {
  const postings = await florin.db.owner.sql<{ debit: string; credit: string; amount: number }[]>`
    select debit, credit, amount::int from postings where payment_id = ${id.slice(4)}`;
  return accounts.map((account) =>
    postings.reduce(
      (sum, { debit, credit, amount }) =>
        sum + (debit === account ? amount : 0) - (credit === account ? amount : 0),
      0,
    ),
  );
}

/** By what is wrong: a payment that is flagged, and how many of its movements are in suspense. */
const flagged = {
  'a charge that succeeded, and then did not': async () => {
    const payment = await create(http);
    await providerSays(florin.db, payment, 'charge', declined);
    return payment;
  },
  'a charge that failed, and then did not': async () => {
    const payment = await create(http, { payment_method: 'pm_declined' });
    await providerSays(florin.db, payment, 'charge', succeeded);
    return payment;
  },
  'a capture and a refund that did not happen': async () => {
    const payment = await create(http, { capture: 'manual' });
    await http.post(`/payments/${payment.id}/capture/`, { amount: '100.00' });
    await http.post(`/payments/${payment.id}/refund/`, { amount: '30.00' });
    await providerSays(florin.db, payment, 'capture', declined);
    await providerSays(florin.db, payment, 'refund', declined);
    return payment;
  },
  'a hold that was none': async () => {
    const payment = await create(http, { capture: 'manual' });
    await providerSays(florin.db, payment, 'authorize', declined);
    return payment;
  },
} as const;

type Wrong = keyof typeof flagged;

describe('where movements are in suspense', () => {
  it.each<[Wrong, string, number, readonly number[], readonly number[]]>([
    // provider_receivable, merchant_payable and suspense: before it is resolved, and then.
    [
      'a charge that succeeded, and then did not',
      'merchant_payable',
      1,
      [15000, 0, -15000],
      [15000, -15000, 0],
    ],
    [
      'a charge that succeeded, and then did not',
      'provider_receivable',
      1,
      [15000, 0, -15000],
      [0, 0, 0],
    ],
    [
      'a charge that failed, and then did not',
      'merchant_payable',
      1,
      [15000, 0, -15000],
      [15000, -15000, 0],
    ],
    [
      'a charge that failed, and then did not',
      'provider_receivable',
      1,
      [15000, 0, -15000],
      [0, 0, 0],
    ],
    [
      'a capture and a refund that did not happen',
      'merchant_payable',
      2,
      [7000, 0, -7000],
      [7000, -7000, 0],
    ],
    [
      'a capture and a refund that did not happen',
      'provider_receivable',
      2,
      [7000, 0, -7000],
      [0, 0, 0],
    ],
  ])('%s, to %s', async (wrong, suspense_to, in_suspense, before, after) => {
    const { id } = await flagged[wrong]();
    const doubted = await now(id);
    expect(doubted.discrepancy).toBe(true);
    expect(await balancesOf(doubted)).toEqual(before);
    const unsaid = await resolve(id, { reason });
    expect(unsaid.refusal).toEqual([409, 'suspense_to_mismatch']);
    expect(unsaid.problem).toMatchObject({ in_suspense });

    const answer = await resolve(id, { reason, suspense_to });
    expect(answer.status).toBe(200);
    // Status and amounts stay.
    expect(answer.payment).toEqual({
      ...doubted,
      discrepancy: false,
      allowed_actions: expect.any(Array),
      version: doubted.version + 1,
      updated_at: expect.any(String),
    });
    expect(await balancesOf(doubted)).toEqual(after);
  });

  it('they go to one of two accounts', async () => {
    const { id } = await flagged['a charge that succeeded, and then did not']();
    for (const suspense_to of ['suspense', 'elsewhere', '', null, 7]) {
      const answer = await resolve(id, { reason, suspense_to });
      expect(answer.refusal).toEqual([400, 'invalid_request']);
      expect(answer.problem.errors).toMatchObject([{ path: ['suspense_to'] }]);
    }
    expect((await now(id)).discrepancy).toBe(true);
  });
});

it('where none is, only the flag goes', async () => {
  const { id } = await flagged['a hold that was none']();
  const superfluous = await resolve(id, { reason, suspense_to: 'merchant_payable' });
  expect(superfluous.refusal).toEqual([409, 'suspense_to_mismatch']);
  expect(superfluous.problem).toMatchObject({ in_suspense: 0 });
  const { payment } = await resolve(id, { reason });
  expect(payment).toMatchObject({ status: 'AUTHORIZED', discrepancy: false });
});

describe('until it is resolved nothing more is moved, and the present status is taken', () => {
  it.each<[Wrong, string, readonly string[]]>([
    ['a hold that was none', 'AUTHORIZED', ['capture', 'cancel']],
    ['a charge that succeeded, and then did not', 'SUCCESS', ['refund']],
  ])('%s, which is %s: neither %j', async (wrong, status, actions) => {
    const { id } = await flagged[wrong]();
    const before = await now(id);
    expect(before).toMatchObject({ status, discrepancy: true, allowed_actions: [] });
    const refusal = [409, 'discrepancy_unresolved'];
    for (const action of actions) {
      expect((await http.post(`/payments/${id}/${action}/`)).refusal, action).toEqual(refusal);
    }
    if (actions.includes('cancel')) {
      const reported = await http.patch(`/payments/${id}/`, { status: 'CANCELLED' });
      expect(reported.refusal).toEqual(refusal);
    }
    expect((await http.patch(`/payments/${id}/`, { status })).status).toBe(200);
    expect(await now(id)).toEqual(before);

    const suspense_to = status === 'SUCCESS' ? 'merchant_payable' : undefined;
    const { payment } = await resolve(id, { reason, suspense_to });
    expect(payment.allowed_actions).toEqual(actions);
    const [action] = actions;
    expect((await http.post(`/payments/${id}/${action}/`)).status).toBe(200);
  });
});

it('is in the history, with who did it and why', async () => {
  const { id } = await flagged['a charge that succeeded, and then did not']();
  const { version } = (await resolve(id, { reason, suspense_to: 'merchant_payable' })).payment;
  const [event] = await florin.db.owner.sql`
    select type, actor, reason, operation_id, payment ->> 'discrepancy' as discrepancy from events
    where payment_id = ${id.slice(4)} and version = ${version}`;
  const [{ id: key } = {}] = await florin.db.owner.sql`select id from api_keys order by id limit 1`;
  expect(event).toEqual({
    type: 'discrepancy.resolved',
    actor: `key_${String(key).replaceAll('-', '')}`,
    reason,
    operation_id: null,
    discrepancy: 'false',
  });
});

it('of what has no discrepancy, or none any more: 409, and nothing changes', async () => {
  const sound = await create(http);
  expect((await resolve(sound.id, { reason })).refusal).toEqual([409, 'no_discrepancy']);
  expect(await now(sound.id)).toEqual(sound);
  const { id } = await flagged['a hold that was none']();
  const { payment } = await resolve(id, { reason });
  expect((await resolve(id, { reason })).refusal).toEqual([409, 'no_discrepancy']);
  expect(await now(id)).toEqual(payment);
});

it('is an operator’s alone: a key that reads and writes is refused', async () => {
  const { id } = await flagged['a hold that was none']();
  const merchant = await firstMerchant(florin.db);
  const clerk = await makeKey(florin.db, merchant, ['payments:read', 'payments:write']);
  const refused = await resolve(id, { reason }, http.as(clerk.key));
  expect(refused.refusal).toEqual([403, 'insufficient_scope']);
  expect(refused.problem).toMatchObject({ required: 'admin' });
  expect((await now(id)).discrepancy).toBe(true);
  const operator = await makeKey(florin.db, merchant, ['admin']);
  expect((await resolve(id, { reason }, http.as(operator.key))).status).toBe(200);
});

it.each([
  [{}, 'reason'],
  [{ reason: '' }, 'reason'],
  [{ reason: null }, 'reason'],
  [{ reason: 'x'.repeat(256) }, 'reason'],
])('%j: 400 at %s', async (body, path) => {
  const { id } = await flagged['a hold that was none']();
  const answer = await resolve(id, body);
  expect(answer.refusal).toEqual([400, 'invalid_request']);
  expect(answer.problem.errors).toMatchObject([{ path: [path] }]);
});

describe('with a key', () => {
  it('is replayed byte for byte, whatever became of it since', async () => {
    const { id } = await flagged['a hold that was none']();
    const body = { reason, idempotency_key: fresh('resolve') };
    const first = await resolve(id, body);
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    await http.post(`/payments/${id}/cancel/`);
    const again = await resolve(id, body);
    expect([again.status, again.text]).toEqual([200, first.text]);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
  });

  it.each([
    ['reason', { reason: 'another', suspense_to: 'merchant_payable' }],
    ['suspense_to', { reason, suspense_to: 'provider_receivable' }],
    ['suspense_to', { reason }],
  ])('and another %s: 422', async (field, other) => {
    const { id } = await flagged['a charge that succeeded, and then did not']();
    const idempotency_key = fresh('resolve');
    await resolve(id, { reason, suspense_to: 'merchant_payable', idempotency_key });
    const answer = await resolve(id, { ...other, idempotency_key });
    expect(answer.refusal).toEqual([422, 'idempotency_key_reused']);
    expect(answer.problem['fields']).toEqual([field]);
  });
});

it('frees nothing and takes nothing: the order is as free as it was', async () => {
  const { id, order_id } = await flagged['a charge that failed, and then did not']();
  await resolve(id, { reason, suspense_to: 'provider_receivable' });
  expect((await http.post('/payments/', creation({ order_id }))).status).toBe(201);
});
