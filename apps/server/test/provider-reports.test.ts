/** POST /providers/{name}/reports/: what is rightly signed is stored once, and applied or dead. */
import { createMerchant } from '@florin/db';
import { testDatabase } from '@florin/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectSoundBooks } from './books.ts';
import { create, creation, fresh, type Http } from './http.ts';
import { proxyTo } from './proxy.ts';
import {
  type About,
  aboutOf,
  declined,
  type Report,
  requiresAction,
  send,
  succeeded,
} from './reports.ts';
import { startFlorin, startServer } from './server.ts';

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

const paymentNow = async (id: string) => (await http.get(`/payments/${id}/`)).payment;

/** A payment whose charge is not known, and what a report of it is about. */
async function unsure(fields: object = {}) {
  const { id } = await create(http, { payment_method: 'pm_unknown', ...fields });
  return { id, about: await aboutOf(florin.db, id, 'charge') };
}

describe('an outcome that is reported', () => {
  const url = 'https://bank.example/3ds';
  const message = 'The card was declined.';

  it.each<[string, (about: About) => Report, object]>([
    ['a success', succeeded, { status: 'SUCCESS', captured_amount: '150.00' }],
    ['a decline', declined, { status: 'FAILED', failure: { code: 'card_declined', message } }],
    [
      'a redirect',
      requiresAction,
      { status: 'REQUIRES_ACTION', next_action: { type: 'redirect', url } },
    ],
    [
      'text that PostgreSQL cannot hold',
      (about) => succeeded(about, { reference: 'a\0b\ud800' }),
      { status: 'SUCCESS', transaction_id: 'a\ufffdb\ufffd' },
    ],
  ])('%s: the payment goes on', async (_, reported, expected) => {
    const { id, about } = await unsure();
    const answer = await send(http, reported(about));
    expect([answer.status, answer.standing]).toEqual([
      200,
      { status: 'applied', duplicate: false },
    ]);
    expect(await paymentNow(id)).toMatchObject(expected);
    const [event] = await florin.db.owner.sql`
      select actor from events where payment_id = ${id.slice(4)} order by version desc limit 1`;
    expect(event).toEqual({ actor: 'provider:sandbox' });
  });

  it('is the final answer to the request that asked for it', async () => {
    const request = creation({ payment_method: 'pm_unknown' });
    const { payment } = await http.post('/payments/', request);
    await send(http, succeeded(await aboutOf(florin.db, payment.id, 'charge')));
    const again = await http.post('/payments/', request);
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
    expect(again.payment.status).toBe('SUCCESS');
  });

  it('of an authorization, a refund and a void', async () => {
    const held = await create(http, { payment_method: 'pm_unknown', capture: 'manual' });
    const expires_at = '2031-01-02T03:04:05.000Z';
    const authorize = await aboutOf(florin.db, held.id, 'authorize');
    await send(http, succeeded(authorize, { expires_at }));
    expect(await paymentNow(held.id)).toMatchObject({ status: 'AUTHORIZED', expires_at });

    const paid = await create(http, { payment_method: 'pm_refund_unknown_at_first' });
    await http.post(`/payments/${paid.id}/refund/`, { amount: '50.00' });
    await send(http, succeeded(await aboutOf(florin.db, paid.id, 'refund')));
    expect(await paymentNow(paid.id)).toMatchObject({ refunded_amount: '50.00' });
  });

  it.each([
    ['half an hour from its coming, by default', {}, 1_800_000],
    ['when the provider says', { expires_at: '2031-01-02T03:04:05Z' }, null],
  ])('a redirect expires %s', async (_, told, later) => {
    const { id, about } = await unsure();
    const before = Date.now();
    // Long ago by the provider's clock: that takes nothing from the payer's time.
    await send(http, requiresAction(about, { occurred_at: '2020-02-02T02:02:02Z', ...told }));
    const { expires_at } = (await paymentNow(id)) as unknown as { expires_at: string };
    if (later === null) return expect(expires_at).toBe('2031-01-02T03:04:05.000Z');
    expect(Date.parse(expires_at)).toBeGreaterThanOrEqual(before + later);
    expect(Date.parse(expires_at)).toBeLessThanOrEqual(Date.now() + later);
  });

  it('the path is taken with and without its last slash', async () => {
    const { about } = await unsure();
    for (const end of ['', '/']) {
      const answer = await send(http, succeeded(about), {}, `/providers/sandbox/reports${end}`);
      expect(answer.standing).toMatchObject({ status: 'applied' });
    }
  });
});

describe('twice', () => {
  it('the same report: applied once, and told so', async () => {
    const { id, about } = await unsure();
    const report = succeeded(about);
    const sending = { id: fresh('msg') };
    await send(http, report, sending);
    const settled = await paymentNow(id);
    // A while later, and so with another timestamp.
    const again = await send(http, report, { ...sending, at: new Date(Date.now() - 60_000) });
    expect([again.status, again.standing]).toEqual([200, { status: 'applied', duplicate: true }]);
    expect(await paymentNow(id)).toEqual(settled);
  });

  it('the same fact in another report: applied, and nothing happens', async () => {
    const { id, about } = await unsure();
    await send(http, succeeded(about));
    const settled = await paymentNow(id);
    const other = await send(http, succeeded(about, { occurred_at: '2026-01-01T00:00:00+02:00' }));
    expect(other.standing).toEqual({ status: 'applied', duplicate: false });
    expect(await paymentNow(id)).toEqual(settled);
  });

  it('many at once: one of them is no duplicate, and it is applied once', async () => {
    const { id, about } = await unsure();
    const report = succeeded(about);
    const sending = { id: fresh('msg') };
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => send(http, report, sending)),
    );
    expect(answers.map(({ standing }) => standing.status)).toEqual(answers.map(() => 'applied'));
    expect(answers.filter(({ standing }) => !standing.duplicate)).toHaveLength(1);
    expect(await paymentNow(id)).toMatchObject({ status: 'SUCCESS', version: 2 });
  });
});

describe('what cannot be applied is dead, and says why', () => {
  const nobody = { merchant_id: `mer_${'0'.repeat(32)}` };

  it.each<[string, object, (about: About) => Report, RegExp]>([
    ['of a merchant that is not there', {}, (it) => succeeded(it, nobody), /no merchant mer_0+/],
    ['of a manual payment', { provider: 'manual' }, succeeded, /provider manual's/],
    [
      'of less than was asked for',
      {},
      (it) => succeeded(it, { amount: '149.99' }),
      /149\.99 USD; .* 150\.00 USD/,
    ],
    ['of more', {}, (it) => declined(it, { amount: '150.01' }), /150\.01 USD; .* 150\.00 USD/],
    [
      'of another currency',
      {},
      (it) => requiresAction(it, { currency: 'EUR' }),
      /150\.00 EUR; .* 150\.00 USD/,
    ],
  ])('%s', async (_, fields, reported, reason) => {
    const { id } = await create(http, { payment_method: 'pm_unknown', ...fields });
    if ('provider' in fields) await http.patch(`/payments/${id}/`, { status: 'SUCCESS' });
    const before = await paymentNow(id);
    const report = reported(await aboutOf(florin.db, id, 'charge'));
    const sending = { id: fresh('msg') };
    const { standing } = await send(http, report, sending);
    expect(standing).toEqual({
      status: 'dead',
      duplicate: false,
      reason: expect.stringMatching(reason),
    });
    expect((await send(http, report, sending)).standing).toEqual({ ...standing, duplicate: true });
    expect(await paymentNow(id)).toEqual(before);
  });

  it('another merchant’s operation is not there: it waits, and touches nothing', async () => {
    const { id, about } = await unsure();
    const before = await paymentNow(id);
    const key = `fk_test_${'o'.repeat(32)}`;
    const merchant_id = await createMerchant(florin.db.owner, fresh('other'), key);
    const { standing } = await send(http, succeeded(about, { merchant_id }));
    expect(standing).toEqual({ status: 'waiting', duplicate: false });
    expect(await paymentNow(id)).toEqual(before);
  });
});

it('422: an id that was used for another report; the first one stands', async () => {
  const { id, about } = await unsure();
  const sending = { id: fresh('msg') };
  await send(http, succeeded(about), sending);
  const settled = await paymentNow(id);
  for (const other of [declined(about), succeeded(about, { reference: 'another' })]) {
    const answer = await send(http, other, sending);
    expect(answer.refusal).toEqual([422, 'report_id_reused']);
  }
  expect(await paymentNow(id)).toEqual(settled);
});

describe('where it cannot be stored the provider is told to send it again', () => {
  it('500 where the database is not what it should be', async () => {
    await using broken = await startFlorin();
    const { sql } = broken.db.owner;
    const { id } = await create(broken.http, { payment_method: 'pm_unknown' });
    const report = succeeded(await aboutOf(broken.db, id, 'charge'));
    await sql`alter table provider_reports rename to hidden`;
    const answer = await send(broken.http, report, { id: 'msg_1' });
    expect(answer.refusal).toEqual([500, 'internal_error']);
    expect(answer.text).not.toMatch(/relation|insert|hidden/);
    await sql`alter table hidden rename to provider_reports`;
    const again = await send(broken.http, report, { id: 'msg_1' });
    expect(again.standing).toEqual({ status: 'applied', duplicate: false });
  });

  it('503 where there is no database', async () => {
    await using db = await testDatabase();
    await using proxy = await proxyTo(db.url);
    await using server = await startServer(proxy.url);
    const { id } = await create(server.http, { payment_method: 'pm_unknown' });
    const report = succeeded(await aboutOf(db, id, 'charge'));
    await proxy.close();
    const answer = await send(server.http, report);
    expect(answer.refusal).toEqual([503, 'unavailable']);
    expect(answer.headers.get('retry-after')).toBe('1');
    await proxy.open();
  });
});
