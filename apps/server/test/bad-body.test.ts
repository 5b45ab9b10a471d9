/** Bodies, methods and paths that reach no procedure, over REST and over tRPC alike. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkConformance } from './conformance.ts';
import { dump } from './dump.ts';
import { create, type Http } from './http.ts';
import { startFlorin } from './server.ts';

let florin: Awaited<ReturnType<typeof startFlorin>>;
let http: Http;
let paid: string;
let before: unknown;
beforeAll(async () => {
  florin = await startFlorin();
  ({ http } = florin);
  paid = (await create(http)).id;
  before = await dump(florin.db.owner.sql);
});
afterAll(async () => {
  try {
    expect(await dump(florin.db.owner.sql)).toEqual(before);
  } finally {
    await florin[Symbol.asyncDispose]();
  }
});

const json = { 'content-type': 'application/json' };
const good = '"order_id":"o","amount":"1.00","idempotency_key":"k"';

/** Sends the same bytes to both and answers both refusals, which must be in each API's own form. */
async function both(body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string>) {
  const send = (path: string) =>
    fetch(http.url + path, {
      method: 'POST',
      body,
      headers: { authorization: `Bearer ${key()}`, ...headers },
    });
  const rest = await send('/payments/');
  const trpc = await send('/trpc/payments.create');
  expect(rest.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const text = await rest.text();
  checkConformance('POST', rest.url, rest.status, rest.headers, text);
  const problem = JSON.parse(text);
  const shape = JSON.parse(await trpc.text()).error;
  expect(shape.data.httpStatus).toBe(trpc.status);
  expect(shape.data.problem.requestId).toBe(trpc.headers.get('x-request-id'));
  expect(problem.request_id).toBe(rest.headers.get('x-request-id'));
  return [
    [rest.status, problem.code],
    [trpc.status, shape.data.problem.code],
  ];
}
const key = () => `fk_test_${'k'.repeat(32)}`;
const alike = (status: number, code: string) => [
  [status, code],
  [status, code],
];

describe('what is not JSON that we take', () => {
  it.each([
    ['half an object', `{${good}`],
    ['a word', 'hello'],
    ['a comma too many', `{${good},}`],
    ['single quotes', `{'order_id':'o'}`],
    ['NaN', `{${good},"metadata":NaN}`],
    ['a control character', '{"order_id":"a\u0001"}'],
    ['two values', `{${good}}{}`],
    ['a key twice', `{${good},"amount":"2.00"}`],
    ['a key twice, the same value', `{${good},"amount":"1.00"}`],
    ['a key twice, escaped', `{${good},"am\\u006funt":"2.00"}`],
    ['a key twice, deep inside', `{${good},"metadata":{"a":"1","a":"2"}}`],
    ['__proto__', `{${good},"__proto__":{"admin":true}}`],
    ['__proto__ in metadata', `{${good},"metadata":{"__proto__":"x"}}`],
    ['17 levels', `{${good},"metadata":${'{"a":'.repeat(16)}1${'}'.repeat(17)}`],
    ['30,000 levels', '['.repeat(30_000) + ']'.repeat(30_000)],
    ['30,000 levels, not closed', '['.repeat(30_000)],
  ])('%s', async (_, body) => {
    expect(await both(body, json)).toEqual(alike(400, 'malformed_json'));
  });

  it('bytes that are not UTF-8', async () => {
    const bytes = new Uint8Array([...Buffer.from(`{${good},"x":"`), 0xff, 0xfe, 0x22, 0x7d]);
    expect(await both(bytes, json)).toEqual(alike(400, 'malformed_json'));
  });
});

describe('a body that is no object', () => {
  it.each(['[]', 'null', 'true', '7', '"text"'])('%s', async (body) => {
    expect(await both(body, json)).toEqual(alike(400, 'invalid_request'));
  });
});

describe('a content type that is not JSON', () => {
  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'text/json',
  ])('%s', async (type) => {
    const answers = await both(`{${good}}`, { 'content-type': type });
    expect(answers).toEqual(alike(415, 'unsupported_media_type'));
  });
});

describe('too much', () => {
  it('over REST: more than 64 KiB', async () => {
    const answer = await http.post('/payments/', `{"x":"${'x'.repeat(64 * 1024)}"}`);
    expect(answer.refusal).toEqual([413, 'payload_too_large']);
  });

  it('over tRPC: more than 1 MiB', async () => {
    const answer = await http.post('/trpc/payments.create', `{"x":"${'x'.repeat(1024 * 1024)}"}`);
    expect(answer.status).toBe(413);
    expect(JSON.parse(answer.text).error.data.problem.code).toBe('payload_too_large');
  });

  it('over tRPC: more than 100 calls', async () => {
    const calls = Array.from({ length: 101 }, () => 'payments.list').join(',');
    const answer = await http.get(`/trpc/${calls}?batch=1&input=%7B%7D`);
    expect(answer.status).toBe(413);
    expect(JSON.parse(answer.text).error.data.problem).toMatchObject({
      code: 'batch_too_large',
      limitCalls: 100,
    });
  });
});

describe('methods and paths', () => {
  it.each([
    ['PUT', '/payments/', 405, 'method_not_allowed'],
    ['DELETE', '/payments/pay_1/', 405, 'method_not_allowed'],
    ['GET', '/payments/pay_1/refund/', 405, 'method_not_allowed'],
    ['OPTIONS', '/payments/', 405, 'method_not_allowed'],
    ['GET', '/', 404, 'route_not_found'],
    ['GET', '/payments/pay_1/nothing/', 404, 'route_not_found'],
    ['GET', '/payments//', 404, 'route_not_found'],
    ['POST', '/Payments/', 404, 'route_not_found'],
    ['GET', '/errors/nothing', 404, 'route_not_found'],
    ['GET', '/payments/pay_1/', 404, 'payment_not_found'],
    ['GET', '/payments/7/', 404, 'payment_not_found'],
    ['GET', `/payments/pay_${'0'.repeat(32)}/`, 404, 'payment_not_found'],
    ['GET', `/payments/op_${'0'.repeat(32)}/`, 404, 'payment_not_found'],
    ['GET', '/payments/%00/', 404, 'payment_not_found'],
    ['GET', '/payments/%E0%A4%A/', 404, 'payment_not_found'],
    ['GET', `/payments/${'x'.repeat(5000)}/`, 404, 'payment_not_found'],
  ] as const)('%s %s: %i %s', async (method, path, status, code) => {
    expect((await http.send(method, path)).refusal).toEqual([status, code]);
  });

  it('405 says what the path takes', async () => {
    const { headers } = await http.send('PUT', '/payments/');
    expect(headers.get('allow')?.split(', ').sort()).toEqual(['GET', 'POST']);
  });

  it.each([
    ['POST', '/trpc/payments.nothing', '{}', 404, 'route_not_found'],
    ['POST', '/trpc/payments.get', '{}', 405, 'method_not_allowed'],
    ['GET', '/trpc/payments.create?input=%7B%7D', undefined, 405, 'method_not_allowed'],
    ['PUT', '/trpc/payments.create', '{}', 405, 'method_not_allowed'],
    ['GET', '/trpc/payments.list?input=%7B', undefined, 400, 'malformed_json'],
    [
      'GET',
      '/trpc/payments.list?input=%7B%22limit%22:1,%22limit%22:2%7D',
      undefined,
      400,
      'malformed_json',
    ],
  ] as const)('%s %s: %i %s', async (method, path, body, status, code) => {
    const answer = await http.send(method, path, body);
    expect([answer.status, JSON.parse(answer.text).error.data.problem.code]).toEqual([
      status,
      code,
    ]);
  });

  it('a query on a path that takes none', async () => {
    const answer = await http.post(`/payments/${paid}/refund/?amount=1.00`, '{}');
    expect(answer.refusal).toEqual([400, 'invalid_request']);
  });
});
