/** GET over REST: one payment, all of them, those of an order; pages and their links. */
import { createMerchant } from '@florin/db';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { create, fresh, type Http, type WirePayment } from './http.ts';
import { startFlorin } from './server.ts';

let florin: Awaited<ReturnType<typeof startFlorin>>;
let http: Http;
beforeAll(async () => {
  florin = await startFlorin();
  ({ http } = florin);
});
afterAll(() => florin[Symbol.asyncDispose]());

/** The same server as a merchant that has nothing yet. */
async function newcomer(): Promise<Http> {
  const key = `fk_test_${fresh('newcomer').replaceAll('-', '').padEnd(32, '0')}`;
  await createMerchant(florin.db.owner, 'newcomer', key);
  return http.as(key);
}

/** Follows `Link` from `path` to the end. */
async function pagesOf(from: Http, path: string): Promise<readonly (readonly WirePayment[])[]> {
  const pages: (readonly WirePayment[])[] = [];
  for (let next: string | undefined = path; next !== undefined; ) {
    const answer = await from.get(next);
    expect(answer.status).toBe(200);
    pages.push(answer.payments);
    next = /^<(\S+)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1];
  }
  return pages;
}

it('GET /payments/{id}/ is the payment as it is now', async () => {
  const created = await create(http);
  const path = `/payments/${created.id}/`;
  expect((await http.get(path)).payment).toEqual(created);
  const refunded = await http.post(`${path}refund/`, { amount: '1.00' });
  expect((await http.get(path)).text).toBe(refunded.text);
});

it.each(['1', 'pay_', 'pay_1', `pay_${'A'.repeat(32)}`, `op_${'0'.repeat(32)}`, '%00', '%ff', '%'])(
  'GET /payments/%s/: 404, as if it were unknown',
  async (id) => {
    expect((await http.get(`/payments/${id}/`)).refusal).toEqual([404, 'payment_not_found']);
  },
);

describe('GET /payments/', () => {
  it('is empty for a merchant without payments', async () => {
    const answer = await (await newcomer()).get('/payments/');
    expect([answer.status, answer.text]).toEqual([200, '[]']);
    expect(answer.headers.get('link')).toBeNull();
  });

  it('goes to the end by Link, newest first, nothing twice, nothing left out', async () => {
    const merchant = await newcomer();
    const created: WirePayment[] = [];
    for (let n = 0; n < 7; n++) created.push(await create(merchant));
    const newestFirst = created.toReversed();

    const pages = await pagesOf(merchant, '/payments/?limit=3');
    expect(pages.map((page) => page.length)).toEqual([3, 3, 1]);
    expect(pages.flat()).toEqual(newestFirst);
    expect((await pagesOf(merchant, '/payments?limit=7')).map((page) => page.length)).toEqual([7]);
    expect((await pagesOf(merchant, '/payments/?limit=1')).flat()).toEqual(newestFirst);
  });

  it('tells payments of one millisecond apart', async () => {
    const merchant = await newcomer();
    const created = await Promise.all(Array.from({ length: 9 }, () => create(merchant)));
    const ids = created.map(({ id }) => id.slice(4));
    await florin.db.owner.sql`
      update payments set created_at = '2026-01-02T03:04:05.678Z' where id in ${florin.db.owner.sql(ids)}`;
    const pages = await pagesOf(merchant, '/payments/?limit=2');
    expect(pages.flat().map(({ id }) => id)).toEqual(
      created
        .map(({ id }) => id)
        .sort()
        .toReversed(),
    );
  });

  it('keeps its place while new payments come in', async () => {
    const merchant = await newcomer();
    const [oldest, middle] = [await create(merchant), await create(merchant)];
    await create(merchant);
    const first = await merchant.get('/payments/?limit=1');
    await create(merchant);
    const next = /<(\S+)>/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    expect((await merchant.get(`${next}&limit=1`)).refusal).toEqual([400, 'invalid_request']);
    expect((await merchant.get(next.replace('limit=1', 'limit=5'))).payments).toEqual([
      middle,
      oldest,
    ]);
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=-1', 'limit'],
    ['limit=1.0', 'limit'],
    ['limit=01', 'limit'],
    ['limit=', 'limit'],
    ['limit=ten', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['cursor=', 'cursor'],
    ['cursor=banana', 'cursor'],
    [`cursor=${Buffer.from(`999999999999999.${'0'.repeat(32)}`).toString('base64url')}`, 'cursor'],
    ['order_id=', 'order_id'],
    ['orderId=7', 'orderId'],
    ['surprise=7', 'surprise'],
    ['Limit=1', 'Limit'],
    ['nextCursor=1', 'nextCursor'],
  ])('?%s: 400 at %s', async (query, path) => {
    const answer = await http.get(`/payments/?${query}`);
    expect(answer.refusal).toEqual([400, 'invalid_request']);
    expect(answer.problem.errors).toMatchObject([{ path: [path] }]);
  });
});

describe('GET /payments/order/{order_id}/', () => {
  it.each([
    'plain',
    'a/b',
    '/leading and trailing/',
    'with spaces',
    'ünï-ço∂é-日本-🙂',
    '100%',
    '%2F',
    'a?b#c&d=e',
    'refund',
    'a+b',
    '../..',
    `long ${'x'.repeat(250)}`,
  ])('finds the order %j, percent-encoded', async (order_id) => {
    const created = await create(http, { order_id });
    const path = `/payments/order/${encodeURIComponent(order_id)}`;
    for (const end of ['/', '']) {
      const answer = await http.get(path + end);
      expect([answer.status, answer.payments]).toEqual([200, [created]]);
    }
    const query = new URLSearchParams({ order_id });
    expect((await http.get(`/payments/?${query}`)).payments).toEqual([created]);
  });

  it.each(['.', '..'])(
    'finds the order %j, which no path can name, by ?order_id',
    async (order_id) => {
      const created = await create(http, { order_id });
      const answer = await http.get(`/payments/?order_id=${order_id}`);
      expect([answer.status, answer.payments]).toEqual([200, [created]]);
    },
  );

  it('is newest first, in pages, of this order alone', async () => {
    const order_id = fresh('order/ä ');
    const created: WirePayment[] = [];
    for (let n = 0; n < 3; n++) created.push(await create(http, { order_id, amount: '1.99' }));
    created.push(await create(http, { order_id }));
    await create(http);
    const pages = await pagesOf(http, `/payments/order/${encodeURIComponent(order_id)}/?limit=3`);
    expect(pages.map((page) => page.length)).toEqual([3, 1]);
    expect(pages.flat()).toEqual(created.toReversed());
  });
});
