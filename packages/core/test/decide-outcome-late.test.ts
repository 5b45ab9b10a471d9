/** What a provider says again, late, or without saying anything. */
import { describe, expect, test } from 'vitest';
import type { Payment, ProviderOutcome, State } from '../src/index.ts';
import {
  apply,
  declined,
  failure,
  given,
  manualIn,
  now,
  operation,
  otherPaymentId,
  paymentIn,
  requiresAction,
  run,
  succeeded,
  told,
  unknown,
} from './given.ts';

const pending = paymentIn('PENDING');
const waiting = paymentIn('REQUIRES_ACTION');
const authorized = paymentIn('AUTHORIZED');
const success = paymentIn('SUCCESS');
const reserved = paymentIn('SUCCESS', { refundPending: 4_000n });
const failed = paymentIn('FAILED');

describe('what says nothing new changes nothing', () => {
  const stale = given(waiting, operation('charge', 'requires_action'));
  type Row = readonly [string, State, ProviderOutcome];
  const rows: readonly Row[] = [
    ['unknown, of an open charge', given(pending, operation('charge')), unknown],
    ['unknown, of a waiting charge', stale, unknown],
    ['unknown, after success', given(success, operation('charge', 'succeeded')), unknown],
    ['unknown, after a decline', given(failed, operation('charge', 'declined')), unknown],
    ['unknown, of an open refund', given(reserved, operation('refund')), unknown],
    ['the same success', given(success, operation('charge', 'succeeded')), succeeded],
    ['the same decline', given(failed, operation('charge', 'declined')), declined],
    ['the same required action', stale, requiresAction],
    [
      'the same success of a void',
      given(paymentIn('CANCELLED'), operation('void', 'succeeded')),
      succeeded,
    ],
    ['the same decline of a refund', given(success, operation('refund', 'declined')), declined],
    [
      'a stale required action, after success',
      given(success, operation('charge', 'succeeded')),
      requiresAction,
    ],
    [
      'a stale required action, after a decline',
      given(failed, operation('authorize', 'declined')),
      requiresAction,
    ],
    [
      'a stale required action, of an authorization that is captured',
      given(success, operation('authorize', 'succeeded')),
      requiresAction,
    ],
    [
      'a required action of a capture: there is none',
      given(authorized, operation('capture')),
      requiresAction,
    ],
    ['a required action of a refund', given(reserved, operation('refund')), requiresAction],
    ['a required action of a void', given(waiting, operation('void')), requiresAction],
    [
      'the same success, of what was reported by hand',
      given(manualIn('SUCCESS'), operation('charge', 'succeeded')),
      succeeded,
    ],
  ];
  test.each(rows)('%s', (_, state, outcome) => {
    const { payment } = state;
    expect(run(state, told(outcome))).toStrictEqual({ kind: 'unchanged', payment, keyUse: null });
  });

  test('the same success with another reference', () => {
    const state = given(success, operation('charge', 'succeeded'));
    const again = told({ outcome: 'succeeded', reference: 'ref_other' });
    expect(run(state, again).kind).toBe('unchanged');
  });
});

describe('a void that comes late', () => {
  const refused = { code: 'void_too_late', message: 'There is nothing to void.' };
  const tooLate: ProviderOutcome = { outcome: 'declined', failure: refused };
  const other = paymentIn('FAILED', { failure: { code: 'expired', message: 'Too late.' } });
  type Row = readonly [string, Payment, ProviderOutcome];
  const rows: readonly Row[] = [
    ['success of a FAILED payment', other, succeeded],
    ['decline of a FAILED payment', other, tooLate],
    ['success of a CANCELLED payment', paymentIn('CANCELLED'), succeeded],
    ['decline of a CANCELLED payment', paymentIn('CANCELLED'), tooLate],
    ['decline of a SUCCESS payment', success, tooLate],
    ['decline of a REFUNDED payment', paymentIn('REFUNDED'), tooLate],
  ];
  // Only the operation is closed: why the charge failed, above all, stays as it was.
  test.each(rows)('%s: harmless', (_, before, outcome) => {
    const decision = apply(given(before, operation('void')), told(outcome));
    expect(decision.payment).toStrictEqual({ ...before, version: 4, updatedAt: now });
    expect(decision.operation).toMatchObject({ status: outcome.outcome, closedAt: now });
    expect(decision.event.type).toBe(`void.${outcome.outcome}`);
    expect(decision.postings).toStrictEqual([]);
    expect(decision.answersKey).toBe('asked-1');
  });

  test('a charge declined after its void: CANCELLED stays, without a failure', () => {
    const before = paymentIn('CANCELLED');
    const state = given(before, operation('charge', 'requires_action'));
    const decision = apply(state, told(declined));
    expect(decision.payment).toStrictEqual({ ...before, version: 4, updatedAt: now });
    expect(decision.operation).toMatchObject({ status: 'declined', failure });
    expect(decision.event.type).toBe('charge.declined');
  });

  test('another payment of the order makes no difference to a fact', () => {
    const holder = { paymentId: otherPaymentId, paid: true };
    const state = { ...given(waiting, operation('charge', 'requires_action')), holder };
    expect(apply(state, told(succeeded)).payment.status).toBe('SUCCESS');
  });
});
