/** POST /payments/{id}/refund/ over REST: whole, in parts, repeated, refused. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { create, creation, fresh, type Http } from './http.ts';
import { startFlorin } from './server.ts';

let florin: Awaited<ReturnType<typeof startFlorin>>;
let http: Http;
beforeAll(async () => {
  florin = await startFlorin();
  ({ http } = florin);
});
afterAll(() => florin[Symbol.asyncDispose]());

const refund = (id: string, body?: object | string, headers?: Record<string, string>) =>
  http.post(`/payments/${id}/refund/`, body, headers);

it('in parts, then the rest: SUCCESS until nothing is left, then REFUNDED', async () => {
  const { id } = await create(http);
  const rows = [
    [{ amount: '50.00' }, 'SUCCESS', '50.00', 4],
    [{ amount: 25.5, reason: 'damaged' }, 'SUCCESS', '75.50', 6],
    [{}, 'REFUNDED', '150.00', 8],
  ] as const;
  for (const [body, status, refunded_amount, version] of rows) {
    const answer = await refund(id, body);
    expect(answer.status).toBe(200);
    expect(answer.payment).toMatchObject({
      id,
      status,
      refunded_amount,
      version,
      amount: '150.00',
    });
  }
  const operations = await florin.db.owner.sql`
    select amount, reason, status from operations
    where payment_id = ${id.slice(4)} and kind = 'refund' order by created_at, id`;
  expect([...operations]).toEqual([
    { amount: '5000', reason: null, status: 'succeeded' },
    { amount: '2550', reason: 'damaged', status: 'succeeded' },
    { amount: '7450', reason: null, status: 'succeeded' },
  ]);
});

it('of more than remains: 409 with what remains, and nothing changes', async () => {
  const { id } = await create(http);
  const before = await refund(id, { amount: '100.00' });
  const answer = await refund(id, { amount: '50.01' });
  expect(answer.refusal).toEqual([409, 'amount_exceeds_remaining']);
  expect(answer.problem).toMatchObject({ remaining: '50.00' });
  expect((await http.get(`/payments/${id}/`)).text).toBe(before.text);
});

it('frees the order for a new payment once it is whole', async () => {
  const { id, order_id } = await create(http);
  await refund(id, { amount: '149.99' });
  expect((await http.post('/payments/', creation({ order_id }))).status).toBe(409);
  await refund(id);
  expect((await http.post('/payments/', creation({ order_id }))).status).toBe(201);
});

it('with a key, in the body or the header: replayed, not repeated', async () => {
  const { id } = await create(http);
  const idempotency_key = fresh('refund');
  const body = { amount: '10.00', reason: 'late', idempotency_key };
  const first = await refund(id, body);
  const again = await refund(id, body);
  await refund(id, { amount: '1.00' });
  const header = { 'idempotency-key': idempotency_key };
  const later = await refund(id, { amount: '10.00', reason: 'late' }, header);
  expect([first.status, again.status, later.status]).toEqual([200, 200, 200]);
  expect([again.text, later.text]).toEqual([first.text, first.text]);
  const marks = [first, again, later].map(({ headers }) => headers.get('idempotent-replayed'));
  expect(marks).toEqual([null, 'true', 'true']);
  expect((await http.get(`/payments/${id}/`)).payment.refunded_amount).toBe('11.00');
});

it('of the rest with a key is replayed once nothing is left', async () => {
  const { id } = await create(http);
  const header = { 'idempotency-key': fresh('refund') };
  const first = await refund(id, undefined, header);
  const again = await refund(id, undefined, header);
  expect([again.status, again.text]).toEqual([200, first.text]);
});

it.each([
  ['amount', { amount: '2.00' }],
  ['reason', { amount: '1.00', reason: 'other' }],
])('with a key that was used, but another %s: 422', async (field, other) => {
  const { id } = await create(http);
  const idempotency_key = fresh('refund');
  await refund(id, { amount: '1.00', idempotency_key });
  const answer = await refund(id, { ...other, idempotency_key });
  expect(answer.refusal).toEqual([422, 'idempotency_key_reused']);
  expect(answer.problem['fields']).toEqual([field]);
});

it('with the key of a create, or of a refund of another payment: 422', async () => {
  const [one, other] = [await create(http), await create(http)];
  const idempotency_key = fresh('refund');
  await refund(other.id, { idempotency_key });
  const ofAnother = await refund(one.id, { idempotency_key });
  expect(ofAnother.refusal).toEqual([422, 'idempotency_key_reused']);
  expect(ofAnother.problem['fields']).toEqual(['payment_id']);
  const ofCreate = await refund(one.id, { idempotency_key: one.idempotency_key });
  expect(ofCreate.refusal).toEqual([422, 'idempotency_key_reused']);
});

it('that the provider declines gives its amount back', async () => {
  const { id } = await create(http, { payment_method: 'pm_refund_declined' });
  const answer = await refund(id, { amount: '10.00' });
  expect(answer.status).toBe(200);
  expect(answer.payment).toMatchObject({ status: 'SUCCESS', refunded_amount: '0.00' });
  expect((await refund(id, { amount: '150.00' })).status).toBe(200);
});

it('whose outcome is unknown is 202 and reserves its amount', async () => {
  const { id } = await create(http, { payment_method: 'pm_refund_unknown_at_first' });
  const first = await refund(id, { amount: '100.00', idempotency_key: fresh('refund') });
  expect(first.status).toBe(202);
  expect(first.payment).toMatchObject({ status: 'SUCCESS', refunded_amount: '0.00' });
  const more = await refund(id, { amount: '50.01' });
  expect(more.refusal).toEqual([409, 'amount_exceeds_remaining']);
  expect(more.problem).toMatchObject({ remaining: '50.00' });
  expect((await refund(id)).status).toBe(202);
  const nothing = await refund(id);
  expect(nothing.problem).toMatchObject({ code: 'amount_exceeds_remaining', remaining: '0.00' });
});

it('on manual records what happened, at once', async () => {
  const { id } = await create(http, { provider: 'manual' });
  expect((await refund(id)).refusal).toEqual([409, 'not_refundable']);
  await http.patch(`/payments/${id}/`, { status: 'SUCCESS' });
  const part = await refund(id, { amount: '50.00' });
  expect(part.payment).toMatchObject({ status: 'SUCCESS', refunded_amount: '50.00', version: 3 });
  expect((await refund(id)).payment).toMatchObject({ status: 'REFUNDED', version: 4 });
});

it.each([
  ['FAILED', { amount: '1.99' }],
  ['REQUIRES_ACTION', { payment_method: 'pm_requires_action' }],
  ['PENDING', { payment_method: 'pm_unknown' }],
])('of a payment that is %s: 409', async (status, fields) => {
  const { id } = await create(http, fields);
  const answer = await refund(id, { amount: '1.00' });
  expect(answer.refusal).toEqual([409, 'not_refundable']);
  expect(answer.problem).toMatchObject({ payment_status: status });
});

it.each([
  [{ amount: '0' }, 'amount'],
  [{ amount: -1 }, 'amount'],
  [{ amount: '1.001' }, 'amount'],
  [{ amount: null }, 'amount'],
  [{ reason: '' }, 'reason'],
  [{ reason: 'nul\0' }, 'reason'],
  [{ id: 'pay_1' }, 'id'],
  [{ order_id: 'order' }, 'order_id'],
])('%j: 400 at %s', async (body, path) => {
  const { id } = await create(http);
  const answer = await refund(id, body);
  expect(answer.refusal).toEqual([400, 'invalid_request']);
  expect(answer.problem.errors).toMatchObject([{ path: [path] }]);
});

it('of yen takes whole ones only', async () => {
  const { id } = await create(http, { currency: 'JPY', amount: '150' });
  expect((await refund(id, { amount: '50.00' })).refusal).toEqual([400, 'invalid_request']);
  expect((await refund(id, '{"amount": 50.00}')).payment.refunded_amount).toBe('50');
});
