/** What it reports by itself, as Florin's own reader takes it. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FaultChange } from '../src/faults.ts';
import { another, askedFor, freshFile, startAcquirer, type TestAcquirer } from './given.ts';
import { type Receiver, startReceiver } from './receiver.ts';

let receiver: Receiver;
let acquirer: TestAcquirer;
beforeAll(async () => {
  receiver = await startReceiver();
  acquirer = await startAcquirer({ reportTo: [receiver.url] });
});
beforeEach(async () => {
  receiver.ms = 0;
  await acquirer.misbehave({});
});
afterAll(async () => {
  await acquirer[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});

/** What came of these operations, in that order. */
const cameOf = (...all: readonly { readonly id: string }[]) =>
  receiver.received.filter(({ operationId }) => all.some(({ id }) => id === operationId));

describe('what a report says', () => {
  it.each<[FaultChange, object]>([
    [{}, { outcome: 'succeeded', reference: expect.stringMatching(/^acq_/) }],
    [{ declined: 1 }, { outcome: 'declined', failure: { code: 'card_declined' } }],
    [{ requires_action: 1 }, { outcome: 'requires_action', nextAction: { type: 'redirect' } }],
  ])('%j: %j, rightly signed', async (faults, outcome) => {
    await acquirer.misbehave({ ...faults, reported_before: 1 });
    const asked = askedFor({ amount: '15050' });
    const { at } = await acquirer.moved(asked);
    expect(cameOf(asked)).toMatchObject([
      {
        id: expect.stringMatching(/^rep_/),
        merchantId: asked.merchant_id,
        amount: 15_050n,
        currency: 'USD',
        occurredAt: Date.parse(at),
        outcome,
      },
    ]);
  });

  it.each([
    ['1', 'JPY', 1n],
    ['1', 'KWD', 1n],
    ['99999999999999', 'USD', 99_999_999_999_999n],
  ] as const)('%s minor units of %s', async (amount, currency, expected) => {
    await acquirer.misbehave({ reported_before: 1 });
    const asked = askedFor({ amount, currency });
    await acquirer.moved(asked);
    expect(cameOf(asked)).toMatchObject([{ amount: expected, currency }]);
  });
});

describe('when it comes', () => {
  it('not at all, unless a fault has it so', async () => {
    const asked = askedFor();
    await acquirer.moved(asked);
    expect((await acquirer.movements()).at(-1)).toMatchObject({ id: asked.id, reports: null });
  });

  it('before the answer', async () => {
    receiver.ms = 150;
    await acquirer.misbehave({ reported_before: 1 });
    const asked = askedFor();
    await acquirer.moved(asked);
    expect(receiver.answered).toContain(asked.id);
  });

  it('late', async () => {
    await acquirer.misbehave({ reported_late: 1, late_ms: 200 });
    const asked = askedFor();
    const { at } = await acquirer.moved(asked);
    expect(cameOf(asked)).toEqual([]);
    await expect.poll(() => cameOf(asked)).toHaveLength(1);
    expect(Date.now() - Date.parse(at)).toBeGreaterThanOrEqual(200);
  });

  it('out of order: what came later is told first', async () => {
    await acquirer.misbehave({ reported_out_of_order: 1, late_ms: 60_000 });
    const authorize = askedFor({ kind: 'authorize' });
    await acquirer.moved(authorize);
    await acquirer.misbehave({});
    const capture = another(authorize, 'capture', '100');
    await acquirer.moved(capture);
    const kinds = () => cameOf(authorize, capture).map(({ operationId }) => operationId);
    await expect.poll(kinds).toEqual([capture.id, authorize.id]);
  });

  it('out of order with nothing after it: once it is late', async () => {
    await acquirer.misbehave({ reported_out_of_order: 1, late_ms: 50 });
    const asked = askedFor();
    await acquirer.moved(asked);
    await expect.poll(() => cameOf(asked)).toHaveLength(1);
  });

  it('repeatedly: two at once that are the same, and one under another id', async () => {
    await acquirer.misbehave({ reported_repeatedly: 1 });
    const asked = askedFor();
    await acquirer.moved(asked);
    await expect.poll(() => cameOf(asked)).toHaveLength(3);
    const ids = cameOf(asked).map(({ id }) => id);
    expect(ids).toEqual([ids[0], ids[0], `${ids[0]}_again`]);
    expect(new Set(cameOf(asked).map(({ body }) => body)).size).toBe(1);
  });

  it('whenever the payer acts, also where what waits for them is told afterwards', async () => {
    await acquirer.misbehave({ requires_action: 1, reported_out_of_order: 1, late_ms: 60_000 });
    const asked = askedFor();
    await acquirer.moved(asked);
    await acquirer.misbehave({});
    await acquirer.act(asked.payment_id, 'approved');
    const outcomes = () => cameOf(asked).map(({ outcome }) => outcome.outcome);
    await expect.poll(outcomes).toEqual(['succeeded', 'requires_action']);
    await acquirer.act(asked.payment_id, 'approved');
    expect(outcomes()).toHaveLength(2);
  });

  it('again, the same, until it is acknowledged', async () => {
    receiver.next.push(500, 'drop', 401, 503);
    await acquirer.misbehave({ reported_late: 1, late_ms: 0 });
    const asked = askedFor();
    await acquirer.moved(asked);
    await expect.poll(() => cameOf(asked)).toHaveLength(5);
    await expect.poll(() => acquirer.reports()).toMatchObject([200, { waiting: 0 }]);
    expect(new Set(cameOf(asked).map(({ id, body }) => `${id} ${body}`)).size).toBe(1);
    expect(acquirer.warned).toEqual([expect.stringContaining(': 401 ')]);
  });

  it('not while the acquirer is down', async () => {
    await acquirer.reports([]);
    await acquirer.misbehave({ reported_late: 1, late_ms: 0 });
    const asked = askedFor();
    await acquirer.moved(asked);
    await acquirer.misbehave({ down: 1, down_ms: 600 });
    const downAt = Date.now();
    expect(await acquirer.ask(askedFor())).toBe('lost');
    await acquirer.reports([receiver.url]);
    await expect.poll(() => cameOf(asked)).toHaveLength(1);
    expect(Date.now() - downAt).toBeGreaterThanOrEqual(600);
  });
});

describe('where nobody takes them', () => {
  it('they wait, through restarts, and are not sent twice once they are acknowledged', async () => {
    const record = freshFile();
    const [late, prompt] = [askedFor(), askedFor()];
    {
      await using nowhere = await startAcquirer({ record, faults: { reported_before: 1 } });
      await nowhere.moved(prompt);
      await nowhere.misbehave({ reported_late: 1, requires_action: 1 });
      await nowhere.moved(late);
      await nowhere.act(late.payment_id, 'approved');
      expect(await nowhere.reports()).toMatchObject([200, { waiting: 3, applied: 0 }]);
    }
    const outcomes = () => cameOf(late, prompt).map(({ outcome }) => outcome.outcome);
    {
      await using again = await startAcquirer({ record, reportTo: ['http://127.0.0.1:1'] });
      await expect.poll(() => again.reports([receiver.url])).toMatchObject([200, { waiting: 0 }]);
      expect(outcomes().sort()).toEqual(['requires_action', 'succeeded', 'succeeded']);
    }
    await using last = await startAcquirer({ record, reportTo: [receiver.url] });
    expect(await last.reports()).toMatchObject([200, { waiting: 0 }]);
    expect(outcomes()).toHaveLength(3);
  });

  it('the next Florin is tried', async () => {
    await using two = await startAcquirer({
      reportTo: ['http://127.0.0.1:1', receiver.url],
      faults: { reported_before: 1 },
    });
    const asked = askedFor();
    await two.moved(asked);
    expect(cameOf(asked)).toHaveLength(1);
  });

  it('without a secret nothing is reported', async () => {
    const faults = { reported_before: 1, requires_action: 1 };
    await using mute = await startAcquirer({ secret: undefined, faults });
    const asked = askedFor();
    await mute.moved(asked);
    await mute.act(asked.payment_id, 'approved');
    expect(await mute.reports([receiver.url])).toMatchObject([200, { waiting: 0 }]);
  });
});
