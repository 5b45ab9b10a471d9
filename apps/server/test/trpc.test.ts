/** The same procedures over /trpc: camelCase, decimal strings, problems in `data`, batches. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { create, fresh, type Http, type WireProblem } from './http.ts';
import { declined, providerSays } from './said.ts';
import { startFlorin } from './server.ts';

let florin: Awaited<ReturnType<typeof startFlorin>>;
let http: Http;
beforeAll(async () => {
  florin = await startFlorin();
  ({ http } = florin);
});
afterAll(() => florin[Symbol.asyncDispose]());

interface TrpcPayment {
  readonly id: string;
  readonly orderId: string;
  readonly status: string;
  readonly refundedAmount: string;
  readonly [field: string]: unknown;
}
interface TrpcError {
  readonly code: number;
  readonly message: string;
  readonly data: {
    readonly code: string;
    readonly httpStatus: number;
    readonly problem: WireProblem & { readonly requestId: string };
  };
}
type Envelope =
  | { readonly result: { readonly data: unknown }; readonly error?: undefined }
  | { readonly error: TrpcError };

async function call(from: Http, type: 'query' | 'mutation', procedure: string, input: unknown) {
  const text = JSON.stringify(input);
  const query = text === undefined ? '' : `?input=${encodeURIComponent(text)}`;
  const answer =
    type === 'mutation'
      ? await from.post(`/trpc/${procedure}`, text)
      : await from.get(`/trpc/${procedure}${query}`);
  return { answer, envelope: JSON.parse(answer.text) as Envelope };
}

async function done<T = TrpcPayment>(type: 'query' | 'mutation', name: string, input: unknown) {
  const { answer, envelope } = await call(http, type, name, input);
  if (envelope.error) throw new Error(envelope.error.message);
  expect(answer.status).toBe(200);
  return envelope.result.data as T;
}

async function failed(type: 'query' | 'mutation', name: string, input: unknown, from = http) {
  const { answer, envelope } = await call(from, type, name, input);
  if (!envelope.error) throw new Error(`It was done: ${answer.text}`);
  expect(answer.status).toBe(envelope.error.data.httpStatus);
  return envelope.error;
}

const request = (fields: object = {}) => ({
  orderId: fresh('order'),
  amount: '150.00',
  idempotencyKey: fresh('key'),
  ...fields,
});

interface TrpcPage {
  readonly items: readonly TrpcPayment[];
  readonly nextCursor: string | null;
}

describe('the procedures', () => {
  it('payments.create and payments.get answer the payment in camelCase', async () => {
    const input = request({ paymentMethod: 'pm_approved', metadata: { snake_key: '1', aB: '2' } });
    const created = await done('mutation', 'payments.create', input);
    expect(created).toEqual({
      id: expect.stringMatching(/^pay_/),
      orderId: input.orderId,
      amount: '150.00',
      currency: 'USD',
      status: 'SUCCESS',
      authorizedAmount: '150.00',
      capturedAmount: '150.00',
      refundedAmount: '0.00',
      allowedActions: ['refund'],
      nextAction: null,
      expiresAt: null,
      provider: 'sandbox',
      transactionId: expect.stringMatching(/^sandbox_/),
      idempotencyKey: input.idempotencyKey,
      failure: null,
      discrepancy: false,
      metadata: { snake_key: '1', aB: '2' },
      version: 2,
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: expect.stringMatching(/Z$/),
    });
    expect(await done('query', 'payments.get', { id: created.id })).toEqual(created);
    expect(await done('mutation', 'payments.create', input)).toEqual(created);
  });

  it('payments.refund and payments.updateStatus', async () => {
    const { id } = await done('mutation', 'payments.create', request({ provider: 'manual' }));
    const paid = await done('mutation', 'payments.updateStatus', { id, status: 'success' });
    expect(paid.status).toBe('SUCCESS');
    const part = await done('mutation', 'payments.refund', { id, amount: '50.00', reason: 'late' });
    expect([part.status, part.refundedAmount]).toEqual(['SUCCESS', '50.00']);
    expect((await done('mutation', 'payments.refund', { id })).status).toBe('REFUNDED');
  });

  it('payments.capture and payments.cancel', async () => {
    const held = () => done('mutation', 'payments.create', request({ capture: 'manual' }));
    const one = await held();
    expect([one.status, one['allowedActions']]).toEqual(['AUTHORIZED', ['capture', 'cancel']]);
    const part = { id: one.id, amount: '100.00', idempotencyKey: fresh('key') };
    const captured = await done('mutation', 'payments.capture', part);
    expect(captured).toMatchObject({ status: 'SUCCESS', capturedAmount: '100.00' });
    expect(await done('mutation', 'payments.capture', part)).toEqual(captured);
    const { id } = await held();
    expect((await done('mutation', 'payments.cancel', { id })).status).toBe('CANCELLED');
  });

  it('payments.resolve, where there is something to resolve', async () => {
    const { id } = await done('mutation', 'payments.create', request());
    await providerSays(florin.db, { id, provider: 'sandbox' }, 'charge', declined);
    const unsaid = await failed('mutation', 'payments.resolve', { id, reason: 'settled' });
    expect(unsaid.data.problem).toMatchObject({ code: 'suspense_to_mismatch', inSuspense: 1 });
    const settled = { id, reason: 'settled', suspenseTo: 'merchant_payable' };
    expect(await done('mutation', 'payments.resolve', settled)).toMatchObject({
      status: 'SUCCESS',
      discrepancy: false,
    });
  });

  it('refunds.listByPayment and refunds.get', async () => {
    const { id: paymentId } = await done('mutation', 'payments.create', request());
    for (const amount of ['1.00', '2.00', '3.00']) {
      await done('mutation', 'payments.refund', { id: paymentId, amount });
    }
    const list = (input: object) =>
      done<TrpcPage>('query', 'refunds.listByPayment', { id: paymentId, ...input });
    const first = await list({ limit: 2 });
    const last = await list({ cursor: first.nextCursor });
    const all = [...first.items, ...last.items];
    expect(all.map(({ amount }) => amount)).toEqual(['3.00', '2.00', '1.00']);
    expect(last.nextCursor).toBeNull();
    const [newest] = all;
    expect(newest).toMatchObject({ paymentId, status: 'SUCCEEDED', closedAt: expect.any(String) });
    expect(await done('query', 'refunds.get', { id: newest?.id })).toEqual(newest);
  });

  it('payments.list and payments.listByOrder give pages', async () => {
    const orderId = fresh('order');
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) {
      ids.unshift(
        (await done('mutation', 'payments.create', request({ orderId, amount: '1.99' }))).id,
      );
    }
    const first = await done<TrpcPage>('query', 'payments.listByOrder', { orderId, limit: 2 });
    const { nextCursor: cursor } = first;
    const last = await done<TrpcPage>('query', 'payments.listByOrder', { orderId, cursor });
    expect([...first.items, ...last.items].map(({ id }) => id)).toEqual(ids);
    expect(last.nextCursor).toBeNull();
    const all = await done<TrpcPage>('query', 'payments.list', { limit: 3 });
    expect(all.items.map(({ id }) => id)).toEqual(ids);
  });

  it('what REST made is there, and one key is one key', async () => {
    const made = await create(http);
    const same = { orderId: made.order_id, amount: '150.00', idempotencyKey: made.idempotency_key };
    expect((await done('mutation', 'payments.create', same)).id).toBe(made.id);
  });
});

describe('errors carry data.problem', () => {
  it.each([
    ['query', 'payments.get', { id: 'pay_1' }, 404, 'payment_not_found', 'NOT_FOUND'],
    ['mutation', 'payments.refund', { id: 'pay_1' }, 404, 'payment_not_found', 'NOT_FOUND'],
    ['query', 'refunds.get', { id: 'op_1' }, 404, 'refund_not_found', 'NOT_FOUND'],
    ['query', 'refunds.listByPayment', { id: 'pay_1' }, 404, 'payment_not_found', 'NOT_FOUND'],
    ['mutation', 'payments.capture', { id: 'pay_1' }, 404, 'payment_not_found', 'NOT_FOUND'],
    ['mutation', 'payments.cancel', { id: 'pay_1' }, 404, 'payment_not_found', 'NOT_FOUND'],
    ['query', 'payments.list', { cursor: '?' }, 400, 'invalid_request', 'BAD_REQUEST'],
    ['query', 'payments.list', undefined, 400, 'invalid_request', 'BAD_REQUEST'],
    ['query', 'payments.nothing', {}, 404, 'route_not_found', 'NOT_FOUND'],
    ['query', 'payments.create', {}, 405, 'method_not_allowed', 'METHOD_NOT_SUPPORTED'],
    ['mutation', 'payments.get', {}, 405, 'method_not_allowed', 'METHOD_NOT_SUPPORTED'],
  ] as const)('%s %s %j: %i %s', async (type, name, input, status, code, trpc) => {
    const { data, message } = await failed(type, name, input);
    expect([data.httpStatus, data.code, data.problem.code]).toEqual([status, trpc, code]);
    expect(data.problem).toMatchObject({ status, detail: message, error: message });
    expect(data.problem.requestId).toEqual(expect.stringMatching(/^[\w-]+$/));
  });

  it('refusals of the rules: 409 and 422, with their fields', async () => {
    const input = request();
    const { id } = await done('mutation', 'payments.create', input);
    const held = await failed('mutation', 'payments.create', { ...input, idempotencyKey: 'other' });
    expect(held.data.problem).toMatchObject({ code: 'order_already_paid', paymentId: id });
    const reused = await failed('mutation', 'payments.create', { ...input, orderId: 'other' });
    expect(reused.data).toMatchObject({ code: 'UNPROCESSABLE_CONTENT', httpStatus: 422 });
    expect(reused.data.problem['fields']).toEqual(['orderId']);
  });

  it.each([
    [{ amount: 150 }, 'amount'],
    [{ amount: '1.234' }, 'amount'],
    [{ order_id: 'snake' }, 'order_id'],
    [{ paymentMethod: null }, 'paymentMethod'],
  ])('%j: 400 at %s', async (fields, path) => {
    const { data } = await failed('mutation', 'payments.create', request(fields));
    expect(data.problem.code).toBe('invalid_request');
    expect(data.problem.errors).toMatchObject([{ path: [path] }]);
  });

  it('no key: 401 with the request’s id', async () => {
    const { data } = await failed('query', 'payments.list', {}, http.as(null));
    expect([data.httpStatus, data.code, data.problem.code]).toEqual([
      401,
      'UNAUTHORIZED',
      'unauthorized',
    ]);
    const { answer } = await call(http.as(null), 'query', 'payments.list', {});
    const { error } = JSON.parse(answer.text) as { error: TrpcError };
    expect(error.data.problem.requestId).toBe(answer.headers.get('x-request-id'));
  });

  it.each([
    ['{', 400, 'malformed_json'],
    ['null', 400, 'invalid_request'],
    ['"text"', 400, 'invalid_request'],
    ['[]', 400, 'invalid_request'],
  ])('the body %s: %i %s', async (body, status, code) => {
    const answer = await http.post('/trpc/payments.create', body);
    const { error } = JSON.parse(answer.text) as { error: TrpcError };
    expect([answer.status, error.data.problem.code]).toEqual([status, code]);
  });

  it('another content type: 415', async () => {
    const answer = await http.post('/trpc/payments.create', '{}', { 'content-type': 'text/plain' });
    const { error } = JSON.parse(answer.text) as { error: TrpcError };
    expect([answer.status, error.data.problem.code]).toEqual([415, 'unsupported_media_type']);
  });
});

describe('batches', () => {
  it('answer each call in its place, some done and some refused', async () => {
    const { id } = await create(http);
    const inputs = { 0: { id, amount: '10.00' }, 1: { id: 'pay_1' }, 2: { id, amount: '20.00' } };
    const answer = await http.post(
      '/trpc/payments.refund,payments.refund,payments.refund?batch=1',
      inputs,
    );
    expect(answer.status).toBe(207);
    const parts = JSON.parse(answer.text) as readonly Envelope[];
    expect(parts.map(({ error }) => error?.data.problem.code ?? 'done')).toEqual([
      'done',
      'payment_not_found',
      'done',
    ]);
    expect((await http.get(`/payments/${id}/`)).payment.refunded_amount).toBe('30.00');
  });

  it('of more than a hundred calls are refused', async () => {
    const { id } = await create(http);
    const batchOf = (calls: number) => {
      const inputs = Object.fromEntries(Array.from({ length: calls }, (_, n) => [n, { id }]));
      const path = Array.from({ length: calls }, () => 'payments.get').join(',');
      const query = encodeURIComponent(JSON.stringify(inputs));
      return http.get(`/trpc/${path}?batch=1&input=${query}`);
    };
    expect((await batchOf(100)).status).toBe(200);
    const { error } = JSON.parse((await batchOf(101)).text) as { error: TrpcError };
    expect([error.data.httpStatus, error.data.problem.code]).toEqual([413, 'batch_too_large']);
  });
});

it('no error tells of the inside: no stack, no SQL, no path', async () => {
  const texts = await Promise.all([
    http.post('/trpc/payments.create', '{'),
    http.post('/trpc/payments.create', request({ amount: 'x' })),
    http.get('/trpc/payments.list?input={'),
    http.get('/trpc/payments.list?input=%7B%22cursor%22%3A%22x%22%7D'),
    http.get('/trpc/nothing'),
    http.get('/trpc/'),
    http.post('/trpc/payments.create,payments.get?batch=1', '[]'),
    http.post('/trpc/payments.create?batch=1', '7'),
    http.as('fk_test_wrong').get('/trpc/payments.list'),
    http.send('DELETE', '/trpc/payments.list'),
  ]);
  for (const { text, status } of texts) {
    expect([status >= 400 && status < 500, text]).toEqual([true, text]);
    expect(text).not.toMatch(/stack|\.ts\b|\.m?js\b|node_modules|select |insert |zod/i);
  }
});
