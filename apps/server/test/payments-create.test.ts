/** POST /payments/ over REST: statuses, replays, keys in flight, providers, what is refused. */
import { limits } from '@florin/core';
import { createMerchant } from '@florin/db';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { create, creation, fresh, type Http } from './http.ts';
import { liveKey, startFlorin } from './server.ts';

let florin: Awaited<ReturnType<typeof startFlorin>>;
let http: Http;
beforeAll(async () => {
  florin = await startFlorin();
  ({ http } = florin);
});
afterAll(() => florin[Symbol.asyncDispose]());

/** As if the first request with this key had been under way for longer than anyone waits. */
const endLease = (key: unknown) => florin.db.owner.sql`
  update idempotency_keys set lease_until = now() - interval '1 second' where key = ${String(key)}`;

it('answers 201, where the payment is, and exactly the fields of a payment', async () => {
  const answer = await http.post('/payments/', creation({ metadata: { cart: '7' } }));
  expect(answer.status).toBe(201);
  expect(answer.headers.get('location')).toBe(`/payments/${answer.payment.id}/`);
  expect(answer.headers.get('idempotent-replayed')).toBeNull();
  expect(Object.keys(answer.payment)).toEqual([
    'id',
    'order_id',
    'amount',
    'currency',
    'status',
    'authorized_amount',
    'captured_amount',
    'refunded_amount',
    'allowed_actions',
    'next_action',
    'expires_at',
    'provider',
    'transaction_id',
    'idempotency_key',
    'failure',
    'discrepancy',
    'metadata',
    'version',
    'created_at',
    'updated_at',
  ]);
  expect((await http.get(answer.headers.get('location') ?? '')).text).toBe(answer.text);
});

it.each([
  [undefined, 201, 'SUCCESS', null],
  ['pm_approved', 201, 'SUCCESS', null],
  ['pm_declined', 201, 'FAILED', 'card_declined'],
  ['pm_insufficient_funds', 201, 'FAILED', 'insufficient_funds'],
  ['pm_of_nobody', 201, 'FAILED', 'unknown_payment_method'],
  ['pm_requires_action', 201, 'REQUIRES_ACTION', null],
  ['pm_unknown', 202, 'PENDING', null],
])('payment_method %s: %i %s', async (payment_method, status, becomes, failure) => {
  const answer = await http.post('/payments/', creation({ payment_method }));
  expect([answer.status, answer.payment.status]).toEqual([status, becomes]);
  expect(answer.payment.failure?.code ?? null).toBe(failure);
  expect(answer.payment.transaction_id === null).toBe(becomes !== 'SUCCESS');
});

/** How a hold stands at first: what is authorized, what may be asked for, and when it expires, in ms. */
type Hold = readonly [string, string, readonly string[], number | null];

it.each<[string | undefined, number, ...Hold]>([
  [undefined, 201, 'AUTHORIZED', '150.00', ['capture', 'cancel'], limits.authorizationMs],
  ['pm_requires_action', 201, 'REQUIRES_ACTION', '0.00', ['cancel'], limits.payerActionMs],
  ['pm_declined', 201, 'FAILED', '0.00', [], null],
  ['pm_unknown', 202, 'PENDING', '0.00', [], null],
])('capture: manual, payment_method %s: %i %s', async (payment_method, httpStatus, ...hold) => {
  const [status, authorized_amount, allowed_actions, expiresInMs] = hold;
  const answer = await http.post('/payments/', creation({ capture: 'manual', payment_method }));
  expect(answer.status).toBe(httpStatus);
  const mustAct = status === 'REQUIRES_ACTION';
  expect(answer.payment).toMatchObject({
    status,
    authorized_amount,
    captured_amount: '0.00',
    allowed_actions,
    next_action: mustAct ? { type: 'redirect', url: expect.stringMatching(/^https?:/) } : null,
  });
  const { expires_at, created_at } = answer.payment;
  expect(expires_at === null).toBe(expiresInMs === null);
  if (expires_at !== null && expiresInMs !== null) {
    // It runs from what the provider said, which comes after the creation.
    const expiresAfterMs = Date.parse(expires_at) - Date.parse(created_at);
    expect(expiresAfterMs).toBeGreaterThanOrEqual(expiresInMs);
    expect(expiresAfterMs).toBeLessThan(expiresInMs * 1.1);
  }
});

describe('a replay', () => {
  it('is 200, marked, and the first answer byte for byte', async () => {
    const metadata = {
      zebra: '1',
      apple: '2',
      orderId: 'kept',
      order_id: 'too',
      'ü "q"': '\u2028',
    };
    const request = creation({ metadata });
    const first = await http.post('/payments/', request);
    const again = await http.post('/payments/', request);
    expect(first.text).toContain(`"metadata":${JSON.stringify(metadata)}`);
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
    expect(again.headers.get('location')).toBe(`/payments/${first.payment.id}/`);
    expect(again.text).toBe(first.text);
  });

  it('stays the first answer, whatever became of the payment since', async () => {
    const request = creation();
    const first = await http.post('/payments/', request);
    await http.post(`/payments/${first.payment.id}/refund/`, {});
    const again = await http.post('/payments/', request);
    expect([again.status, again.text]).toEqual([200, first.text]);
    expect((await http.get(`/payments/${first.payment.id}/`)).payment.status).toBe('REFUNDED');
  });

  it('of a decline is the decline, and charges nobody again', async () => {
    const request = creation({ amount: '7.99' });
    const first = await http.post('/payments/', request);
    const again = await http.post('/payments/', request);
    expect([first.payment.status, again.status, again.text]).toEqual(['FAILED', 200, first.text]);
    const charges = await florin.db.owner.sql`
      select attempts from operations where idempotency_key = ${first.payment.idempotency_key}`;
    expect([...charges]).toEqual([{ attempts: 1 }]);
  });

  it('counts the defaults as what they stand for', async () => {
    const request = creation();
    const first = await http.post('/payments/', request);
    const defaults = { currency: 'USD', provider: 'sandbox', capture: 'automatic', metadata: {} };
    expect((await http.post('/payments/', { ...request, ...defaults })).text).toBe(first.text);
    const held = await http.post('/payments/', { ...request, capture: 'manual' });
    expect(held.refusal).toEqual([422, 'idempotency_key_reused']);
    expect(held.problem['fields']).toEqual(['capture']);
  });
});

describe('a key in flight', () => {
  it('is 409 with a time to wait, after its lease 202 with the payment as it is', async () => {
    const request = creation({ payment_method: 'pm_unknown' });
    const first = await http.post('/payments/', request);
    expect([first.status, first.payment.status]).toEqual([202, 'PENDING']);
    const early = await http.post('/payments/', request);
    expect(early.refusal).toEqual([409, 'idempotency_key_in_flight']);
    expect(early.problem).toMatchObject({ payment_id: first.payment.id });
    expect(early.headers.get('retry-after')).toBe('1');

    await endLease(request['idempotency_key']);
    const late = await http.post('/payments/', request);
    expect([late.status, late.text]).toEqual([202, first.text]);
    expect(late.headers.get('location')).toBe(`/payments/${first.payment.id}/`);
    expect(late.headers.get('idempotent-replayed')).toBeNull();
  });

  it('with another request is 422 all the same', async () => {
    const request = creation({ payment_method: 'pm_unknown' });
    await http.post('/payments/', request);
    const answer = await http.post('/payments/', { ...request, amount: '1.00' });
    expect(answer.refusal).toEqual([422, 'idempotency_key_reused']);
  });

  it('holds its order', async () => {
    const held = await create(http, { payment_method: 'pm_unknown' });
    const answer = await http.post('/payments/', creation({ order_id: held.order_id }));
    expect(answer.refusal).toEqual([409, 'order_payment_in_progress']);
    expect(answer.problem).toMatchObject({ payment_id: held.id });
  });
});

it('a refusal does not use its key up, and leaves nothing', async () => {
  const paid = await create(http);
  const request = creation({ order_id: paid.order_id });
  expect((await http.post('/payments/', request)).status).toBe(409);
  const left = await florin.db.owner.sql`
    select from idempotency_keys where key = ${String(request['idempotency_key'])}`;
  expect(left).toHaveLength(0);
  await http.post(`/payments/${paid.id}/refund/`, {});
  expect((await http.post('/payments/', request)).status).toBe(201);
});

it.each([
  ['FAILED', { amount: '1.99' }],
  ['REQUIRES_ACTION', { payment_method: 'pm_requires_action' }],
])('an order whose payment is %s', async (status, fields) => {
  const { order_id } = await create(http, fields);
  const next = await http.post('/payments/', creation({ order_id }));
  expect(next.status).toBe(status === 'FAILED' ? 201 : 409);
});

it.each([
  ['JPY', '150', '150'],
  ['JPY', 150.0, '150'],
  ['KWD', '1.5', '1.500'],
  ['CLF', '0.0001', '0.0001'],
  ['EUR', '0.01', '0.01'],
])('in %s %j is %s', async (currency, amount, shown) => {
  expect((await create(http, { currency, amount })).amount).toBe(shown);
});

it.each([
  [{ currency: 'JPY', amount: '150.00' }, 'amount'],
  [{ currency: 'usd' }, 'currency'],
  [{ currency: 'XXQ' }, 'currency'],
  [{ currency: null }, 'currency'],
  [{ order_id: '' }, 'order_id'],
  [{ order_id: 7 }, 'order_id'],
  [{ order_id: 'x'.repeat(256) }, 'order_id'],
  [{ order_id: 'nul\0' }, 'order_id'],
  [{ order_id: 'half \ud83d' }, 'order_id'],
  [{ idempotency_key: '' }, 'idempotency_key'],
  [{ idempotency_key: null }, 'idempotency_key'],
  [{ payment_method: null }, 'payment_method'],
  [{ payment_method: '' }, 'payment_method'],
  [{ metadata: null }, 'metadata'],
  [{ metadata: { a: 1 } }, 'metadata.a'],
  [{ metadata: { 'nul\0': '1' } }, 'metadata.nul\0'],
  [{ metadata: { ['k'.repeat(41)]: '1' } }, `metadata.${'k'.repeat(41)}`],
  [{ metadata: { a: 'v'.repeat(501) } }, 'metadata.a'],
  [{ metadata: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [n, ''])) }, 'metadata'],
  [{ orderId: 'camel' }, 'orderId'],
  [{ surprise: true }, 'surprise'],
])('%j: 400 at %s', async (fields, path) => {
  const answer = await http.post('/payments/', creation(fields));
  expect(answer.refusal).toEqual([400, 'invalid_request']);
  expect(answer.problem.errors?.map((error) => error.path.join('.'))).toEqual([path]);
});

it('metadata named __proto__ is kept or refused, never dropped', async () => {
  const answer = await http.post('/payments/', creation({ metadata: { ['__proto__']: 'x' } }));
  expect(answer.status).toBe(400);
});

it('names every bad field at once', async () => {
  const answer = await http.post('/payments/', { currency: 'usd', surprise: 1 });
  const paths = answer.problem.errors?.map(({ path }) => path.join('.')).sort();
  expect(paths).toEqual(['amount', 'currency', 'idempotency_key', 'order_id', 'surprise']);
});

describe('providers', () => {
  it('manual waits for a report, and holds no order', async () => {
    const order_id = fresh('order');
    const one = await create(http, { order_id, provider: 'manual' });
    const two = await create(http, { order_id, provider: 'manual', amount: '0.99' });
    expect([one.status, two.status, one.version]).toEqual(['PENDING', 'PENDING', 1]);
  });

  it('manual has no capture of its own: 400, and its key is not used up', async () => {
    const request = creation({ provider: 'manual', capture: 'manual' });
    const answer = await http.post('/payments/', request);
    expect(answer.refusal).toEqual([400, 'capture_not_available']);
    expect(answer.problem).toMatchObject({ provider: 'manual' });
    const charged = { ...request, capture: 'automatic' };
    expect((await http.post('/payments/', charged)).status).toBe(201);
  });

  it('a live merchant gets manual, and never reaches the sandbox', async () => {
    await createMerchant(florin.db.owner, 'live', liveKey);
    const live = http.as(liveKey);
    expect(await create(live)).toMatchObject({ provider: 'manual', status: 'PENDING' });
    const answer = await live.post('/payments/', creation({ provider: 'sandbox' }));
    expect(answer.refusal).toEqual([400, 'provider_not_available']);
    expect(answer.problem).toMatchObject({ provider: 'sandbox', available: ['manual'] });
  });

  it('one that is not there is refused with those that are', async () => {
    const answer = await http.post('/payments/', creation({ provider: 'stripe' }));
    expect(answer.refusal).toEqual([400, 'provider_not_available']);
    expect(answer.problem).toMatchObject({ available: ['manual', 'sandbox'] });
  });
});
