/** `allowed_actions` over REST: what it names is taken, and what it does not changes nothing. */
import { actions } from '@florin/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Answer, create, type Http, type WirePayment } from './http.ts';
import { createTold } from './scripted.ts';
import { startFlorin } from './server.ts';

let florin: Awaited<ReturnType<typeof startFlorin>>;
let http: Http;
beforeAll(async () => {
  florin = await startFlorin(createTold().providers);
  ({ http } = florin);
});
afterAll(() => florin[Symbol.asyncDispose]());

const ask: Readonly<Record<(typeof actions)[number], (id: string) => Promise<Answer>>> = {
  capture: (id) => http.post(`/payments/${id}/capture/`),
  cancel: (id) => http.post(`/payments/${id}/cancel/`),
  refund: (id) => http.post(`/payments/${id}/refund/`),
  report: (id) => http.patch(`/payments/${id}/`, { status: 'SUCCESS' }),
};

const held = { capture: 'manual' };
const byHand = { provider: 'manual' };
const lost = (kind: string) => ({ metadata: { [kind]: 'unknown' } });

/** How it is created, what is then asked for, the status that this leads to, and what is allowed. */
type Row = readonly [
  fields: object,
  asked: readonly (keyof typeof ask)[],
  string,
  readonly string[],
];

it.each<Row>([
  [lost('charge'), [], 'PENDING', []],
  [{ ...held, ...lost('authorize') }, [], 'PENDING', []],
  [{ payment_method: 'pm_requires_action' }, [], 'REQUIRES_ACTION', ['cancel']],
  [{ ...held, payment_method: 'pm_requires_action' }, [], 'REQUIRES_ACTION', ['cancel']],
  [held, [], 'AUTHORIZED', ['capture', 'cancel']],
  [{ ...held, ...lost('capture') }, ['capture'], 'AUTHORIZED', []],
  [{ ...held, ...lost('void') }, ['cancel'], 'AUTHORIZED', []],
  [
    { ...held, metadata: { capture: 'declined' } },
    ['capture'],
    'AUTHORIZED',
    ['capture', 'cancel'],
  ],
  [{}, [], 'SUCCESS', ['refund']],
  [held, ['capture'], 'SUCCESS', ['refund']],
  // All of it is on its way back.
  [lost('refund'), ['refund'], 'SUCCESS', []],
  [{}, ['refund'], 'REFUNDED', []],
  [{ payment_method: 'pm_declined' }, [], 'FAILED', []],
  [held, ['cancel'], 'CANCELLED', []],
  [byHand, [], 'PENDING', ['cancel', 'report']],
  [byHand, ['report'], 'SUCCESS', ['refund']],
  [byHand, ['report', 'refund'], 'REFUNDED', []],
  [byHand, ['cancel'], 'CANCELLED', []],
])('%j, then %j: %s, %j', async (fields, asked, status, allowed) => {
  const make = async (): Promise<WirePayment> => {
    const { id } = await create(http, fields);
    for (const action of asked) expect((await ask[action](id)).status).toBeLessThan(300);
    return (await http.get(`/payments/${id}/`)).payment;
  };
  const payment = await make();
  expect([payment.status, payment.allowed_actions]).toEqual([status, allowed]);
  for (const action of actions.filter((one) => !allowed.includes(one))) {
    const answer = await ask[action](payment.id);
    // Refused, or what already is: cancelled once more, reported as it is.
    expect([200, 409], `${action}: ${answer.text}`).toContain(answer.status);
    expect((await http.get(`/payments/${payment.id}/`)).payment, action).toEqual(payment);
  }
  for (const action of allowed as typeof actions) {
    const { id, version } = await make();
    const answer = await ask[action](id);
    expect(answer.status, `${action}: ${answer.text}`).toBeLessThan(300);
    expect(answer.payment.version, action).toBeGreaterThan(version);
  }
});
