/** GET /payments/{id}/explain/: what happened in sentences, and what may be done next. */
import { uuidOf } from '@florin/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { create, fresh, type Http } from './http.ts';
import { aboutOf, send, succeeded } from './reports.ts';
import { startFlorin } from './server.ts';

let florin: Awaited<ReturnType<typeof startFlorin>>;
let http: Http;
beforeAll(async () => {
  florin = await startFlorin();
  ({ http } = florin);
});
afterAll(() => florin[Symbol.asyncDispose]());

interface Explanation {
  readonly payment: { readonly status: string };
  readonly timeline: readonly {
    readonly at: string;
    readonly kind: string;
    readonly what: string;
    readonly by: string;
    readonly version: number | null;
    readonly operation_id: string | null;
  }[];
  readonly actions: readonly {
    readonly action: string;
    readonly allowed: boolean;
    readonly up_to: string | null;
    readonly obstacle: { readonly code: string; readonly why: string } | null;
  }[];
}

async function explain(id: string): Promise<Explanation> {
  const { status, text } = await http.get(`/payments/${id}/explain/`);
  expect(status).toBe(200);
  return JSON.parse(text) as Explanation;
}

/** What happened, without the ids in it. */
const story = ({ timeline }: Explanation) =>
  timeline.map(({ version, kind, what }) => [
    version,
    kind,
    what.replace(/ sandbox_[0-9a-f]{32}/, ' …').replace(/\d{4}-\S+Z/g, 'then'),
  ]);

it('authorized, captured in part, refunded in part, and a refund declined', async () => {
  const held = { capture: 'manual', payment_method: 'pm_refund_declined', currency: 'KWD' };
  const { id } = await create(http, { ...held, amount: '150.000' });
  await http.post(`/payments/${id}/capture/`, { amount: '100.000' });
  await http.post(`/payments/${id}/refund/`, { amount: '40.000', reason: 'came back' });
  const explained = await explain(id);
  expect(story(explained)).toEqual([
    [
      1,
      'command',
      'The payment of 150.000 KWD for the order was created with sandbox, and its authorize was asked for.',
    ],
    [2, 'outcome', 'The authorize of 150.000 KWD succeeded, by the reference ….'],
    [3, 'command', 'The capture of 100.000 KWD was asked for.'],
    [4, 'outcome', 'The capture of 100.000 KWD succeeded, by the reference ….'],
    [5, 'command', 'The refund of 40.000 KWD was asked for: came back.'],
    [
      6,
      'outcome',
      'The refund of 40.000 KWD was declined: The refund was declined. (refund_declined).',
    ],
  ]);
  expect(explained.timeline[0]?.by).toMatch(/^key_[0-9a-f]{32}$/);
  expect(explained.timeline[1]?.by).toBe('provider:sandbox');
  expect(explained.payment).toEqual(JSON.parse((await http.get(`/payments/${id}/`)).text));
  expect(explained.actions).toEqual([
    {
      action: 'capture',
      allowed: false,
      up_to: null,
      obstacle: expect.objectContaining({ code: 'not_capturable' }),
    },
    {
      action: 'cancel',
      allowed: false,
      up_to: null,
      obstacle: expect.objectContaining({ code: 'not_cancellable' }),
    },
    { action: 'refund', allowed: true, up_to: '100.000', obstacle: null },
    {
      action: 'resolve',
      allowed: false,
      up_to: null,
      obstacle: expect.objectContaining({ code: 'no_discrepancy' }),
    },
  ]);
});

it('an open operation: how often it was asked for, and when it is again', async () => {
  const { id } = await create(http, { payment_method: 'pm_unknown' });
  const explained = await explain(id);
  expect(story(explained).at(-1)).toEqual([
    null,
    'waiting',
    expect.stringMatching(
      /^The outcome of the charge is not known yet. Asked (once|\d+ times); the next is at then.$/,
    ),
  ]);
  const cancel = explained.actions.find(({ action }) => action === 'cancel');
  expect(cancel?.obstacle?.code).toBe('outcome_unknown');
});

it.each([
  ['the payer', {}, 'pm_requires_action', /^The payer must act by then, else/],
  ['its capture', { capture: 'manual' }, 'pm_approved', /^The hold runs out at then: then/],
])('waiting for %s: until when', async (_, fields, payment_method, what) => {
  const { id } = await create(http, { ...fields, payment_method });
  const [version, kind, sentence] = story(await explain(id)).at(-1) ?? [];
  expect([version, kind]).toEqual([null, 'waiting']);
  expect(sentence).toMatch(what);
});

it('reports of the provider: when they came, and what became of them', async () => {
  const { id } = await create(http);
  const about = await aboutOf(florin.db, id, 'charge');
  const late = await send(http, succeeded(about), { id: 'late-1' });
  const wrong = await send(http, succeeded({ ...about, amount: '1.00' }), { id: 'wrong-1' });
  expect([late.status, wrong.status]).toEqual([200, 200]);
  const told = story(await explain(id)).filter(([, kind]) => kind === 'report');
  expect(told).toEqual([
    [
      null,
      'report',
      'The report late-1 came in, of then: charge succeeded. It was applied; where it said nothing new it changed nothing.',
    ],
    [
      null,
      'report',
      expect.stringMatching(/^The report wrong-1 came in, .*It could not be applied: /),
    ],
  ]);
});

it('reported by hand: who did, and that nobody was asked', async () => {
  const { id } = await create(http, { provider: 'manual' });
  await http.patch(`/payments/${id}/`, { status: 'SUCCESS' });
  const explained = await explain(id);
  expect(story(explained)).toEqual([
    [
      1,
      'command',
      'The payment of 150.00 USD for the order was created with manual, to be reported by hand.',
    ],
    [2, 'command', 'The charge of 150.00 USD succeeded.'],
  ]);
  expect(explained.actions.map(({ action }) => action)).toEqual([
    'capture',
    'cancel',
    'refund',
    'report',
    'resolve',
  ]);
});

it('an order that another payment holds: which, and what would make it so', async () => {
  const order_id = fresh('order');
  const first = await create(http, { order_id, provider: 'manual' });
  const second = await create(http, { order_id, provider: 'manual' });
  await http.patch(`/payments/${first.id}/`, { status: 'SUCCESS' });
  const { actions } = await explain(second.id);
  expect(actions.find(({ action }) => action === 'report')?.obstacle).toEqual({
    code: 'order_already_paid',
    why: expect.stringContaining(first.id),
    remedy: "Refund or cancel the order's other payment first.",
  });
});

it('nothing is done by asking', async () => {
  const { id, version } = await create(http, { capture: 'manual' });
  await explain(id);
  const after = await http.get(`/payments/${id}/`);
  expect(after.payment).toMatchObject({ status: 'AUTHORIZED', version });
  const { sql } = florin.db.owner;
  const found =
    await sql`select kind from operations where payment_id = ${uuidOf(`pay_${id.slice(4)}`)}`;
  expect([...found]).toEqual([{ kind: 'authorize' }]);
});

it.each(['pay_nobody', `pay_${'0'.repeat(32)}`])('%s: 404', async (id) => {
  const { refusal } = await http.get(`/payments/${id}/explain/`);
  expect(refusal).toEqual([404, 'payment_not_found']);
});
