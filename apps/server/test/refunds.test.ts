/** GET /refunds/{id}/ and /payments/{id}/refunds/: what became of each refund, newest first. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endLeases } from './books.ts';
import { type Answer, create, fresh, type Http } from './http.ts';
import { makeKey, newMerchant } from './keys.ts';
import { createTold } from './scripted.ts';
import { startFlorin } from './server.ts';

const { providers, found } = createTold();
let florin: Awaited<ReturnType<typeof startFlorin>>;
let http: Http;
beforeAll(async () => {
  florin = await startFlorin(providers);
  ({ http } = florin);
});
afterAll(() => florin[Symbol.asyncDispose]());

interface WireRefund {
  readonly id: string;
  readonly payment_id: string;
  readonly status: string;
  readonly amount: string;
  readonly [field: string]: unknown;
}
const refundIn = ({ text }: Answer) => JSON.parse(text) as WireRefund;
const refundsIn = ({ text }: Answer) => JSON.parse(text) as readonly WireRefund[];

const refund = (id: string, body?: object) => http.post(`/payments/${id}/refund/`, body);
const listed = (id: string, query = '') => http.get(`/payments/${id}/refunds/${query}`);
const at = (answer: Answer) => answer.headers.get('location') ?? '';

it('stands where its answer says, and shows exactly these fields', async () => {
  const payment = await create(http);
  const asked = await refund(payment.id, { amount: '50.00', reason: 'damaged' });
  expect(at(asked)).toMatch(/^\/refunds\/op_[0-9a-f]{32}\/$/);
  const answer = await http.get(at(asked));
  expect(answer.status).toBe(200);
  const [, , id = ''] = at(asked).split('/');
  expect(JSON.stringify(refundIn(answer))).toBe(answer.text);
  expect(Object.entries(refundIn(answer))).toEqual(
    Object.entries({
      id,
      payment_id: payment.id,
      amount: '50.00',
      currency: 'USD',
      status: 'SUCCEEDED',
      reason: 'damaged',
      reference: `sandbox_${id.slice('op_'.length)}`,
      failure: null,
      created_at: expect.stringMatching(/Z$/),
      closed_at: asked.payment.updated_at,
    }),
  );
  expect((await listed(payment.id)).text).toBe(`[${answer.text}]`);
});

describe('its status', () => {
  it('FAILED: with why, and its amount can be refunded again', async () => {
    const { id } = await create(http, { metadata: { refund: 'declined' } });
    const answer = await refund(id, { amount: '10.00' });
    expect(answer.payment.refunded_amount).toBe('0.00');
    expect(refundIn(await http.get(at(answer)))).toMatchObject({
      status: 'FAILED',
      reference: null,
      failure: { code: 'reversed', message: 'It was reversed.' },
      closed_at: answer.payment.updated_at,
    });
  });

  it('PENDING until its outcome is known, then SUCCEEDED', async () => {
    const { id } = await create(http, { metadata: { refund: 'unknown' } });
    const request = { amount: '10.00', idempotency_key: fresh('refund') };
    const answer = await refund(id, request);
    expect(answer.status).toBe(202);
    const pending = refundIn(await http.get(at(answer)));
    expect(pending).toMatchObject({ status: 'PENDING', reference: null, closed_at: null });
    expect(refundsIn(await listed(id))).toEqual([pending]);

    found.add(id);
    await endLeases(florin.db.owner.sql);
    await expect
      .poll(async () => refundIn(await http.get(at(answer))))
      .toEqual({
        ...pending,
        status: 'SUCCEEDED',
        reference: expect.stringMatching(/^sandbox_/),
        closed_at: expect.stringMatching(/Z$/),
      });
    const again = await refund(id, request);
    expect([again.status, at(again)]).toEqual([200, at(answer)]);
  });

  it('by hand is SUCCEEDED at once, and no provider has a reference for it', async () => {
    const { id } = await create(http, { provider: 'manual' });
    await http.patch(`/payments/${id}/`, { status: 'SUCCESS' });
    const part = await refund(id, { amount: '1.00' });
    expect(refundIn(await http.get(at(part)))).toMatchObject({
      status: 'SUCCEEDED',
      reference: null,
    });
    await http.patch(`/payments/${id}/`, { status: 'REFUNDED' });
    expect(refundsIn(await listed(id)).map(({ amount }) => amount)).toEqual(['149.00', '1.00']);
  });
});

describe('where it is told', () => {
  it('a replay tells of the same refund, in every one of its answers', async () => {
    const { id } = await create(http);
    const body = { amount: '10.00', idempotency_key: fresh('refund') };
    const first = await refund(id, body);
    await refund(id, { amount: '5.00' });
    const again = await refund(id, body);
    expect([again.headers.get('idempotent-replayed'), at(again)]).toEqual(['true', at(first)]);
    expect(refundsIn(await listed(id))).toHaveLength(2);
  });

  it('also while it is not known what became of it, long after', async () => {
    const { id } = await create(http, { metadata: { refund: 'unknown' } });
    const body = { amount: '10.00', idempotency_key: fresh('refund') };
    const first = await refund(id, body);
    // The key's lease is over, the operation is as open as it was.
    await florin.db.owner.sql`
      update idempotency_keys set lease_until = now() - interval '1 second'
      where key = ${body.idempotency_key}`;
    const again = await refund(id, body);
    expect([again.status, at(again)]).toEqual([202, at(first)]);
  });
});

describe('the list', () => {
  it('has the newest first, page by page, and none of another payment', async () => {
    const [payment, other] = [await create(http), await create(http)];
    for (const amount of ['1.00', '2.00', '3.00', '4.00', '5.00']) {
      await refund(payment.id, { amount });
      await refund(other.id, { amount: '0.01' });
    }
    const first = await listed(payment.id, '?limit=2');
    expect(refundsIn(first).map(({ amount }) => amount)).toEqual(['5.00', '4.00']);
    expect(first.headers.get('link')).toMatch(
      new RegExp(`^</payments/${payment.id}/refunds/\\?limit=2&cursor=[^>]+>; rel="next"$`),
    );
    // One that comes meanwhile moves nothing.
    await refund(payment.id, { amount: '6.00' });
    const pages = [first];
    for (;;) {
      const [, next] = /^<([^>]+)>/.exec(pages.at(-1)?.headers.get('link') ?? '') ?? [];
      if (next === undefined) break;
      pages.push(await http.get(next));
    }
    const amounts = pages.map((page) => refundsIn(page).map(({ amount }) => amount));
    expect(amounts).toEqual([['5.00', '4.00'], ['3.00', '2.00'], ['1.00']]);
    const paymentIds = new Set(pages.flatMap(refundsIn).map(({ payment_id }) => payment_id));
    expect(paymentIds).toEqual(new Set([payment.id]));
  });

  it('is empty where nothing was refunded: the charge is no refund', async () => {
    const { id } = await create(http);
    const answer = await listed(id);
    expect([answer.status, answer.text, answer.headers.get('link')]).toEqual([200, '[]', null]);
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['cursor=x', 'cursor'],
    ['status=SUCCEEDED', 'status'],
    ['id=pay_1', 'id'],
  ])('?%s: 400', async (query, path) => {
    const { id } = await create(http);
    const answer = await listed(id, `?${query}`);
    expect(answer.refusal).toEqual([400, 'invalid_request']);
    expect(answer.problem.errors).toMatchObject([{ path: [path] }]);
  });
});

describe('what is not there: 404', () => {
  it('another merchant’s refund and payment', async () => {
    const { id } = await create(http);
    const asked = await refund(id, { amount: '1.00' });
    const { key } = await makeKey(florin.db, await newMerchant(florin.db), ['payments:read']);
    const stranger = http.as(key);
    expect((await stranger.get(at(asked))).refusal).toEqual([404, 'refund_not_found']);
    const list = await stranger.get(`/payments/${id}/refunds/`);
    expect(list.refusal).toEqual([404, 'payment_not_found']);
  });

  it('an operation that is no refund', async () => {
    const { id } = await create(http, { capture: 'manual' });
    await http.post(`/payments/${id}/capture/`);
    const operations = await florin.db.owner.sql<{ id: string; kind: string }[]>`
      select replace(id::text, '-', '') as id, kind from operations where payment_id = ${id.slice(4)}`;
    expect(operations.map(({ kind }) => kind).sort()).toEqual(['authorize', 'capture']);
    for (const operation of operations) {
      const answer = await http.get(`/refunds/op_${operation.id}/`);
      expect(answer.refusal, operation.kind).toEqual([404, 'refund_not_found']);
    }
  });

  it('an id that is none, as one that is unknown', async () => {
    const payment = await create(http);
    for (const id of ['1', 'op_1', `op_${'0'.repeat(32)}`, `OP_${'0'.repeat(32)}`, payment.id]) {
      expect((await http.get(`/refunds/${id}/`)).refusal, id).toEqual([404, 'refund_not_found']);
    }
    for (const id of ['1', 'pay_1', `pay_${'0'.repeat(32)}`]) {
      expect((await listed(id)).refusal, id).toEqual([404, 'payment_not_found']);
    }
  });
});
