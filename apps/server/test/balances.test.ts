/** GET /balances/: what a merchant's accounts come to, in each currency. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, create, type Http } from './http.ts';
import { makeKey, newMerchant } from './keys.ts';
import { declined, providerSays, succeeded } from './said.ts';
import { startFlorin } from './server.ts';

let florin: Awaited<ReturnType<typeof startFlorin>>;
beforeAll(async () => {
  florin = await startFlorin();
});
afterAll(() => florin[Symbol.asyncDispose]());

/** As a merchant that has nothing yet. */
async function newShop(): Promise<Http> {
  const { key } = await makeKey(florin.db, await newMerchant(florin.db), ['admin']);
  return florin.http.as(key);
}

type Row = readonly [currency: string, receivable: string, payable: string, suspense: string];

function rowsOf(answer: Answer): readonly Row[] {
  expect([answer.status, answer.headers.get('link')]).toEqual([200, null]);
  const balances = JSON.parse(answer.text) as readonly Readonly<Record<string, string>>[];
  for (const balance of balances) {
    expect(Object.keys(balance)).toEqual([
      'currency',
      'provider_receivable',
      'merchant_payable',
      'suspense',
    ]);
  }
  return balances.map((one) => Object.values(one) as unknown as Row);
}

const balancesOf = async (http: Http) => rowsOf(await http.get('/balances/'));

it('none where no money has moved', async () => {
  const http = await newShop();
  await create(http, { payment_method: 'pm_declined' });
  await create(http, { capture: 'manual' });
  await create(http, { provider: 'manual' });
  expect(await balancesOf(http)).toEqual([]);
});

it('each currency with its own decimals, in alphabetical order', async () => {
  const http = await newShop();
  await create(http, { currency: 'USD', amount: '150.00' });
  await create(http, { currency: 'KWD', amount: '1.005' });
  await create(http, { currency: 'JPY', amount: '7' });
  await create(http, { currency: 'USD', amount: '0.01' });
  await create(http, { currency: 'CLF', amount: '0.0001' });
  expect(await balancesOf(http)).toEqual([
    ['CLF', '0.0001', '0.0001', '0.0000'],
    ['JPY', '7', '7', '0'],
    ['KWD', '1.005', '1.005', '0.000'],
    ['USD', '150.01', '150.01', '0.00'],
  ]);
});

it('sums that no amount and no number of JavaScript holds', async () => {
  const http = await newShop();
  const amount = '999999999999.97';
  await Promise.all(Array.from({ length: 91 }, () => create(http, { amount })));
  const sum = '90999999999997.27';
  expect(await balancesOf(http)).toEqual([['USD', sum, sum, '0.00']]);
});

describe('what moves them', () => {
  it('a capture by its own amount, a refund back, a declined one not at all', async () => {
    const http = await newShop();
    const held = await create(http, { capture: 'manual' });
    await http.post(`/payments/${held.id}/capture/`, { amount: '100.00' });
    await http.post(`/payments/${held.id}/refund/`, { amount: '30.00' });
    const kept = await create(http, { payment_method: 'pm_refund_declined' });
    await http.post(`/payments/${kept.id}/refund/`, { amount: '1.00' });
    expect(await balancesOf(http)).toEqual([['USD', '220.00', '220.00', '0.00']]);
  });

  it('what is in doubt is in suspense, below zero where it is refunds, until it is resolved', async () => {
    const http = await newShop();
    const { db } = florin;
    const failed = await create(http, { payment_method: 'pm_declined', amount: '20.00' });
    await providerSays(db, failed, 'charge', succeeded);
    expect(await balancesOf(http)).toEqual([['USD', '20.00', '0.00', '20.00']]);
    const paid = await create(http);
    await http.post(`/payments/${paid.id}/refund/`, { amount: '50.00' });
    await providerSays(db, paid, 'refund', declined);
    expect(await balancesOf(http)).toEqual([['USD', '120.00', '150.00', '-30.00']]);
    const reason = 'Settled with the provider';
    const resolve = (id: string, suspense_to: string) =>
      http.post(`/payments/${id}/resolve/`, { reason, suspense_to });
    await resolve(failed.id, 'merchant_payable');
    expect(await balancesOf(http)).toEqual([['USD', '120.00', '170.00', '-50.00']]);
    await resolve(paid.id, 'provider_receivable');
    expect(await balancesOf(http)).toEqual([['USD', '170.00', '170.00', '0.00']]);
  });
});

it('another merchant’s money is not in them', async () => {
  const [one, other] = [await newShop(), await newShop()];
  await create(one, { amount: '1.00' });
  await create(other, { amount: '2.00', currency: 'EUR' });
  expect(await balancesOf(one)).toEqual([['USD', '1.00', '1.00', '0.00']]);
  expect(await balancesOf(other)).toEqual([['EUR', '2.00', '2.00', '0.00']]);
});

it('over tRPC: the same in camelCase, on one page', async () => {
  const http = await newShop();
  await create(http);
  const answer = await http.get(`/trpc/balances.list?input=${encodeURIComponent('{}')}`);
  expect(JSON.parse(answer.text)).toEqual({
    result: {
      data: {
        items: [
          {
            currency: 'USD',
            providerReceivable: '150.00',
            merchantPayable: '150.00',
            suspense: '0.00',
          },
        ],
        nextCursor: null,
      },
    },
  });
});

it('takes no filter: an unknown field is refused', async () => {
  const http = await newShop();
  const answer = await http.get('/balances/?currency=USD');
  expect(answer.refusal).toEqual([400, 'invalid_request']);
  expect(answer.problem.errors).toMatchObject([{ path: ['currency'] }]);
});

it('only whoever may read reads them', async () => {
  const merchant = await newMerchant(florin.db);
  const writer = await makeKey(florin.db, merchant, ['payments:write']);
  expect((await florin.http.as(writer.key).get('/balances/')).refusal).toEqual([
    403,
    'insufficient_scope',
  ]);
  expect((await florin.http.as(null).get('/balances')).refusal).toEqual([401, 'unauthorized']);
  const reader = await makeKey(florin.db, merchant, ['payments:read']);
  expect((await florin.http.as(reader.key).get('/balances')).text).toBe('[]');
});
