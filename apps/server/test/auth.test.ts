/** Who may ask: API keys, and that another merchant's payments are not there. */
import { createHash } from 'node:crypto';
import { createMerchant } from '@florin/db';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCallers } from '../src/callers.ts';
import { create, creation, fresh, type Http } from './http.ts';
import { startFlorin, testKey } from './server.ts';

let florin: Awaited<ReturnType<typeof startFlorin>>;
let http: Http;
beforeAll(async () => {
  florin = await startFlorin();
  ({ http } = florin);
});
afterAll(() => florin[Symbol.asyncDispose]());

const newKey = () => `fk_test_${fresh('key').replaceAll('-', '').padEnd(32, 'x')}`;

/** Every route that takes a payment's id or an order's. */
const routes: readonly (readonly [string, (id: string) => string, object?])[] = [
  ['GET', (id) => `/payments/${id}/`],
  ['POST', (id) => `/payments/${id}/refund/`, {}],
  ['POST', (id) => `/payments/${id}/refund/`, { amount: '1.00' }],
  ['PATCH', (id) => `/payments/${id}/`, { status: 'CANCELLED' }],
  ['PATCH', (id) => `/payments/${id}/`, { status: 'SUCCESS', idempotency_key: 'any' }],
];

describe('a request without a good key is 401', () => {
  it.each([
    ['no key', {}],
    ['an empty header', { authorization: '' }],
    ['no scheme', { authorization: testKey }],
    ['another scheme', { authorization: `Basic ${testKey}` }],
    ['two keys', { authorization: `Bearer ${testKey} ${testKey}` }],
    ['a malformed key', { authorization: 'Bearer fk_test_short' }],
    ['a key that is none of ours', { authorization: `Bearer fk_test_${'z'.repeat(32)}` }],
    ['all but the last character', { authorization: `Bearer ${testKey.slice(0, -1)}` }],
    ['one character more', { authorization: `Bearer ${testKey}k` }],
    ['another last character', { authorization: `Bearer ${testKey.slice(0, -1)}K` }],
    ['the key as a live one', { authorization: `Bearer ${testKey.replace('test', 'live')}` }],
    ['an injection', { authorization: `Bearer ' or '1'='1` }],
  ])('%s', async (_, headers) => {
    for (const [method, path, body] of [
      ['GET', '/payments/'],
      ['GET', '/payments/order/1/'],
      ['POST', '/payments/', creation()],
      ...routes.map(([verb, pathOf, sent]) => [verb, pathOf('pay_1'), sent] as const),
    ] as const) {
      const answer = await http.as(null).send(method, path, body, headers);
      expect(answer.refusal, `${method} ${path}`).toEqual([401, 'unauthorized']);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="florin"');
    }
  });

  it('even where the body is not JSON or the id malformed', async () => {
    expect((await http.as(null).post('/payments/', '{')).status).toBe(401);
  });
});

it('takes the scheme in any case', async () => {
  const headers = { authorization: `bearer ${testKey}` };
  expect((await http.as(null).get('/payments/', headers)).status).toBe(200);
});

it('a hundred requests with one key ask for it once', async () => {
  const { app } = florin.db;
  let asked = 0;
  const database = {
    ...app,
    get query() {
      asked++;
      return app.query;
    },
  };
  const { authenticate, known } = createCallers(database, () => {});
  const header = `Bearer ${testKey}`;
  expect(known(header)).toBeNull();
  const callers = await Promise.all(Array.from({ length: 100 }, () => authenticate(header)));
  expect([asked, new Set(callers).size]).toEqual([1, 1]);
  expect(known(header)).toBe(callers[0]);
});

describe('another merchant’s payment', () => {
  it('is answered on every route exactly as one that is not there', async () => {
    const { id } = await create(http, { provider: 'manual' });
    await http.patch(`/payments/${id}/`, { status: 'SUCCESS' });
    const unknown = `pay_${'0'.repeat(31)}1`;
    const key = newKey();
    await createMerchant(florin.db.owner, 'stranger', key);
    const stranger = http.as(key);
    const before = await http.get(`/payments/${id}/`);
    for (const [method, pathOf, body] of routes) {
      const theirs = await stranger.send(method, pathOf(id), body);
      const nobodys = await stranger.send(method, pathOf(unknown), body);
      expect(theirs.refusal).toEqual([404, 'payment_not_found']);
      expect({ ...theirs.problem, request_id: '' }).toEqual({ ...nobodys.problem, request_id: '' });
    }
    expect((await http.get(`/payments/${id}/`)).text).toBe(before.text);
  });

  it('is in none of its lists, holds none of its orders, and uses none of its keys', async () => {
    const request = creation();
    const mine = await http.post('/payments/', request);
    const key = newKey();
    await createMerchant(florin.db.owner, 'neighbour', key);
    const neighbour = http.as(key);
    expect((await neighbour.get('/payments/')).text).toBe('[]');
    expect((await neighbour.get(`/payments/order/${mine.payment.order_id}/`)).text).toBe('[]');
    const theirs = await neighbour.post('/payments/', request);
    expect([mine.status, theirs.status]).toEqual([201, 201]);
    expect(theirs.payment.id).not.toBe(mine.payment.id);
    expect((await neighbour.get('/payments/')).payments).toEqual([theirs.payment]);
  });

  it('is out of a cursor’s reach', async () => {
    const [older] = [await create(http), await create(http)];
    const page = await http.get('/payments/?limit=1');
    const key = newKey();
    await createMerchant(florin.db.owner, 'curious', key);
    const next = /<(\S+)>/.exec(page.headers.get('link') ?? '')?.[1] ?? '';
    expect((await http.get(next)).payments.map(({ id }) => id)).toEqual([older.id]);
    expect((await http.as(key).get(next)).text).toBe('[]');
  });
});

it('the database keeps a key’s hash, and the key nowhere', async () => {
  const { sql } = florin.db.owner;
  const [row] = await sql<{ hash: Buffer; lookup: string }[]>`
    select k.hash, k.lookup from api_keys k join merchants m using (merchant_id)
    where m.name = 'default'`;
  expect(row?.hash).toEqual(createHash('sha256').update(testKey).digest());
  expect(row?.lookup).toBe(testKey.slice(0, 16));
  const tables = await sql<{ name: string }[]>`
    select table_name as name from information_schema.tables where table_schema = 'public'`;
  for (const { name } of tables) {
    const found = await sql`select from ${sql(name)} t where t::text like ${`%${testKey}%`}`;
    expect(found, name).toHaveLength(0);
  }
});
