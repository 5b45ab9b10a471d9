/** POST /providers/{name}/reports/: what is refused, of which nothing is stored. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createProviders } from '../src/providers/index.ts';
import { createSandbox } from '../src/providers/sandbox.ts';
import { checkConformance } from './conformance.ts';
import { dump } from './dump.ts';
import { create, type Http } from './http.ts';
import {
  type About,
  aboutOf,
  declined,
  type Report,
  requiresAction,
  type Sending,
  send,
  signed,
  succeeded,
} from './reports.ts';
import { startFlorin, startServer, testSecret } from './server.ts';

const path = '/providers/sandbox/reports/';

let florin: Awaited<ReturnType<typeof startFlorin>>;
let http: Http;
let about: About;
let before: unknown;
beforeAll(async () => {
  florin = await startFlorin();
  ({ http } = florin);
  const { id } = await create(http, { payment_method: 'pm_declined' });
  about = await aboutOf(florin.db, id, 'charge');
  before = await dump(florin.db.owner.sql);
});
afterEach(async () => expect(await dump(florin.db.owner.sql)).toEqual(before));
afterAll(() => florin[Symbol.asyncDispose]());

describe('401 without a signature that is good, whatever the body is', () => {
  const minutes = (n: number) => new Date(Date.now() + n * 60_000);
  const other = `whsec_${Buffer.from('the secret of somebody else').toString('base64')}`;

  it.each<[string, Sending, Readonly<Record<string, string>>]>([
    ['another secret', { secret: other }, {}],
    ['six minutes old', { at: minutes(-6) }, {}],
    ['six minutes ahead', { at: minutes(6) }, {}],
    ['no id', {}, { 'webhook-id': '' }],
    ['no timestamp', {}, { 'webhook-timestamp': '' }],
    ['no signature', {}, { 'webhook-signature': '' }],
    ['another id', {}, { 'webhook-id': 'msg-other' }],
    ['another timestamp', { at: minutes(-1) }, { 'webhook-timestamp': `${Date.now() / 1000}` }],
    ['a timestamp that is none', {}, { 'webhook-timestamp': 'now' }],
    ['a signature of another version', {}, { 'webhook-signature': 'v2,AAAA' }],
    ['a signature that is none', {}, { 'webhook-signature': 'v1' }],
  ])('%s', async (_, sending, headers) => {
    const given = { ...signed(JSON.stringify(succeeded(about)), sending), ...headers };
    for (const body of [JSON.stringify(succeeded(about)), '{', 'x'.repeat(1000)]) {
      const sent = Object.fromEntries(Object.entries(given).filter(([, value]) => value));
      const answer = await http.as(null).post(path, body, sent);
      expect(answer.refusal).toEqual([401, 'invalid_signature']);
    }
  });

  it('an API key is none', async () => {
    const answer = await http.post(path, succeeded(about));
    expect(answer.refusal).toEqual([401, 'invalid_signature']);
  });

  it('a space more in the body', async () => {
    const text = JSON.stringify(succeeded(about));
    const answer = await http.as(null).post(path, `${text} `, signed(text));
    expect(answer.refusal).toEqual([401, 'invalid_signature']);
  });
});

it.each<[string, (it: About) => Report | string, readonly string[]]>([
  ['no object', () => '[]', []],
  ['nothing said', () => '{}', ['outcome']],
  ['no outcome', (it) => ({ ...succeeded(it), outcome: undefined }), ['outcome']],
  ['an unknown outcome', (it) => succeeded(it, { outcome: 'unknown' }), ['outcome']],
  ['a field that nobody knows', (it) => succeeded(it, { surprise: 1 }), ['surprise']],
  ['camelCase', (it) => succeeded(it, { merchantId: it.merchant_id }), ['merchantId']],
  ['another outcome’s field', (it) => declined(it, { reference: 'r' }), ['reference']],
  ['no merchant', (it) => succeeded(it, { merchant_id: undefined }), ['merchant_id']],
  ['null', (it) => succeeded(it, { operation_id: null }), ['operation_id']],
  ['another kind of id', (it) => succeeded(it, { operation_id: 'pay_1' }), ['operation_id']],
  [
    'a merchant in capitals',
    (it) => succeeded(it, { merchant_id: `mer_${'A'.repeat(32)}` }),
    ['merchant_id'],
  ],
  ['a number for an amount', (it) => succeeded(it, { amount: 150 }), ['amount']],
  ['decimals that USD lacks', (it) => succeeded(it, { amount: '150.000' }), ['amount']],
  ['nothing moved', (it) => succeeded(it, { amount: '0.00' }), ['amount']],
  ['less than nothing', (it) => succeeded(it, { amount: '-1.00' }), ['amount']],
  ['a currency that is none', (it) => succeeded(it, { currency: 'XYZ' }), ['currency']],
  ['a currency in lower case', (it) => succeeded(it, { currency: 'usd' }), ['currency']],
  ['no reference', (it) => succeeded(it, { reference: undefined }), ['reference']],
  ['an empty reference', (it) => succeeded(it, { reference: '' }), ['reference']],
  [
    'a reference that is too long',
    (it) => succeeded(it, { reference: 'x'.repeat(256) }),
    ['reference'],
  ],
  ['no failure', (it) => declined(it, { failure: undefined }), ['failure']],
  ['half a failure', (it) => declined(it, { failure: { code: 'x' } }), ['failure', 'message']],
  ['no next action', (it) => requiresAction(it, { next_action: undefined }), ['next_action']],
  [
    'an action that is no redirect',
    (it) => requiresAction(it, { next_action: { type: 'call', url: 'https://a.example' } }),
    ['next_action', 'type'],
  ],
  [
    'a script for a URL',
    (it) => requiresAction(it, { next_action: { type: 'redirect', url: 'javascript:alert(1)' } }),
    ['next_action', 'url'],
  ],
  ['no time', (it) => succeeded(it, { occurred_at: undefined }), ['occurred_at']],
  ['a day', (it) => succeeded(it, { occurred_at: '2026-11-23' }), ['occurred_at']],
  ['no zone', (it) => succeeded(it, { occurred_at: '2026-11-23T09:30:00' }), ['occurred_at']],
  [
    'a year before',
    (it) => succeeded(it, { occurred_at: '1969-12-31T23:00:00Z' }),
    ['occurred_at'],
  ],
  ['an expiry that is none', (it) => succeeded(it, { expires_at: 7 }), ['expires_at']],
  ['a decline that expires', (it) => declined(it, { expires_at: 'x' }), ['expires_at']],
])('400: %s', async (_, body, at) => {
  const answer = await send(http, body(about));
  expect(answer.refusal).toEqual([400, 'invalid_request']);
  expect(answer.problem.errors?.map((one) => one.path)).toContainEqual(at);
  for (const { message } of answer.problem.errors ?? []) expect(message).not.toBe('');
});

it.each(['[]', 'null', '7', '"text"', 'true'])('400: %s is no object', async (text) => {
  const { problem } = await send(http, text);
  expect(problem.error).toBe('The body must be a JSON object.');
});

it.each([
  ['half an object', '{"a": 1'],
  ['a key twice', '{"amount": "1.00", "amount": "2.00"}'],
  ['__proto__', '{"__proto__": {}}'],
  ['17 levels', `${'{"a":'.repeat(17)}1${'}'.repeat(17)}`],
  ['nothing', ''],
])('400: what is signed and not JSON that we take: %s', async (_, text) => {
  const answer = await send(http, text);
  expect(answer.refusal).toEqual([400, 'malformed_json']);
});

it('400: bytes that are not UTF-8, where what stands for them was signed', async () => {
  const text = Buffer.from('{"reference": "\ufffd"}');
  const bytes = Buffer.from(text.toString('latin1').replace('\xef\xbf\xbd', '\xff'), 'latin1');
  const answer = await fetch(http.url + path, {
    method: 'POST',
    body: new Uint8Array(bytes),
    headers: signed(text),
  });
  const problem = await answer.text();
  checkConformance('POST', answer.url, answer.status, answer.headers, problem);
  expect([answer.status, JSON.parse(problem).code]).toEqual([400, 'malformed_json']);
});

it.each(['a b', 'a.b', 'ü', 'x'.repeat(256)])('400: the id %j', async (id) => {
  const text = JSON.stringify(succeeded(about));
  const answer = await http.as(null).post(path, text, signed(text, { id }));
  expect(answer.refusal).toEqual([400, 'invalid_request']);
  expect(answer.problem.errors?.[0]?.path).toEqual(['webhook-id']);
});

it('413 and 415: too large, and not declared as JSON', async () => {
  const text = JSON.stringify(succeeded(about));
  const headers = { ...signed(text), 'content-type': 'text/plain' };
  expect((await http.as(null).post(path, text, headers)).refusal).toEqual([
    415,
    'unsupported_media_type',
  ]);
  const large = await send(http, ' '.repeat(64 * 1024 + 1));
  expect(large.refusal).toEqual([413, 'payload_too_large']);
});

it.each(['manual', 'stripe', '__proto__', 'Sandbox', '%00', '%E0%A4%A'])(
  '404: the provider %s takes no reports',
  async (name) => {
    const text = JSON.stringify(succeeded(about));
    const answer = await http.as(null).post(`/providers/${name}/reports/`, text, signed(text));
    expect(answer.refusal).toEqual([404, 'route_not_found']);
  },
);

it('405: any method but POST', async () => {
  for (const method of ['GET', 'PUT', 'DELETE', 'PATCH']) {
    const answer = await http.as(null).send(method, path);
    expect([answer.refusal, answer.headers.get('allow')]).toEqual([
      [405, 'method_not_allowed'],
      'POST',
    ]);
  }
});

it('404: the sandbox, where it has no secret', async () => {
  await using server = await startServer(florin.db.url, createProviders(createSandbox()));
  const answer = await send(server.http, succeeded(about), { secret: testSecret });
  expect(answer.refusal).toEqual([404, 'route_not_found']);
});
