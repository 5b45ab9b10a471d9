/** 'What is wrong there, and must not be here', one test a fault. */
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

it('two requests at once for one order, with different keys: one succeeds', async () => {
  const order_id = fresh('order');
  const answers = await Promise.all(
    [1, 2].map(() => http.post('/payments/', creation({ order_id }))),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  const paid = answers.find(({ status }) => status === 201)?.payment;
  const refused = answers.find(({ status }) => status === 409)?.problem;
  expect(refused).toMatchObject({ payment_id: paid?.id });
  expect((await http.get(`/payments/order/${order_id}/`)).payments).toEqual([paid]);
});

it('a second payment of an order that is paid: 409 with the payment that paid it', async () => {
  const paid = await create(http);
  const answer = await http.post('/payments/', creation({ order_id: paid.order_id }));
  expect(answer.refusal).toEqual([409, 'order_already_paid']);
  expect(answer.problem).toMatchObject({ payment_id: paid.id });
  expect(answer.problem.error).toContain('Order already has a successful payment');
});

it.each([
  [{ order_id: 'another' }, ['order_id']],
  [{ amount: '150.01' }, ['amount']],
  [{ currency: 'EUR' }, ['currency']],
  [{ payment_method: 'pm_approved' }, ['payment_method']],
  [{ provider: 'manual' }, ['provider']],
  [{ metadata: { a: '1', orderRef: '2' } }, ['metadata.a', 'metadata.orderRef']],
  [{ amount: '1', order_id: 'another', currency: 'EUR' }, ['amount', 'currency', 'order_id']],
])('a known key with %j: 422 that names what differs', async (other, fields) => {
  const request = creation();
  await create(http, request);
  const answer = await http.post('/payments/', { ...request, ...other });
  expect(answer.refusal).toEqual([422, 'idempotency_key_reused']);
  expect(answer.problem['fields']).toEqual(fields);
});

it.each(['banana', '', 'SUCCESS ', 'paid', 7, null])(
  'PATCH with the status %j: 400 that says what it must be',
  async (status) => {
    const { id } = await create(http, { provider: 'manual' });
    const answer = await http.patch(`/payments/${id}/`, { status });
    expect(answer.refusal).toEqual([400, 'invalid_request']);
    expect(answer.problem.errors).toMatchObject([{ path: ['status'] }]);
    expect(answer.problem.error).toContain('REFUNDED');
  },
);

it('PATCH does not go round the order rule', async () => {
  const order_id = fresh('order');
  const first = await create(http, { order_id, provider: 'manual' });
  const second = await create(http, { order_id, provider: 'manual' });
  expect((await http.patch(`/payments/${first.id}/`, { status: 'SUCCESS' })).status).toBe(200);
  const answer = await http.patch(`/payments/${second.id}/`, { status: 'SUCCESS' });
  expect(answer.refusal).toEqual([409, 'order_already_paid']);
  expect(answer.problem).toMatchObject({ payment_id: first.id });
});

it('PATCH does not go round the refund rule', async () => {
  const { id } = await create(http, { provider: 'manual' });
  const answer = await http.patch(`/payments/${id}/`, { status: 'refunded' });
  expect(answer.refusal).toEqual([409, 'not_refundable']);
});

it('two refunds at once: one succeeds, with its amount, at the provider and in the ledger', async () => {
  const { id } = await create(http);
  const answers = await Promise.all([1, 2].map(() => http.post(`/payments/${id}/refund/`, {})));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  const uuid = id.slice('pay_'.length);
  const refunds = await florin.db.owner.sql`
    select o.status, o.amount, o.reference, p.debit, p.credit, p.amount as posted
    from operations o join postings p on p.operation_id = o.id
    where o.payment_id = ${uuid} and o.kind = 'refund'`;
  expect([...refunds]).toEqual([
    {
      status: 'succeeded',
      amount: '15000',
      reference: expect.stringMatching(/^sandbox_/),
      debit: 'merchant_payable',
      credit: 'provider_receivable',
      posted: '15000',
    },
  ]);
});

it.each([
  '-150.00',
  '0',
  '0.00',
  '1.234',
  '"abc"',
  '"1e3"',
  '1e3',
  '"-1"',
  '" 1"',
  '"1."',
  '".5"',
  '"01"',
  '"1,00"',
  '"٣"',
  'null',
  'true',
  '[1]',
  '{}',
  '1234567890123',
])('the amount %s: 400, and nothing is stored', async (amount) => {
  const order = fresh('order');
  const answer = await http.post(
    '/payments/',
    `{"order_id": "${order}", "amount": ${amount}, "idempotency_key": "${fresh('key')}"}`,
  );
  expect(answer.refusal).toEqual([400, 'invalid_request']);
  expect(answer.problem.errors).toMatchObject([{ path: ['amount'] }]);
  expect((await http.get(`/payments/order/${order}/`)).text).toBe('[]');
});

it('an amount of twelve digits and two decimals comes back as it was sent', async () => {
  const order = fresh('order');
  const answer = await http.post(
    '/payments/',
    `{"order_id": "${order}", "amount": 999999999999.97, "idempotency_key": "${fresh('key')}"}`,
  );
  expect(answer.text).toContain('"amount":"999999999999.97"');
});

it('a status update touches updated_at, and leaves its history', async () => {
  const created = await create(http, { provider: 'manual' });
  await expect.poll(() => Date.now()).toBeGreaterThan(Date.parse(created.updated_at));
  const { payment } = await http.patch(`/payments/${created.id}/`, { status: 'success' });
  expect(Date.parse(payment.updated_at)).toBeGreaterThan(Date.parse(created.updated_at));
  expect(payment.created_at).toBe(created.created_at);
  const history = await florin.db.owner.sql`
    select version, type, actor, payment ->> 'status' as status from events
    where payment_id = ${created.id.slice('pay_'.length)} order by version`;
  const [{ id: key } = {}] = await florin.db.owner.sql`select id from api_keys`;
  const actor = `key_${String(key).replaceAll('-', '')}`;
  expect([...history]).toEqual([
    { version: 1, type: 'payment.created', actor, status: 'PENDING' },
    { version: 2, type: 'charge.succeeded', actor, status: 'SUCCESS' },
  ]);
});

it('the list is bounded: 20 unless told otherwise, 100 at most', async () => {
  await Promise.all(Array.from({ length: 25 }, () => create(http)));
  expect((await http.get('/payments/')).payments).toHaveLength(20);
  expect((await http.get('/payments/?limit=101')).refusal).toEqual([400, 'invalid_request']);
});
