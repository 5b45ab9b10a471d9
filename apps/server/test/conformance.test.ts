/** The check of every answer, checked: answers in order pass, and each planted fault is found. */
import { describe, expect, it } from 'vitest';
import { createCheck } from './conformance.ts';
import { served } from './document.ts';

const payment = {
  id: 'pay_01a208fccbe67123bed89f6fcf1bb363',
  order_id: 'order-42',
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
  transaction_id: 'sandbox_1',
  idempotency_key: 'order-42-first-try',
  failure: null,
  discrepancy: false,
  metadata: { cart: '7' },
  version: 2,
  created_at: '2026-11-23T09:30:00.000Z',
  updated_at: '2026-11-23T09:30:00.412Z',
};

const refusal = (status: number, code: string, fields: object = {}) => ({
  type: `/errors/${code}`,
  title: 'No',
  status,
  detail: 'No.',
  code,
  request_id: 'req-1',
  error: 'No.',
  ...fields,
});

interface Given {
  method?: string;
  path?: string;
  status?: number;
  /** Beside a request id and a type; null takes one away. */
  headers?: Readonly<Record<string, string | null>>;
  body?: unknown;
}

/** A payment that was looked up, unless told otherwise; what the check saw, or its complaint. */
function checked({ method = 'GET', path = '/payments/pay_1/', ...given }: Given): string {
  const { status = 200, body = payment } = given;
  const type = status < 400 ? 'application/json' : 'application/problem+json';
  const headers = new Headers({ 'content-type': `${type}; charset=utf-8`, 'x-request-id': 'r-1' });
  for (const [name, value] of Object.entries(given.headers ?? {})) {
    if (value === null) headers.delete(name);
    else headers.set(name, value);
  }
  const seen: string[] = [];
  const check = createCheck(served, (...what) => seen.push(what.join(' ').trim()));
  try {
    check(method, `http://127.0.0.1:8000${path}`, status, headers, JSON.stringify(body));
  } catch (error) {
    return (error as Error).message;
  }
  return seen.join(', ');
}

describe('what is in order passes, and is seen', () => {
  it.each<[Given, string]>([
    [{}, 'payments.get 200'],
    [{ path: '/payments/pay_1' }, 'payments.get 200'],
    [{ method: 'HEAD', body: '' }, ''],
    [{ path: '/payments/?limit=1', body: [payment] }, 'payments.list 200'],
    [{ path: '/payments/order/a/', body: [] }, 'payments.listByOrder 200'],
    [
      { status: 404, body: refusal(404, 'payment_not_found') },
      'payments.get 404 payment_not_found',
    ],
    [
      {
        method: 'DELETE',
        status: 405,
        headers: { allow: 'GET, PATCH' },
        body: refusal(405, 'method_not_allowed', { allow: ['GET', 'PATCH'] }),
      },
      'payments.get 405 method_not_allowed, payments.updateStatus 405 method_not_allowed',
    ],
    [{ path: '/nothing', status: 404, body: refusal(404, 'route_not_found') }, ''],
    [{ path: '/trpc/payments.get', body: 'tRPC has no document' }, ''],
  ])('%j: %s', (given, seen) => {
    expect(checked(given)).toBe(seen);
  });
});

describe('what is not is refused', () => {
  const { transaction_id: _, ...incomplete } = payment;

  it.each<[string, Given, RegExp]>([
    ['a status', { status: 418 }, /418 is not documented/],
    ['a status of another operation', { status: 201 }, /201 is not documented/],
    ['a method', { method: 'PUT' }, /PUT .* is not documented/],
    ['a path', { path: '/nothing' }, /nothing: 200 is not documented/],
    ['a type', { headers: { 'content-type': 'text/html' } }, /"text\/html" is not documented/],
    ['a type that is missing', { headers: { 'content-type': null } }, /"" is not documented/],
    ['a header', { headers: { 'x-surprise': '1' } }, /x-surprise is not documented/],
    ['a header elsewhere', { headers: { location: '/' } }, /location is not documented/],
    ['a header that is missing', { headers: { 'x-request-id': null } }, /X-Request-Id is missing/],
    ['a header’s value', { headers: { 'x-request-id': 'a b' } }, /X-Request-Id is not as/],
    ['an unknown field', { body: { ...payment, surprise: 1 } }, /additional properties/],
    ['an unknown field within', { body: { ...payment, failure: { why: 1 } } }, /failure/],
    ['a field that is missing', { body: incomplete }, /'transaction_id'/],
    ['a field’s type', { body: { ...payment, version: '2' } }, /version must be integer/],
    ['a field’s form', { body: { ...payment, amount: '1.5' } }, /amount must match/],
    ['a time', { body: { ...payment, created_at: 'today' } }, /created_at must match/],
    ['a status word', { body: { ...payment, status: 'PAID' } }, /status must be equal/],
    ['a page that is none', { path: '/payments/' }, /must be array/],
    ['one of a page', { path: '/payments/', body: [payment, 7] }, /\/1 must be object/],
    ['a code', { status: 404, body: refusal(404, 'order_already_paid') }, /code must be equal/],
    [
      'a refusal’s own field',
      { status: 404, body: refusal(404, 'payment_not_found', { secret: 1 }) },
      /unevaluated properties/,
    ],
    [
      'a refusal’s field that is missing',
      {
        method: 'POST',
        path: '/payments/',
        status: 422,
        body: refusal(422, 'idempotency_key_reused'),
      },
      /'fields'/,
    ],
    ['a problem’s status', { status: 404, body: refusal(400, 'payment_not_found') }, /status must/],
    [
      'a 405 without Allow',
      { method: 'PUT', status: 405, body: refusal(405, 'method_not_allowed', { allow: [] }) },
      /Allow is missing/,
    ],
    ['a path’s refusal', { path: '/nothing', status: 404, body: {} }, /must have required/],
  ])('%s', (_, given, complaint) => {
    expect(checked(given)).toMatch(complaint);
  });

  it('a body that is no JSON', () => {
    const headers = new Headers({ 'content-type': 'application/json', 'x-request-id': 'r-1' });
    const check = createCheck(served);
    expect(() => check('GET', 'http://a/payments/1/', 200, headers, '<html>')).toThrow(SyntaxError);
  });
});
