/** POST /operations and what is asked about it, without any fault. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { another, askedFor, freshId, startAcquirer, type TestAcquirer } from './given.ts';

let acquirer: TestAcquirer;
beforeAll(async () => {
  acquirer = await startAcquirer();
});
afterAll(() => acquirer[Symbol.asyncDispose]());

const recordOf = async (payment: string) =>
  (await acquirer.movements()).filter(({ payment_id }) => payment_id === payment);

describe('one id, one movement', () => {
  it('asked again, one after the other, it answers what it answered', async () => {
    const asked = askedFor();
    const first = await acquirer.ask(asked);
    expect(first).toEqual([
      201,
      {
        ...asked,
        outcome: 'succeeded',
        reference: `acq_${asked.id.slice('op_'.length)}`,
        at: expect.stringMatching(/Z$/),
      },
    ]);
    expect(await acquirer.ask(asked)).toEqual([200, first[1]]);
    expect(await acquirer.find(asked.id)).toEqual([200, first[1]]);
    expect(await recordOf(asked.payment_id)).toEqual([
      { type: 'movement', reports: null, ...(first[1] as object) },
    ]);
  });

  it('asked 20 times at once it moves once', async () => {
    const asked = askedFor();
    const answers = await Promise.all(Array.from({ length: 20 }, () => acquirer.ask(asked)));
    expect(answers.filter(([status]) => status === 201)).toHaveLength(1);
    expect(new Set(answers.map(([, said]) => JSON.stringify(said))).size).toBe(1);
    expect(await recordOf(asked.payment_id)).toHaveLength(1);
  });

  it.each([
    ['amount', { amount: '15001' }],
    ['kind', { kind: 'authorize' }],
    ['currency', { currency: 'EUR' }],
    ['order_id', { order_id: 'another' }],
    ['payment_id', { payment_id: freshId('payment') }],
    ['merchant_id', { merchant_id: freshId('merchant') }],
    ['kind, amount', { kind: 'refund', amount: '1' }],
  ])('used with another %s it is refused, and that is on record', async (fields, other) => {
    const asked = askedFor();
    await acquirer.moved(asked);
    const second = { ...asked, ...other };
    expect(await acquirer.ask(second)).toEqual([
      409,
      { error: 'id_reused', message: expect.stringMatching(`differs in ${fields}\\.$`) },
    ]);
    expect(await recordOf(asked.payment_id)).toHaveLength(1);
    const conflicts = (await acquirer.record()).filter((line) => line.type === 'conflict');
    expect(conflicts.map(({ asked: it }) => it)).toContainEqual(second);
  });

  it('nothing is known of an id that was never asked for', async () => {
    const id = freshId('operation');
    expect(await acquirer.find(id)).toEqual([
      404,
      { error: 'not_found', message: expect.any(String), id },
    ]);
  });
});

describe('amounts of one payment', () => {
  it('refunds at once: not more than was captured', async () => {
    const charge = askedFor({ amount: '100' });
    await acquirer.moved(charge);
    const said = await Promise.all(
      Array.from({ length: 5 }, () => acquirer.moved(another(charge, 'refund', '30'))),
    );
    expect(said.filter(({ outcome }) => outcome === 'succeeded')).toHaveLength(3);
    const refused = said.filter(({ outcome }) => outcome === 'declined');
    expect(refused).toMatchObject(Array(2).fill({ failure: { code: 'refund_exceeds_captured' } }));
  });

  it('a decline is for ever, also once it would not be one any more', async () => {
    const authorize = askedFor({ kind: 'authorize' });
    const early = another(authorize, 'capture', '15000');
    expect(await acquirer.moved(early)).toMatchObject({ outcome: 'declined' });
    await acquirer.moved(authorize);
    expect(await acquirer.moved(early)).toMatchObject({ outcome: 'declined' });
    expect(await acquirer.moved(another(early, 'capture', '15000'))).toMatchObject({
      outcome: 'succeeded',
    });
  });
});

describe('the payer', () => {
  it.each([
    ['approved', 'succeeded', 'declined'],
    ['declined', 'declined', 'approved'],
  ])('%s: the movement is %s, and stays so', async (act, outcome, other) => {
    await acquirer.misbehave({ requires_action: 1 });
    const asked = askedFor();
    const url = `${acquirer.url}/payers/${asked.payment_id}`;
    expect(await acquirer.moved(asked)).toMatchObject({
      outcome: 'requires_action',
      next_action: { type: 'redirect', url },
    });
    const acted = await acquirer.act(asked.payment_id, act);
    expect(acted).toMatchObject([200, { ...asked, outcome }]);
    expect(acted[1]).not.toHaveProperty('next_action');
    expect(await acquirer.act(asked.payment_id, act)).toEqual(acted);
    expect(await acquirer.act(asked.payment_id, other)).toMatchObject([
      409,
      { error: 'nothing_waits' },
    ]);
    expect(await acquirer.find(asked.id)).toEqual(acted);
    expect(await acquirer.ask(asked)).toEqual(acted);
    expect(await recordOf(asked.payment_id)).toMatchObject([{ id: asked.id, outcome }]);
  });

  it('has nothing to act on where it was voided, never waited, or is not known', async () => {
    const [waiting, charged] = [askedFor(), askedFor()];
    await acquirer.misbehave({ requires_action: 1 });
    await acquirer.moved(waiting);
    await acquirer.misbehave({});
    await acquirer.moved(another(waiting, 'void', '15000'));
    await acquirer.moved(charged);
    expect(await acquirer.act(waiting.payment_id, 'approved')).toMatchObject([409, {}]);
    expect(await acquirer.act(charged.payment_id, 'approved')).toMatchObject([409, {}]);
    expect(await acquirer.act(freshId('payment'), 'approved')).toMatchObject([404, {}]);
    expect(await acquirer.find(waiting.id)).toMatchObject([200, { outcome: 'requires_action' }]);
  });
});

describe('what it cannot read is refused, and not on record', () => {
  it.each([
    ['amount', { amount: 150 }],
    ['amount', { amount: '150.00' }],
    ['amount', { amount: '0' }],
    ['amount', { amount: '-1' }],
    ['currency', { currency: 'usd' }],
    ['kind', { kind: 'cancel' }],
    ['id', { id: 'op_1' }],
    ['order_id', { order_id: undefined }],
    ['more', { more: 1 }],
  ])('%s: %j', async (field, wrong) => {
    const asked = { ...askedFor(), ...wrong };
    expect(await acquirer.ask(asked)).toEqual([
      400,
      { error: 'invalid_request', message: expect.stringContaining(field) },
    ]);
    expect(await recordOf(asked.payment_id)).toEqual([]);
  });

  it.each([{ slow: 2 }, { slow: -0.1 }, { unknown: 1 }, { slow_ms: 0.5 }])(
    'faults that are none: %j',
    async (faults) => {
      expect(await acquirer.misbehave(faults)).toMatchObject([400, { error: 'invalid_request' }]);
    },
  );
});
