/** POST /payments/{id}/cancel/ over REST: a void where nothing is captured, a no-op, refusals. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endLeases } from './books.ts';
import { create, creation, fresh, type Http } from './http.ts';
import { createTold } from './scripted.ts';
import { startFlorin } from './server.ts';

const { providers, performed, found } = createTold();
let florin: Awaited<ReturnType<typeof startFlorin>>;
let http: Http;
beforeAll(async () => {
  florin = await startFlorin(providers);
  ({ http } = florin);
});
afterAll(() => florin[Symbol.asyncDispose]());

const hold = (fields: object = {}) => create(http, { capture: 'manual', ...fields });
const act = (id: string, action: string, body?: object) =>
  http.post(`/payments/${id}/${action}/`, body);
const cancel = (id: string, body?: object, headers?: Record<string, string>) =>
  http.post(`/payments/${id}/cancel/`, body, headers);
const now = async (id: string) => (await http.get(`/payments/${id}/`)).payment;

const waiting = { payment_method: 'pm_requires_action' };

describe('of what is', () => {
  it.each([
    ['AUTHORIZED', { capture: 'manual' }, 1, 4],
    ['REQUIRES_ACTION', { capture: 'manual', ...waiting }, 1, 4],
    ['REQUIRES_ACTION', waiting, 1, 4],
    // By hand there is nobody to ask: opened and settled in one version.
    ['PENDING', { provider: 'manual' }, 0, 2],
  ])(
    '%s %j: voided, nothing is posted, and the order is free',
    async (status, fields, voids, version) => {
      const payment = await create(http, fields);
      expect(payment).toMatchObject({ status, captured_amount: '0.00' });
      expect(payment.allowed_actions).toContain('cancel');
      const answer = await cancel(payment.id);
      expect([answer.status, answer.headers.get('idempotent-replayed')]).toEqual([200, null]);
      expect(answer.payment).toEqual({
        ...payment,
        status: 'CANCELLED',
        allowed_actions: [],
        next_action: null,
        expires_at: null,
        version,
        updated_at: expect.any(String),
      });
      expect(performed(payment.id, 'void')).toBe(voids);
      const [voided] = await florin.db.owner.sql`
      select (select count(*)::int from postings where payment_id = o.payment_id) as postings,
             amount::int, status from operations o
      where payment_id = ${payment.id.slice(4)} and kind = 'void'`;
      expect(voided).toEqual({ postings: 0, amount: 15000, status: 'succeeded' });
      const next = await http.post('/payments/', creation({ order_id: payment.order_id }));
      expect(next.status).toBe(201);
    },
  );

  it.each([
    ['SUCCESS', {}, null, {}],
    ['SUCCESS', { capture: 'manual' }, 'capture', { amount: '1.00' }],
    ['SUCCESS', {}, 'refund', { amount: '1.00' }],
    ['REFUNDED', {}, 'refund', {}],
    ['FAILED', { payment_method: 'pm_declined' }, null, {}],
    ['FAILED', { capture: 'manual', amount: '1.99' }, null, {}],
  ])(
    '%s (%j, then %s %j): 409, and nothing changes',
    async (payment_status, fields, action, body) => {
      const { id } = await create(http, fields);
      if (action !== null) await act(id, action, body);
      const before = await now(id);
      expect(before.allowed_actions).not.toContain('cancel');
      const answer = await cancel(id);
      expect(answer.refusal).toEqual([409, 'not_cancellable']);
      expect(answer.problem).toMatchObject({ payment_status });
      expect(await now(id)).toEqual(before);
    },
  );

  it.each([
    ['charge', {}],
    ['authorize', { capture: 'manual' }],
  ])('not known yet (%s): 409, for the money may have moved', async (operation, fields) => {
    const payment = await create(http, { ...fields, payment_method: 'pm_unknown' });
    const answer = await cancel(payment.id);
    expect(answer.refusal).toEqual([409, 'outcome_unknown']);
    expect(answer.problem).toMatchObject({ operation });
    expect(await now(payment.id)).toEqual(payment);
  });

  it('not there: 404', async () => {
    for (const id of ['pay_1', `pay_${'0'.repeat(32)}`, `op_${'0'.repeat(32)}`]) {
      expect((await cancel(id)).refusal).toEqual([404, 'payment_not_found']);
    }
  });
});

it('again: 200 and nothing new, here and as a report', async () => {
  const { id } = await hold();
  const first = await cancel(id);
  const again = await cancel(id);
  const reported = await http.patch(`/payments/${id}/`, { status: 'cancelled' });
  for (const answer of [again, reported]) {
    expect([answer.status, answer.text]).toEqual([200, first.text]);
    expect(answer.headers.get('idempotent-replayed')).toBeNull();
  }
  expect(performed(id, 'void')).toBe(1);
});

it.each([
  ['AUTHORIZED', { capture: 'manual' }, 'capture', 'SUCCESS'],
  ['REQUIRES_ACTION', waiting, 'cancel', 'REQUIRES_ACTION'],
])(
  'that the provider declines leaves what is %s as it was',
  async (status, fields, action, then) => {
    const payment = await create(http, { ...fields, metadata: { void: 'declined' } });
    expect(payment.status).toBe(status);
    const answer = await cancel(payment.id);
    const { updated_at } = answer.payment;
    expect([answer.status, answer.payment]).toEqual([200, { ...payment, version: 4, updated_at }]);
    const next = await http.post('/payments/', creation({ order_id: payment.order_id }));
    expect(next.refusal).toEqual([409, 'order_payment_in_progress']);
    // Declined is settled: what could be asked for before, can be now.
    expect((await act(payment.id, action)).payment).toMatchObject({ status: then, version: 6 });
  },
);

it('whose outcome is unknown is 202, keeps everyone else off, and is resumed', async () => {
  const held = await hold({ metadata: { void: 'unknown' } });
  const request = { idempotency_key: fresh('cancel') };
  const first = await cancel(held.id, request);
  expect(first.status).toBe(202);
  const { updated_at } = first.payment;
  expect(first.payment).toEqual({ ...held, allowed_actions: [], version: 3, updated_at });
  for (const [action, code] of [
    ['cancel', 'outcome_unknown'],
    ['capture', 'outcome_unknown'],
    ['refund', 'not_refundable'],
  ] as const) {
    expect((await act(held.id, action)).refusal, action).toEqual([409, code]);
  }
  expect((await cancel(held.id, request)).refusal).toEqual([409, 'idempotency_key_in_flight']);
  const next = await http.post('/payments/', creation({ order_id: held.order_id }));
  expect(next.refusal).toEqual([409, 'order_payment_in_progress']);

  found.add(held.id);
  await endLeases(florin.db.owner.sql);
  await expect.poll(async () => (await now(held.id)).status).toBe('CANCELLED');
  const again = await cancel(held.id, request);
  expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
  expect(again.payment).toEqual(await now(held.id));
});

describe('with a key', () => {
  it('in the body or the header: replayed byte for byte', async () => {
    const { id } = await hold();
    const idempotency_key = fresh('cancel');
    const first = await cancel(id, { idempotency_key });
    for (const again of [
      await cancel(id, { idempotency_key }),
      await cancel(id, undefined, { 'idempotency-key': idempotency_key }),
    ]) {
      expect([again.status, again.text]).toEqual([200, first.text]);
      expect(again.headers.get('idempotent-replayed')).toBe('true');
    }
    expect(performed(id, 'void')).toBe(1);
  });

  it('a no-op uses it all the same', async () => {
    const { id } = await hold();
    await cancel(id);
    const body = { idempotency_key: fresh('cancel') };
    const first = await cancel(id, body);
    const again = await cancel(id, body);
    expect(again.text).toBe(first.text);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
  });

  it('of a decline is the decline, and asks nobody again', async () => {
    const { id } = await hold({ payment_method: 'pm_void_declined' });
    const body = { idempotency_key: fresh('cancel') };
    const first = await cancel(id, body);
    expect((await cancel(id, body)).text).toBe(first.text);
    expect(performed(id, 'void')).toBe(1);
  });

  it('that was used for something else: 422 with what differs', async () => {
    const [one, other] = [await hold(), await hold()];
    const idempotency_key = fresh('cancel');
    await cancel(one.id, { idempotency_key });
    const ofAnother = await cancel(other.id, { idempotency_key });
    expect(ofAnother.refusal).toEqual([422, 'idempotency_key_reused']);
    expect(ofAnother.problem['fields']).toEqual(['payment_id']);
    const ofCreate = await cancel(other.id, { idempotency_key: other.idempotency_key });
    expect(ofCreate.refusal).toEqual([422, 'idempotency_key_reused']);
    expect(ofCreate.problem['fields']).toContain('command');
    const ofReport = await http.patch(`/payments/${one.id}/`, {
      status: 'CANCELLED',
      idempotency_key,
    });
    expect(ofReport.problem['fields']).toEqual(['command', 'status']);
    expect(await now(other.id)).toEqual(other);
  });
});
