/** The sandbox's page for the payer: what it shows, what the payer's choice makes of the payment. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../src/config.ts';
import { start } from '../src/main.ts';
import { expireDuePayments } from '../src/workers/expire-payments.ts';
import { expectSoundBooks } from './books.ts';
import { engineOn } from './given.ts';
import { client, create, fresh, type Http, type WirePayment } from './http.ts';
import { operationsOf } from './reports.ts';
import { on, startFlorin, testKey } from './server.ts';

let florin: Awaited<ReturnType<typeof startFlorin>>;
let http: Http;
beforeAll(async () => {
  florin = await startFlorin();
  ({ http } = florin);
});
afterAll(async () => {
  await expectSoundBooks(florin.db.owner.sql);
  await florin[Symbol.asyncDispose]();
});

interface Waiting extends WirePayment {
  readonly next_action: { readonly type: string; readonly url: string } | null;
  readonly expires_at: string | null;
}

const paymentNow = async (id: string) => (await http.get(`/payments/${id}/`)).payment as Waiting;

/** A payment that waits for its payer, and its page. */
async function waiting(fields: object = {}) {
  const payment = await create(http, { payment_method: 'pm_requires_action', ...fields });
  const url = (payment as Waiting).next_action?.url ?? '';
  return { id: payment.id, order: payment.order_id, url };
}

/** A page as a browser gets it. */
async function visit(url: string, init: RequestInit = {}) {
  const answer = await fetch(url, { redirect: 'manual', ...init });
  const type = answer.headers.get('content-type');
  return { status: answer.status, headers: answer.headers, type, text: await answer.text() };
}

/** As a form sends it, and `curl -d`. */
const choose = (url: string, outcome: string) =>
  visit(url, { method: 'POST', body: new URLSearchParams({ outcome }) });

const reportsOf = async (id: string) => [
  ...(await florin.db.owner.sql`
    select r.status, r.outcome ->> 'outcome' as outcome from provider_reports r
    join operations o on o.merchant_id = r.merchant_id and o.id = r.operation_id
    where o.payment_id = ${id.slice(4)}`),
];

describe('the page', () => {
  it('is where next_action leads, on this server, with and without a slash', async () => {
    const { id, url } = await waiting();
    expect(await paymentNow(id)).toMatchObject({
      status: 'REQUIRES_ACTION',
      next_action: { type: 'redirect', url },
    });
    const [[, charge] = []] = await operationsOf(florin.db, id);
    const { merchant_id, operation_id } = charge ?? {};
    expect(url).toBe(`${florin.url}/sandbox/payer/${merchant_id}/${operation_id}`);
    for (const end of ['', '/']) {
      const page = await visit(url + end);
      expect([page.status, page.type]).toEqual([200, 'text/html; charset=UTF-8']);
      expect(page.text).toContain('Pay 150.00 USD?');
    }
    expect((await visit(url, { method: 'HEAD' })).status).toBe(200);
    expect(await reportsOf(id)).toEqual([]);
  });

  it('stands alone: its form goes to itself, one style applies, nothing runs', async () => {
    const { headers, text } = await visit((await waiting()).url);
    expect(text).toMatch(/<form method="post">/);
    expect([...text.matchAll(/name="outcome" value="(\w+)"/g)].map(([, it]) => it)).toEqual([
      'approved',
      'declined',
    ]);
    expect(text).not.toMatch(/<script|<link|<img|https?:|\son\w+=|style="/i);
    const [, style = ''] = /<style>(.*)<\/style>/s.exec(text) ?? [];
    const hash = createHash('sha256').update(style).digest('base64');
    expect(headers.get('content-security-policy')).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    );
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('shows an order as text, whatever is in it', async () => {
    const order_id = `<script>alert("${fresh('x')}")</script>&'`;
    const { text } = await visit((await waiting({ order_id })).url);
    expect(text).not.toContain('<script');
    expect(text).toContain('&lt;script&gt;alert(&quot;');
  });

  it('has the public URL where the server is told one', async () => {
    const settings = { ...on(florin.db.url), PORT: '0', FLORIN_LOG: 'silent' };
    const FLORIN_PUBLIC_URL = 'https://pay.example/florin/';
    const { url, stop } = await start(readConfig({ ...settings, FLORIN_PUBLIC_URL }));
    const asked = { payment_method: 'pm_requires_action' };
    const payment = (await create(client(url, testKey), asked)) as Waiting;
    await stop();
    expect(payment.next_action?.url).toMatch(
      /^https:\/\/pay\.example\/florin\/sandbox\/payer\/mer_[0-9a-f]{32}\/op_[0-9a-f]{32}$/,
    );
  });
});

describe('the payer’s choice', () => {
  const week = 7 * 24 * 60 * 60_000;

  it.each([
    ['approved', {}, 'Approved', { status: 'SUCCESS', captured_amount: '150.00' }],
    [
      'approved',
      { capture: 'manual' },
      'Approved',
      { status: 'AUTHORIZED', authorized_amount: '150.00' },
    ],
    ['approved', { amount: '20.99' }, 'Approved', { status: 'SUCCESS' }],
    ['approved', { amount: '150', currency: 'JPY' }, 'Approved', { status: 'SUCCESS' }],
    ['declined', {}, 'Declined', { status: 'FAILED', failure: { code: 'payer_declined' } }],
    ['declined', { capture: 'manual' }, 'Declined', { status: 'FAILED' }],
  ])('%s, of %j', async (outcome, fields, heading, expected) => {
    const { id, url } = await waiting(fields);
    const before = Date.now();
    const page = await choose(url, outcome);
    expect([page.status, page.type]).toEqual([200, 'text/html; charset=UTF-8']);
    expect(page.text).toContain(`<h1>${heading}</h1>`);
    expect(page.text).toContain(`The payment is ${expected.status}.`);
    const payment = await paymentNow(id);
    expect(payment).toMatchObject({ ...expected, next_action: null });
    const holdsUntil = payment.expires_at === null ? null : Date.parse(payment.expires_at);
    if (expected.status !== 'AUTHORIZED') expect(holdsUntil).toBeNull();
    else expect(holdsUntil).toBeGreaterThanOrEqual(before + week);
    const said = outcome === 'approved' ? 'succeeded' : 'declined';
    expect(await reportsOf(id)).toEqual([{ status: 'applied', outcome: said }]);
  });

  it('by curl -d, without any header but its own', async () => {
    const { id, url } = await waiting();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    await visit(url, { method: 'POST', body: 'outcome=approved', headers });
    expect((await paymentNow(id)).status).toBe('SUCCESS');
  });

  it.each([
    ['approved', 'approved', 'SUCCESS'],
    ['approved', 'declined', 'SUCCESS'],
    ['declined', 'approved', 'FAILED'],
  ])('%s, then %s: the first one stands, and is told again', async (first, second, status) => {
    const { id, url } = await waiting();
    const page = await choose(url, first);
    const settled = await paymentNow(id);
    expect(settled.status).toBe(status);
    for (const again of [await choose(url, second), await visit(url), await choose(url, 'x')]) {
      expect([again.status, again.text]).toEqual([200, page.text]);
    }
    expect(await paymentNow(id)).toEqual(settled);
    expect(await reportsOf(id)).toHaveLength(1);
  });

  it('both at once, and often: one of them, once', async () => {
    const { id, url } = await waiting();
    const pages = await Promise.all(
      Array.from({ length: 12 }, (_, n) => choose(url, n % 2 ? 'approved' : 'declined')),
    );
    expect(new Set(pages.map(({ text }) => text)).size).toBe(1);
    expect(await reportsOf(id)).toHaveLength(1);
    const { status, version } = await paymentNow(id);
    expect(['SUCCESS', 'FAILED']).toContain(status);
    expect(version).toBe(3);
  });

  it('the order is free after a decline, and taken after an approval', async () => {
    const { order, url } = await waiting();
    await choose(url, 'declined');
    const second = await waiting({ order_id: order });
    await choose(second.url, 'approved');
    const third = await http.post('/payments/', {
      order_id: order,
      amount: '150.00',
      idempotency_key: fresh('key'),
    });
    expect(third.refusal).toEqual([409, 'order_already_paid']);
  });

  it.each(['', 'maybe', 'APPROVED'])('%j is none: 400, and nothing happens', async (outcome) => {
    const { id, url } = await waiting();
    expect((await choose(url, outcome)).status).toBe(400);
    expect((await paymentNow(id)).status).toBe('REQUIRES_ACTION');
    expect(await reportsOf(id)).toEqual([]);
  });
});

describe('404, as a page: nobody is waited for', () => {
  async function expectNothing(url: string): Promise<void> {
    for (const page of [await visit(url), await choose(url, 'approved')]) {
      expect([page.status, page.type]).toEqual([404, 'text/html; charset=UTF-8']);
      expect(page.text).toContain('Nothing to pay');
    }
  }
  const pageOf = async (id: string, index = 0) => {
    const { merchant_id, operation_id } =
      [...(await operationsOf(florin.db, id)).values()][index] ?? {};
    return `${florin.url}/sandbox/payer/${merchant_id}/${operation_id}`;
  };

  it.each([
    ['ids that are none', (url: string) => url.replace(/mer_\w+\/op_\w+/, 'mer_1/op_1')],
    ['an operation of nobody’s', (url: string) => url.replace(/op_\w+/, `op_${'0'.repeat(32)}`)],
    ['another merchant', (url: string) => url.replace(/mer_\w+/, `mer_${'0'.repeat(32)}`)],
    ['a payment’s id', (url: string) => url.replace(/op_/, 'pay_')],
    ['%00', (url: string) => url.replace(/op_\w+/, '%00')],
  ])('%s', async (_, change) => {
    const { id, url } = await waiting();
    await expectNothing(change(url));
    expect((await paymentNow(id)).status).toBe('REQUIRES_ACTION');
  });

  it.each([
    ['charged at once', {}],
    ['declined', { payment_method: 'pm_declined' }],
    ['not known', { payment_method: 'pm_unknown' }],
  ])('what is %s', async (_, fields) => {
    const { id } = await create(http, fields);
    await expectNothing(await pageOf(id));
  });

  it('a manual payment', async () => {
    const { id } = await create(http, { provider: 'manual' });
    await http.patch(`/payments/${id}/`, { status: 'SUCCESS' });
    await expectNothing(await pageOf(id));
  });

  it('what has expired: it is cancelled, and stays so', async () => {
    const { id, url } = await waiting();
    const { app, owner } = florin.db;
    await owner.sql`
      update payments set expires_at = now() - interval '1 second' where id = ${id.slice(4)}`;
    await expireDuePayments(app, engineOn(app, {}).engine);
    await expect.poll(async () => (await paymentNow(id)).status).toBe('CANCELLED');
    await expectNothing(url);
    expect((await paymentNow(id)).status).toBe('CANCELLED');
  });

  it('what is cancelled, or is being cancelled', async () => {
    const { id, url } = await waiting();
    const { sql } = florin.db.owner;
    const opened = `update payments set open_operation = $1 where id = $2`;
    await sql.unsafe(opened, ['void', id.slice(4)]);
    await expectNothing(url);
    await sql.unsafe(opened, [null, id.slice(4)]);
    expect((await http.post(`/payments/${id}/cancel/`)).payment.status).toBe('CANCELLED');
    await expectNothing(url);
    await expectNothing(await pageOf(id, 1));
    expect(await reportsOf(id)).toEqual([]);
  });

  it('a live merchant, were there such a payment', async () => {
    const { id, url } = await waiting();
    const [row] = await florin.db.owner.sql`
      select merchant_id from payments where id = ${id.slice(4)}`;
    const { merchant_id } = row as { merchant_id: string };
    const mode = (it: string, of: string) => florin.db.owner.sql`
      update merchants set mode = ${it} where merchant_id = ${of}`;
    await mode('live', merchant_id);
    await expectNothing(url);
    await mode('test', merchant_id);
    expect((await visit(url)).status).toBe(200);
  });
});

it('405: any method but GET and POST', async () => {
  const { url } = await waiting();
  const { status, headers, type } = await visit(url, { method: 'DELETE' });
  expect([status, headers.get('allow')]).toEqual([405, 'GET, POST']);
  expect(type).toMatch(/^application\/problem\+json/);
});
