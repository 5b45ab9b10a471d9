/** PATCH /payments/{id}/ over REST: reports on manual payments, cancels on a provider's. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { create, creation, fresh, type Http } from './http.ts';
import { startFlorin } from './server.ts';

let florin: Awaited<ReturnType<typeof startFlorin>>;
let http: Http;
beforeAll(async () => {
  florin = await startFlorin();
  ({ http } = florin);
});
afterAll(() => florin[Symbol.asyncDispose]());

const report = (id: string, status: string, fields: object = {}) =>
  http.patch(`/payments/${id}/`, { status, ...fields });

/** A manual payment that these reports, one after the other, have brought to where it is. */
async function manual(...reports: readonly string[]) {
  const payment = await create(http, { provider: 'manual' });
  for (const status of reports) expect((await report(payment.id, status)).status).toBe(200);
  return payment;
}

describe('on manual', () => {
  it.each([
    [[], 'SUCCESS', { transaction_id: null, failure: null, refunded_amount: '0.00' }],
    [[], 'FAILED', { failure: { code: 'reported_failed' } }],
    [[], 'CANCELLED', { failure: null }],
    [['SUCCESS'], 'REFUNDED', { refunded_amount: '150.00' }],
  ])('%j, then %s: 200, in one version', async (before, status, fields) => {
    const { id } = await manual(...before);
    const answer = await report(id, status);
    expect(answer.status).toBe(200);
    expect(answer.payment).toMatchObject({ status, version: before.length + 2, ...fields });
  });

  it.each([
    [[], 'REFUNDED', 'not_refundable'],
    [[], 'REQUIRES_ACTION', 'status_not_reachable'],
    [[], 'AUTHORIZED', 'status_not_reachable'],
    [['SUCCESS'], 'PENDING', 'status_not_reachable'],
    [['SUCCESS'], 'FAILED', 'status_not_reachable'],
    [['SUCCESS'], 'CANCELLED', 'status_not_reachable'],
    [['FAILED'], 'SUCCESS', 'status_not_reachable'],
    [['FAILED'], 'REFUNDED', 'not_refundable'],
    [['CANCELLED'], 'SUCCESS', 'status_not_reachable'],
    [['SUCCESS', 'REFUNDED'], 'SUCCESS', 'status_not_reachable'],
    [['SUCCESS', 'REFUNDED'], 'CANCELLED', 'status_not_reachable'],
  ] as const)('%j, then %s: 409 %s, and nothing changes', async (before, status, code) => {
    const { id } = await manual(...before);
    const then = await http.get(`/payments/${id}/`);
    expect((await report(id, status)).refusal).toEqual([409, code]);
    expect((await http.get(`/payments/${id}/`)).text).toBe(then.text);
  });

  it.each([[[]], [['SUCCESS']], [['FAILED']], [['SUCCESS', 'REFUNDED']]])(
    '%j, and the same again: 200 and no new version',
    async (before) => {
      const { id } = await manual(...before);
      const then = await http.get(`/payments/${id}/`);
      const again = await report(id, then.payment.status.toLowerCase());
      expect([again.status, again.text]).toEqual([200, then.text]);
    },
  );

  it('the rest is refunded where a part already was', async () => {
    const { id } = await manual('SUCCESS');
    await http.post(`/payments/${id}/refund/`, { amount: '20.00' });
    const answer = await report(id, 'REFUNDED');
    expect(answer.payment).toMatchObject({ status: 'REFUNDED', refunded_amount: '150.00' });
    const posted = await florin.db.owner.sql`
      select credit, amount from postings where payment_id = ${id.slice(4)}
      and debit = 'merchant_payable' order by amount`;
    expect(posted.map(({ amount }) => amount)).toEqual(['2000', '13000']);
  });

  it.each(['manual', 'sandbox'])(
    'a second SUCCESS for an order that %s paid: 409 with the payment that did',
    async (provider) => {
      const order_id = fresh('order');
      const late = await create(http, { order_id, provider: 'manual' });
      const paid = await create(http, { order_id, provider });
      if (provider === 'manual') await report(paid.id, 'SUCCESS');
      const answer = await report(late.id, 'SUCCESS');
      expect(answer.refusal).toEqual([409, 'order_already_paid']);
      expect(answer.problem).toMatchObject({ payment_id: paid.id });
      expect((await report(late.id, 'FAILED')).status).toBe(200);
    },
  );

  it('with a key: replayed, and refused for another status', async () => {
    const { id } = await manual();
    const idempotency_key = fresh('report');
    const first = await report(id, 'SUCCESS', { idempotency_key });
    await report(id, 'REFUNDED');
    const again = await report(id, 'success', { idempotency_key });
    expect([again.status, again.text]).toEqual([200, first.text]);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    const other = await report(id, 'FAILED', { idempotency_key });
    expect(other.refusal).toEqual([422, 'idempotency_key_reused']);
    expect(other.problem['fields']).toEqual(['status']);
  });

  it('a no-op uses its key all the same', async () => {
    const { id } = await manual('SUCCESS');
    const idempotency_key = fresh('report');
    const first = await report(id, 'SUCCESS', { idempotency_key });
    await report(id, 'REFUNDED');
    expect((await report(id, 'SUCCESS', { idempotency_key })).text).toBe(first.text);
  });
});

describe('on a provider’s payment', () => {
  it.each([
    ['SUCCESS', {}],
    ['FAILED', { amount: '1.99' }],
    ['REQUIRES_ACTION', { payment_method: 'pm_requires_action' }],
    ['AUTHORIZED', { capture: 'manual' }],
    ['PENDING', { payment_method: 'pm_unknown' }],
  ])('the present status %s: 200 and no new version', async (status, fields) => {
    const payment = await create(http, fields);
    const answer = await report(payment.id, status);
    expect([answer.status, answer.payment]).toEqual([200, payment]);
  });

  it.each([
    ['REQUIRES_ACTION', { payment_method: 'pm_requires_action' }],
    ['AUTHORIZED', { capture: 'manual' }],
  ])('CANCELLED of %s is a void at the provider, and frees the order', async (status, fields) => {
    const { id, order_id, ...created } = await create(http, fields);
    expect(created.status).toBe(status);
    const answer = await report(id, 'cancelled');
    expect([answer.status, answer.payment.status, answer.payment.version]).toEqual([
      200,
      'CANCELLED',
      4,
    ]);
    const voids = await florin.db.owner.sql`
      select status, reference is not null as referred from operations
      where payment_id = ${id.slice(4)} and kind = 'void'`;
    expect([...voids]).toEqual([{ status: 'succeeded', referred: true }]);
    expect((await http.post('/payments/', creation({ order_id }))).status).toBe(201);
  });

  it('CANCELLED while the outcome is unknown: 409', async () => {
    const { id } = await create(http, { payment_method: 'pm_unknown' });
    const answer = await report(id, 'CANCELLED');
    expect(answer.refusal).toEqual([409, 'outcome_unknown']);
    expect(answer.problem).toMatchObject({ operation: 'charge' });
  });

  it.each([
    [{ payment_method: 'pm_requires_action' }, 'AUTHORIZED'],
    [{ capture: 'manual' }, 'REQUIRES_ACTION'],
  ])('of %j, what it is not: 409, the provider decides it', async (fields, another) => {
    const { id } = await create(http, fields);
    for (const status of ['SUCCESS', 'FAILED', 'REFUNDED', 'PENDING', another]) {
      const answer = await report(id, status);
      expect(answer.refusal, status).toEqual([409, 'provider_decides']);
      expect(answer.problem).toMatchObject({ provider: 'sandbox' });
    }
  });

  it.each([
    ['SUCCESS', {}],
    ['FAILED', { amount: '1.99' }],
  ])('CANCELLED of %s: 409', async (payment_status, fields) => {
    const { id } = await create(http, fields);
    const answer = await report(id, 'CANCELLED');
    expect(answer.refusal).toEqual([409, 'not_cancellable']);
    expect(answer.problem).toMatchObject({ payment_status });
  });
});

it.each([
  [{}, 'status'],
  [{ status: 'CANCELLED', amount: '1.00' }, 'amount'],
  [{ status: 'CANCELLED', id: 'pay_1' }, 'id'],
  [{ status: 'CANCELLED', idempotency_key: '' }, 'idempotency_key'],
])('%j: 400 at %s', async (body, path) => {
  const { id } = await create(http);
  const answer = await http.patch(`/payments/${id}/`, body);
  expect(answer.refusal).toEqual([400, 'invalid_request']);
  expect(answer.problem.errors).toMatchObject([{ path: [path] }]);
});
