/** POST /payments/{id}/capture/ over REST: whole, in part, declined, unknown, repeated. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endLeases } from './books.ts';
import { create, fresh, type Http, type WirePayment } from './http.ts';
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
const capture = (id: string, body?: object | string, headers?: Record<string, string>) =>
  http.post(`/payments/${id}/capture/`, body, headers);
const now = async (id: string) => (await http.get(`/payments/${id}/`)).payment;
const postingsOf = async (id: string) => [
  ...(await florin.db.owner.sql`
    select debit, credit, amount::int from postings where payment_id = ${id.slice(4)}`),
];

it('of all that is held: SUCCESS, and posted', async () => {
  const held = await hold();
  expect(held).toMatchObject({
    status: 'AUTHORIZED',
    authorized_amount: '150.00',
    captured_amount: '0.00',
    allowed_actions: ['capture', 'cancel'],
    version: 2,
  });
  expect(await postingsOf(held.id)).toEqual([]);
  const answer = await capture(held.id);
  expect([answer.status, answer.headers.get('idempotent-replayed')]).toEqual([200, null]);
  expect(answer.payment).toEqual({
    ...held,
    status: 'SUCCESS',
    captured_amount: '150.00',
    allowed_actions: ['refund'],
    expires_at: null,
    version: 4,
    updated_at: expect.any(String),
  });
  expect(await now(held.id)).toEqual(answer.payment);
  expect(await postingsOf(held.id)).toEqual([
    { debit: 'provider_receivable', credit: 'merchant_payable', amount: 15000 },
  ]);
});

it('of a part: the rest is released, and only the part can be refunded', async () => {
  const { id } = await hold();
  const { payment } = await capture(id, { amount: '100.00' });
  expect(payment).toMatchObject({
    status: 'SUCCESS',
    amount: '150.00',
    authorized_amount: '150.00',
    captured_amount: '100.00',
    allowed_actions: ['refund'],
  });
  expect(await postingsOf(id)).toMatchObject([{ amount: 10000 }]);
  expect((await capture(id, { amount: '50.00' })).refusal).toEqual([409, 'not_capturable']);
  const over = await http.post(`/payments/${id}/refund/`, { amount: '100.01' });
  expect(over.refusal).toEqual([409, 'amount_exceeds_remaining']);
  const refunded = await http.post(`/payments/${id}/refund/`);
  expect(refunded.payment).toMatchObject({ status: 'REFUNDED', refunded_amount: '100.00' });
});

it.each([
  ['USD', '150.00', '{"amount": "150.00"}', '150.00'],
  ['USD', '150.00', '{"amount": "1"}', '1.00'],
  ['USD', '150.00', '{"amount": 100.5}', '100.50'],
  ['USD', '150.00', '{"amount": 0.01}', '0.01'],
  ['JPY', '150', '{"amount": "50"}', '50'],
  ['JPY', '150', '{"amount": 50.00}', '50'],
  ['KWD', '1.500', '{"amount": "1.25"}', '1.250'],
  ['KWD', '1.500', '{"amount": 0.001}', '0.001'],
])('of %s %s, %s is %s', async (currency, amount, body, captured_amount) => {
  const { id } = await hold({ currency, amount });
  const answer = await capture(id, body);
  expect([answer.status, answer.payment.status]).toEqual([200, 'SUCCESS']);
  expect(answer.payment).toMatchObject({ captured_amount, authorized_amount: amount });
});

it.each([
  ['USD', '150.00', '{"amount": "0"}'],
  ['USD', '150.00', '{"amount": 0.00}'],
  ['USD', '150.00', '{"amount": -1}'],
  ['USD', '150.00', '{"amount": 1.005}'],
  ['JPY', '150', '{"amount": "50.00"}'],
  ['JPY', '150', '{"amount": 50.5}'],
  ['KWD', '1.500', '{"amount": "0.0001"}'],
])('of %s %s, %s: 400, and nothing changes', async (currency, amount, body) => {
  const held = await hold({ currency, amount });
  const answer = await capture(held.id, body);
  expect(answer.refusal).toEqual([400, 'invalid_request']);
  expect(answer.problem.errors).toMatchObject([{ path: ['amount'] }]);
  expect(await now(held.id)).toEqual(held);
});

it('of more than is held: 409 with what is, and nothing changes', async () => {
  const held = await hold();
  const answer = await capture(held.id, { amount: '150.01' });
  expect(answer.refusal).toEqual([409, 'amount_exceeds_remaining']);
  expect(answer.problem).toMatchObject({ remaining: '150.00' });
  expect(await now(held.id)).toEqual(held);
  expect(performed(held.id, 'capture')).toBe(0);
});

/** A payment in each status but the one that can be captured. */
const others: readonly (readonly [string, string, () => Promise<WirePayment>])[] = [
  ['PENDING', 'to be charged', () => create(http, { payment_method: 'pm_unknown' })],
  ['PENDING', 'to be authorized', () => hold({ payment_method: 'pm_unknown' })],
  ['PENDING', 'by hand', () => create(http, { provider: 'manual' })],
  ['REQUIRES_ACTION', 'of a hold', () => hold({ payment_method: 'pm_requires_action' })],
  ['SUCCESS', 'charged', () => create(http)],
  ['SUCCESS', 'captured', () => after('capture', {})],
  ['SUCCESS', 'captured in part', () => after('capture', { amount: '1.00' })],
  ['FAILED', 'declined', () => hold({ payment_method: 'pm_declined' })],
  ['CANCELLED', 'of a hold', () => after('cancel', {})],
];

async function after(action: string, body: object): Promise<WirePayment> {
  const { id } = await hold();
  return (await http.post(`/payments/${id}/${action}/`, body)).payment;
}

it.each(others)('of what is %s (%s): 409, and nothing changes', async (status, _, make) => {
  const payment = await make();
  const asked = performed(payment.id, 'capture');
  for (const body of [{}, { amount: '1.00' }]) {
    const answer = await capture(payment.id, body);
    expect(answer.refusal).toEqual([409, 'not_capturable']);
    expect(answer.problem).toMatchObject({ payment_status: status });
  }
  expect(await now(payment.id)).toEqual(payment);
  expect(performed(payment.id, 'capture')).toBe(asked);
});

it.each([
  ['pay_1', {}],
  ['pay_1', { amount: '1.00' }],
  [`pay_${'0'.repeat(32)}`, {}],
  [`op_${'0'.repeat(32)}`, { amount: '1.00' }],
])('of %s %j, which is nothing: 404', async (id, body) => {
  expect((await capture(id, body)).refusal).toEqual([404, 'payment_not_found']);
});

it('that the provider declines leaves the hold as it was', async () => {
  const held = await hold({ payment_method: 'pm_capture_declined' });
  const answer = await capture(held.id, { amount: '10.00' });
  expect(answer.status).toBe(200);
  const { updated_at } = answer.payment;
  expect(answer.payment).toEqual({ ...held, version: 4, updated_at });
  expect(await postingsOf(held.id)).toEqual([]);
  // Declined is settled: it can be asked for again, or be given up.
  expect((await capture(held.id)).payment.version).toBe(6);
  expect((await http.post(`/payments/${held.id}/cancel/`)).payment.status).toBe('CANCELLED');
});

it('whose outcome is unknown is 202, keeps everyone else off, and is resumed', async () => {
  const held = await hold({ metadata: { capture: 'unknown' } });
  const request = { amount: '40.00', idempotency_key: fresh('capture') };
  const first = await capture(held.id, request);
  expect(first.status).toBe(202);
  const { updated_at } = first.payment;
  expect(first.payment).toEqual({ ...held, allowed_actions: [], version: 3, updated_at });
  for (const [path, code] of [
    ['capture/', 'outcome_unknown'],
    ['cancel/', 'outcome_unknown'],
    ['refund/', 'not_refundable'],
  ]) {
    expect((await http.post(`/payments/${held.id}/${path}`)).refusal, path).toEqual([409, code]);
  }
  const early = await capture(held.id, request);
  expect(early.refusal).toEqual([409, 'idempotency_key_in_flight']);

  found.add(held.id);
  await endLeases(florin.db.owner.sql);
  await expect.poll(async () => (await now(held.id)).status).toBe('SUCCESS');
  const again = await capture(held.id, request);
  expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
  expect(again.payment).toEqual(await now(held.id));
  expect(again.payment).toMatchObject({ captured_amount: '40.00', version: 4 });
});

describe('with a key', () => {
  it('in the body or the header: replayed byte for byte, whatever became of it since', async () => {
    const { id } = await hold();
    const idempotency_key = fresh('capture');
    const first = await capture(id, { amount: '100.00', idempotency_key });
    await http.post(`/payments/${id}/refund/`);
    const header = { 'idempotency-key': idempotency_key };
    for (const again of [
      await capture(id, { idempotency_key, amount: 100 }),
      await capture(id, { amount: '100.00' }, header),
    ]) {
      expect([again.status, again.text]).toEqual([200, first.text]);
      expect(again.headers.get('idempotent-replayed')).toBe('true');
    }
    expect(performed(id, 'capture')).toBe(1);
  });

  it('of a decline is the decline, and asks nobody again', async () => {
    const { id } = await hold({ payment_method: 'pm_capture_declined' });
    const body = { idempotency_key: fresh('capture') };
    const first = await capture(id, body);
    const again = await capture(id, body);
    expect([again.status, again.text]).toEqual([200, first.text]);
    expect(performed(id, 'capture')).toBe(1);
  });

  it('that was used for something else: 422 with what differs', async () => {
    const [one, other] = [await hold(), await hold()];
    const idempotency_key = fresh('capture');
    await capture(one.id, { amount: '1.00', idempotency_key });
    const rows = [
      [one.id, { amount: '2.00', idempotency_key }, ['amount']],
      [one.id, { idempotency_key }, ['amount']],
      [other.id, { amount: '1.00', idempotency_key }, ['payment_id']],
      [other.id, { idempotency_key: other.idempotency_key }, expect.arrayContaining(['command'])],
    ] as const;
    for (const [id, body, fields] of rows) {
      const answer = await capture(id, body);
      expect(answer.refusal).toEqual([422, 'idempotency_key_reused']);
      expect(answer.problem['fields']).toEqual(fields);
    }
    expect(await now(other.id)).toEqual(other);
  });

  it('that was refused is not used up', async () => {
    const { id } = await hold();
    const idempotency_key = fresh('capture');
    expect((await capture(id, { amount: '151.00', idempotency_key })).status).toBe(409);
    expect((await capture(id, { amount: '150.00', idempotency_key })).status).toBe(200);
  });
});
