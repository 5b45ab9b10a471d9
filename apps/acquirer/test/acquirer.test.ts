/** What it decides, as rows: what stands in the record, what is asked, what it says. */
import { operationKinds } from '@florin/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountAfter, decide, emptyAccount, type Fate, settle } from '../src/acquirer.ts';
import type { Asked, Movement } from '../src/wire.ts';
import { another, askedFor } from './given.ts';

const base = askedFor();
const at = '2026-11-23T09:30:00.000Z';
const payerUrl = 'http://127.0.0.1/payers/pay_1';

/** Such as `charge 100` or `refund 40 declined`; a step that waits can be `approved` afterwards. */
function play(steps: readonly string[]) {
  let account = emptyAccount;
  const movements: Movement[] = [];
  for (const step of steps) {
    const [kind, amount = '100', fate = 'approved'] = step.split(' ');
    const waiting = movements.find(({ id }) => id === account.waiting);
    const said =
      kind === 'payer' && waiting
        ? { ...waiting, ...settle(waiting.id, amount as 'approved') }
        : asked(another(base, kind as Asked['kind'], amount), fate as Fate);
    account = accountAfter(account, said);
    movements.push(said);
  }
  function asked(one: Asked, fate: Fate): Movement {
    return { ...one, ...decide(one, account, fate, payerUrl), at };
  }
  return { account, said: movements.at(-1) };
}

describe('an operation that nothing stands in the way of', () => {
  it.each<[Asked['kind'], readonly string[]]>([
    ['charge', []],
    ['authorize', []],
    ['capture', ['authorize']],
    ['void', ['authorize']],
    ['void', ['charge 100 requires_action']],
    ['refund', ['charge']],
    ['refund', ['authorize', 'capture']],
  ])('%s after %j: as chance has it', (kind, before) => {
    expect(play([...before, kind]).said).toMatchObject({
      outcome: 'succeeded',
      reference: expect.stringMatching(/^acq_[0-9a-f]{32}$/),
    });
    expect(play([...before, `${kind} 100 declined`]).said).toMatchObject({
      outcome: 'declined',
      failure: { code: 'card_declined' },
    });
  });

  it.each(['charge', 'authorize'])(
    '%s: the payer may have to act, and then it is settled',
    (kind) => {
      const waiting = `${kind} 100 requires_action`;
      expect(play([waiting]).said).toMatchObject({
        outcome: 'requires_action',
        next_action: { type: 'redirect', url: payerUrl },
      });
      expect(play([waiting, 'payer approved']).said).toMatchObject({ outcome: 'succeeded' });
      expect(play([waiting, 'payer declined']).said).toMatchObject({
        outcome: 'declined',
        failure: { code: 'payer_declined' },
      });
    },
  );
});

describe('what it refuses, whatever chance says', () => {
  it.each<[string, readonly string[], string]>([
    ['capture 1', [], 'capture_exceeds_authorized'],
    ['capture 101', ['authorize 100'], 'capture_exceeds_authorized'],
    ['capture 100', ['authorize 100 declined'], 'capture_exceeds_authorized'],
    ['capture 100', ['authorize 100 requires_action'], 'capture_exceeds_authorized'],
    ['capture 1', ['authorize 100', 'void 100'], 'capture_exceeds_authorized'],
    ['capture 1', ['authorize 100', 'capture 60'], 'capture_exceeds_authorized'],
    ['refund 1', [], 'refund_exceeds_captured'],
    ['refund 1', ['authorize 100'], 'refund_exceeds_captured'],
    ['refund 101', ['charge 100'], 'refund_exceeds_captured'],
    ['refund 61', ['charge 100', 'refund 40'], 'refund_exceeds_captured'],
    ['refund 61', ['authorize 100', 'capture 60'], 'refund_exceeds_captured'],
    ['void 100', ['charge 100'], 'already_captured'],
    ['void 100', ['authorize 100', 'capture 1'], 'already_captured'],
    ['void 100', ['charge 100 requires_action', 'payer approved'], 'already_captured'],
    ['void 100', [], 'nothing_to_void'],
    ['void 100', ['authorize 100', 'void 100'], 'nothing_to_void'],
    ['void 100', ['charge 100 requires_action', 'payer declined'], 'nothing_to_void'],
  ])('%s after %j: %s', (step, before, code) => {
    for (const fate of ['approved', 'declined', 'requires_action']) {
      expect(play([...before, `${step} ${fate}`]).said).toMatchObject({
        outcome: 'declined',
        failure: { code },
      });
    }
  });

  it('gives back what a declined refund did not move', () => {
    const steps = ['charge 100', 'refund 60 declined', 'refund 100'];
    expect(play(steps)).toMatchObject({
      account: { captured: 100n, refunded: 100n },
      said: { outcome: 'succeeded' },
    });
  });
});

it('two charges of one payment are two: it looks after its own money, not after Florin', () => {
  expect(play(['charge 100', 'charge 100'])).toMatchObject({
    account: { captured: 200n },
    said: { outcome: 'succeeded' },
  });
});

it('never gives back more than it took, nor takes more than was authorized', () => {
  const step = fc
    .tuple(
      fc.constantFrom(...operationKinds),
      fc.integer({ min: 1, max: 100 }),
      fc.constantFrom('approved', 'declined', 'requires_action'),
    )
    .map((parts) => parts.join(' '));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const { held, captured, refunded } = play(steps).account;
      const authorized = steps
        .filter((one) => /^(charge|authorize) \d+ approved/.test(one))
        .reduce((sum, one) => sum + BigInt(one.split(' ')[1] ?? '0'), 0n);
      expect(held >= 0n && refunded >= 0n).toBe(true);
      expect(refunded <= captured && captured + held <= authorized).toBe(true);
    }),
  );
});
