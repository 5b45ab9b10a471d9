import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventsIn, follower, nextOf, pagesFrom, type WireEvent } from './feed.ts';
import { create, type Http, type WirePayment } from './http.ts';
import { makeKey, newMerchant } from './keys.ts';
import { declined, providerSays } from './said.ts';
import { startFlorin } from './server.ts';

let florin: Awaited<ReturnType<typeof startFlorin>>;
let http: Http;
beforeAll(async () => {
  florin = await startFlorin();
  ({ http } = florin);
});
afterAll(() => florin[Symbol.asyncDispose]());

/** The same server as a merchant that has nothing yet. */
async function newcomer() {
  const { key, row } = await makeKey(florin.db, await newMerchant(florin.db), ['admin']);
  return { merchant: http.as(key), keyId: row.id };
}

/** A payment's events once they all have numbers. */
async function numbered({ as, id }: { as: Http; id: string }, count: number) {
  const read = async () => eventsIn(await as.get(`/payments/${id}/events/`));
  const numbers = async () => (await read()).filter((one) => one.number !== null);
  await expect.poll(numbers).toHaveLength(count);
  return read();
}

const inShort = (events: readonly WireEvent[]) =>
  events.map(({ number, type, version }) => `${number} ${type} ${version}`);

describe('GET /payments/{id}/events/', () => {
  it('is the payment’s history: who did what, and the payment as it then was', async () => {
    const { merchant, keyId } = await newcomer();
    const paid = await create(merchant);
    const path = `/payments/${paid.id}/`;
    const refunded = await merchant.post(`${path}refund/`, { amount: '1.00', reason: 'broken' });
    const events = await numbered({ as: merchant, id: paid.id }, 4);
    expect(inShort(events)).toEqual([
      '1 payment.created 1',
      '2 charge.succeeded 2',
      '3 refund.opened 3',
      '4 refund.succeeded 4',
    ]);
    const [created, charged, , closed] = events;
    const operation_id = expect.stringMatching(/^op_[0-9a-f]{32}$/);
    expect(created).toEqual({
      id: expect.stringMatching(/^evt_[0-9a-f]{32}$/),
      number: 1,
      type: 'payment.created',
      payment_id: paid.id,
      version: 1,
      operation_id,
      actor: keyId,
      reason: null,
      created_at: paid.created_at,
      payment: expect.objectContaining({ id: paid.id, status: 'PENDING', version: 1 }),
    });
    expect(charged).toMatchObject({ actor: 'provider:sandbox', payment: paid });
    expect(charged?.operation_id).toBe(created?.operation_id);
    expect(closed?.payment).toEqual(refunded.payment);
    expect(refunded.headers.get('location')).toBe(`/refunds/${closed?.operation_id}/`);
  });

  it('has an event at once, before it has a number', async () => {
    const { id } = await create(http, { provider: 'manual' });
    const [event, ...others] = eventsIn(await http.get(`/payments/${id}/events`));
    expect(event).toMatchObject({ type: 'payment.created', operation_id: null });
    expect(others).toEqual([]);
  });

  it('says why a discrepancy was resolved as it was', async () => {
    const held = await create(http, { capture: 'manual' });
    await providerSays(florin.db, held, 'authorize', declined);
    const path = `/payments/${held.id}/`;
    expect((await http.post(`${path}resolve/`, { reason: 'case 7' })).status).toBe(200);
    const last = eventsIn(await http.get(`${path}events/`)).at(-1);
    expect(last).toMatchObject({ type: 'discrepancy.resolved', reason: 'case 7' });
  });

  it('comes in pages, by version', async () => {
    const { id } = await create(http);
    for (const amount of ['1.00', '2.00']) await http.post(`/payments/${id}/refund/`, { amount });
    const pages = await pagesFrom(http, `/payments/${id}/events/?limit=4`);
    expect(pages.map((page) => page.map(({ version }) => version))).toEqual([
      [1, 2, 3, 4],
      [5, 6],
    ]);
    for (const after of [6, 2_147_483_648, Number.MAX_SAFE_INTEGER]) {
      const answer = await http.get(`/payments/${id}/events/?after=${after}`);
      expect([answer.status, answer.text, nextOf(answer)]).toEqual([200, '[]', undefined]);
    }
  });

  it.each(['1', 'pay_', `pay_${'0'.repeat(32)}`, `op_${'0'.repeat(32)}`, '%00'])(
    'of %s: 404, as if it were unknown',
    async (id) => {
      for (const query of ['', '?after=1']) {
        const answer = await http.get(`/payments/${id}/events/${query}`);
        expect(answer.refusal).toEqual([404, 'payment_not_found']);
      }
    },
  );

  it('of another merchant’s payment: 404', async () => {
    const { id } = await create(http);
    const answer = await (await newcomer()).merchant.get(`/payments/${id}/events/`);
    expect(answer.refusal).toEqual([404, 'payment_not_found']);
  });

  it('shows what an older version of Florin has written, which knew fewer columns', async () => {
    const { id } = await create(http, { provider: 'manual' });
    await florin.db.owner.sql`
      update events set payment = (payment::jsonb - 'open_operation' - 'expires_at')::json
      where payment_id = ${id.slice(4)}`;
    const [event] = eventsIn(await http.get(`/payments/${id}/events/`));
    expect(event?.payment).toMatchObject({ id, status: 'PENDING', expires_at: null });
  });
});

describe('GET /events/', () => {
  it('is empty for a merchant without payments', async () => {
    const answer = await (await newcomer()).merchant.get('/events/');
    expect([answer.status, answer.text, nextOf(answer)]).toEqual([200, '[]', undefined]);
  });

  it('is all of the merchant’s events, by their numbers, from 1 without a gap', async () => {
    const { merchant } = await newcomer();
    const payments: WirePayment[] = [];
    for (let n = 0; n < 4; n++) payments.push(await create(merchant));
    const follow = follower(merchant, 3);
    await expect.poll(() => follow.catchUp()).toHaveLength(8);
    expect(follow.seen.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(follow.seen.map((one) => one.payment_id)).toEqual(
      payments.flatMap(({ id }) => [id, id]),
    );

    const pages = await pagesFrom(merchant, '/events?limit=3');
    expect(pages.map((page) => page.length)).toEqual([3, 3, 2]);
    expect(pages.flat()).toEqual(follow.seen);
    const [page, ...rest] = await pagesFrom(merchant, '/events/?after=6&limit=2');
    expect([page, rest]).toEqual([follow.seen.slice(6), []]);
    const ofOne = eventsIn(await merchant.get(`/payments/${payments[1]?.id}/events/`));
    expect(ofOne).toEqual(follow.seen.slice(2, 4));
  });

  it('goes on where it ended, once there is more', async () => {
    const { merchant } = await newcomer();
    const follow = follower(merchant);
    for (let count = 1; count <= 3; count++) {
      await create(merchant, { provider: 'manual' });
      await expect.poll(() => follow.catchUp()).toHaveLength(count);
    }
    expect(inShort(follow.seen)).toEqual([
      '1 payment.created 1',
      '2 payment.created 1',
      '3 payment.created 1',
    ]);
  });
});

describe('over tRPC', () => {
  const ask = async (procedure: string, input: string) => {
    const answer = await http.get(`/trpc/${procedure}?input=${encodeURIComponent(input)}`);
    return { answer, body: JSON.parse(answer.text) };
  };

  it('a page is its items and where to go on, in camelCase', async () => {
    const { id } = await create(http);
    const [, charged] = await numbered({ as: http, id }, 2);
    const page = async (procedure: string, input: object) =>
      (await ask(procedure, JSON.stringify(input))).body.result.data;
    const before = (charged?.number ?? 0) - 2;
    const first = await page('events.list', { after: before, limit: 1 });
    expect(first).toEqual({
      items: [expect.objectContaining({ type: 'payment.created', paymentId: id })],
      nextAfter: before + 1,
    });
    const last = await page('events.list', { after: first.nextAfter });
    expect(last).toEqual({
      items: [expect.objectContaining({ id: charged?.id, number: charged?.number })],
      nextAfter: null,
    });
    expect(last.items[0].payment).toMatchObject({ id, refundedAmount: '0.00' });
    expect(await page('events.listByPayment', { id, limit: 1 })).toEqual({
      items: [expect.objectContaining({ version: 1 })],
      nextAfter: 1,
    });
    expect(await page('events.listByPayment', { id, after: 1 })).toEqual({
      items: last.items,
      nextAfter: null,
    });
  });
});
