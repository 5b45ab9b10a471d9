/** The replaced system's users: their requests, as they write them, and what they now get. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, fresh, type Http } from './http.ts';
import { startFlorin } from './server.ts';

let florin: Awaited<ReturnType<typeof startFlorin>>;
let http: Http;
beforeAll(async () => {
  florin = await startFlorin();
  ({ http } = florin);
});
afterAll(() => florin[Symbol.asyncDispose]());

/** The documented body, letter for letter, but for its order and key. */
const body = (order = fresh('ord'), key = fresh('unique-key'), amount = '150.00') =>
  `{"order_id": "${order}", "amount": ${amount}, "currency": "USD", "idempotency_key": "${key}"}`;

/** Old clients read `error`; everyone else gets RFC 9457. */
function expectRefusal(answer: Answer, status: number, code: string) {
  expect(answer.refusal).toEqual([status, code]);
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(answer.problem.error).toEqual(expect.stringMatching(/\w/));
  expect(answer.problem).toMatchObject({ status, detail: answer.problem.error });
  expect(answer.problem.request_id).toBe(answer.headers.get('x-request-id'));
}

it('POST /payments/, as documented, with the slash and then without: 201, then 200', async () => {
  const documented =
    '{"order_id": "ord-123456789", "amount": 150.00, "currency": "USD", "idempotency_key": "unique-key-123"}';
  const answer = await http.post('/payments/', documented);
  expect(answer.status).toBe(201);
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(answer.payment).toEqual({
    id: expect.stringMatching(/^pay_[0-9a-f]{32}$/),
    order_id: 'ord-123456789',
    amount: '150.00',
    currency: 'USD',
    status: 'SUCCESS',
    authorized_amount: '150.00',
    captured_amount: '150.00',
    refunded_amount: '0.00',
    allowed_actions: ['refund'],
    next_action: null,
    expires_at: null,
    provider: 'sandbox',
    transaction_id: expect.stringMatching(/^sandbox_/),
    idempotency_key: 'unique-key-123',
    failure: null,
    discrepancy: false,
    metadata: {},
    version: 2,
    created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    updated_at: expect.stringMatching(/Z$/),
  });
  const again = await http.post('/payments', documented);
  expect([again.status, again.text]).toEqual([200, answer.text]);
});

describe.each([
  { slash: 'with', end: '/' },
  { slash: 'without', end: '' },
])('$slash the slash, and with no redirect', ({ end }) => {
  it('POST /payments/ with a known key: 200 and the same payment', async () => {
    const sent = body();
    const first = await http.post(`/payments${end}`, sent);
    const again = await http.post(`/payments${end}`, sent);
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.text).toBe(first.text);
  });

  it.each(['order_id', 'amount', 'idempotency_key'])(
    'POST /payments/ without %s: 400 that names it',
    async (missing) => {
      const { [missing]: _, ...rest } = JSON.parse(body()) as Record<string, unknown>;
      const answer = await http.post(`/payments${end}`, rest);
      expectRefusal(answer, 400, 'invalid_request');
      expect(answer.problem.errors).toEqual([{ path: [missing], message: 'is required' }]);
      expect(answer.problem.error).toContain(missing);
    },
  );

  it('GET /payments/: 200 and a bare array, newest first', async () => {
    const older = (await http.post(`/payments${end}`, body())).payment;
    const newer = (await http.post(`/payments${end}`, body())).payment;
    const answer = await http.get(`/payments${end}`);
    expect(answer.status).toBe(200);
    expect(answer.payments.slice(0, 2)).toEqual([newer, older]);
  });

  it('GET /payments/{id}/: 200, or 404', async () => {
    const { payment } = await http.post('/payments/', body());
    const found = await http.get(`/payments/${payment.id}${end}`);
    expect(found.status).toBe(200);
    expect(found.payment).toEqual(payment);
    for (const id of ['1', 'banana', `pay_${'0'.repeat(32)}`]) {
      expectRefusal(await http.get(`/payments/${id}${end}`), 404, 'payment_not_found');
    }
  });

  it('GET /payments/order/{order_id}/: 200 and a bare array, empty if there are none', async () => {
    const { payment } = await http.post('/payments/', body());
    const found = await http.get(`/payments/order/${payment.order_id}${end}`);
    expect([found.status, found.payments]).toEqual([200, [payment]]);
    const none = await http.get(`/payments/order/no-such-order${end}`);
    expect([none.status, none.text]).toEqual([200, '[]']);
  });

  it.each([
    ['{}', '{}'],
    ['an empty body', undefined],
    ['an empty body that is declared as JSON', ''],
  ])('POST /payments/{id}/refund/ with %s: 200, refunded in full', async (_, sent) => {
    const { payment } = await http.post('/payments/', body());
    const answer = await http.post(`/payments/${payment.id}/refund${end}`, sent);
    expect(answer.status).toBe(200);
    expect(answer.payment).toMatchObject({
      id: payment.id,
      status: 'REFUNDED',
      refunded_amount: '150.00',
    });
  });

  it('POST /payments/{id}/refund/ of what is not successful: 409; of nothing: 404', async () => {
    const { payment } = await http.post('/payments/', body(undefined, undefined, '20.99'));
    const path = `/payments/${payment.id}/refund${end}`;
    expectRefusal(await http.post(path, '{}'), 409, 'not_refundable');
    expectRefusal(await http.post(`/payments/7/refund${end}`, '{}'), 404, 'payment_not_found');
  });

  it('PATCH /payments/{id}/ {"status": "cancelled"}: 200 before capture, in any case', async () => {
    for (const status of ['cancelled', 'Cancelled', 'CANCELLED']) {
      const sent = JSON.stringify({ ...JSON.parse(body()), provider: 'manual' });
      const { payment } = await http.post('/payments/', sent);
      expect(payment.status).toBe('PENDING');
      const answer = await http.patch(`/payments/${payment.id}${end}`, `{"status": "${status}"}`);
      expect([answer.status, answer.payment.status]).toEqual([200, 'CANCELLED']);
    }
  });

  it('PATCH /payments/{id}/ without a status: 400; of nothing: 404', async () => {
    const { payment } = await http.post('/payments/', body());
    expectRefusal(await http.patch(`/payments/${payment.id}${end}`, '{}'), 400, 'invalid_request');
    const unknown = await http.patch(`/payments/7${end}`, '{"status": "cancelled"}');
    expectRefusal(unknown, 404, 'payment_not_found');
  });
});

describe('amounts and declines', () => {
  it('takes 150, 150.00, "150" and "150.00" for the same, and answers a decimal string', async () => {
    const [order, key] = [fresh('ord'), fresh('key')];
    const answers: Answer[] = [];
    for (const amount of ['150', '150.0', '150.00', '150.000', '"150"', '"150.00"']) {
      answers.push(await http.post('/payments/', body(order, key, amount)));
    }
    expect(answers.map(({ status }) => status)).toEqual([201, 200, 200, 200, 200, 200]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers[0]?.payment.amount).toBe('150.00');
  });

  it.each(['20.99', '"20.99"', '0.99', '20.990'])(
    'declines %s and keeps it, with no transaction_id',
    async (amount) => {
      const answer = await http.post('/payments/', body(undefined, undefined, amount));
      expect(answer.status).toBe(201);
      expect(answer.payment).toMatchObject({
        status: 'FAILED',
        transaction_id: null,
        failure: { code: 'card_declined' },
      });
      expect((await http.get(`/payments/${answer.payment.id}/`)).payment).toEqual(answer.payment);
    },
  );

  it('defaults to USD', async () => {
    const { currency: _, ...rest } = JSON.parse(body()) as Record<string, unknown>;
    expect((await http.post('/payments/', rest)).payment.currency).toBe('USD');
  });
});

describe('the Idempotency-Key header', () => {
  it('says the same as the body: instead of it, or beside it', async () => {
    const key = fresh('key');
    const { idempotency_key: _, ...rest } = JSON.parse(body('ord-header', key)) as Record<
      string,
      unknown
    >;
    const headers = { 'idempotency-key': key };
    const first = await http.post('/payments/', rest, headers);
    const both = await http.post('/payments/', { ...rest, idempotency_key: key }, headers);
    expect([first.status, both.status, both.text]).toEqual([201, 200, first.text]);
    expect(first.payment.idempotency_key).toBe(key);
  });

  it('is refused where it differs from the body', async () => {
    const answer = await http.post('/payments/', body(), { 'idempotency-key': 'another' });
    expectRefusal(answer, 400, 'idempotency_key_mismatch');
  });
});
