/** Lists narrowed down, and paged through while payments are created. */
import { createMerchant } from '@florin/db';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { create, type Http, type WirePayment } from './http.ts';
import { startFlorin } from './server.ts';

let florin: Awaited<ReturnType<typeof startFlorin>>;
beforeAll(async () => {
  florin = await startFlorin();
});
afterAll(() => florin[Symbol.asyncDispose]());

let merchants = 0;
/** A merchant that has no payments yet. */
async function newcomer(): Promise<Http> {
  merchants += 1;
  const key = `fk_test_filter${String(merchants).padStart(20, '0')}`;
  await createMerchant(florin.db.owner, `filter ${merchants}`, key);
  return florin.http.as(key);
}

const idsOf = (payments: readonly WirePayment[]) => payments.map(({ id }) => id);

describe('filters', () => {
  let http: Http;
  let paid: WirePayment;
  let failed: WirePayment;
  let yen: WirePayment;
  beforeAll(async () => {
    http = await newcomer();
    paid = await create(http, { order_id: 'one' });
    failed = await create(http, { order_id: 'two', amount: '9.99' });
    await new Promise((later) => setTimeout(later, 5));
    yen = await create(http, { order_id: 'two', amount: '900', currency: 'JPY' });
  });

  it.each([
    ['status=SUCCESS', () => [yen, paid]],
    ['status=failed', () => [failed]],
    ['status=REFUNDED', () => []],
    ['currency=JPY', () => [yen]],
    ['currency=USD&status=SUCCESS', () => [paid]],
    ['order_id=two', () => [yen, failed]],
    ['order_id=two&status=SUCCESS', () => [yen]],
    ['created_from=2020-01-01T00:00:00Z', () => [yen, failed, paid]],
    ['created_to=2020-01-01T00:00:00Z', () => []],
    ['created_from=9999-12-31T23:59:59%2B00:00', () => []],
  ] as const)('GET /payments/?%s', async (query, expected) => {
    expect(idsOf((await http.get(`/payments/?${query}`)).payments)).toEqual(idsOf(expected()));
  });

  it('created_from is included, created_to is not', async () => {
    const at = encodeURIComponent(yen.created_at);
    expect(idsOf((await http.get(`/payments/?created_from=${at}`)).payments)).toEqual([yen.id]);
    const before = await http.get(`/payments/?created_to=${at}`);
    expect(idsOf(before.payments)).toEqual(idsOf([failed, paid]));
  });

  it('an order’s payments are narrowed down alike', async () => {
    const { payments } = await http.get('/payments/order/two/?status=FAILED');
    expect(idsOf(payments)).toEqual([failed.id]);
  });

  it('the next page keeps the filters', async () => {
    const first = await http.get('/payments/?status=SUCCESS&limit=1');
    const next = /<(\S+)>/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    const second = await http.get(next);
    expect(idsOf([...first.payments, ...second.payments])).toEqual(idsOf([yen, paid]));
    expect(second.headers.get('link')).toBeNull();
  });
});

it('whatever is created during paging, what was there is seen once, in its order', async () => {
  const http = await newcomer();
  const there: string[] = [];
  for (let n = 0; n < 30; n++) there.unshift((await create(http)).id);
  let done = false;
  const creating = Promise.all(
    [1, 2, 3, 4].map(async () => {
      while (!done) await create(http);
    }),
  );
  const seen: string[] = [];
  let path: string | undefined = '/payments/?limit=3';
  while (path !== undefined) {
    const page = await http.get(path);
    seen.push(...idsOf(page.payments));
    path = /<(\S+)>/.exec(page.headers.get('link') ?? '')?.[1];
  }
  done = true;
  await creating;
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen.filter((id) => there.includes(id))).toEqual(there);
});
