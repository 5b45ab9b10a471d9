/** An outcome changes what it is about: what is open, settled or due beside it stays as it is. */
import { describe, expect, test } from 'vitest';
import type { Operation, Payment, ProviderOutcome } from '../src/index.ts';
import { apply, declined, given, now, operation, paymentIn, succeeded, told } from './given.ts';

const id = (digit: string) => `op_${digit.repeat(32)}` as const;
const stands = { suspense: 'merchant_payable' } as const;
const undone = { suspense: 'provider_receivable' } as const;
const voided = operation('void', 'succeeded', { id: id('d') });
const charge = (changes: Partial<Operation> = {}) =>
  operation('charge', 'succeeded', { id: id('a'), ...changes });
const refunding = operation('refund', 'open', { amount: 4_000n });
const reserved = paymentIn('SUCCESS', { refundPending: 4_000n });

describe('what an operator has settled is looked at again', () => {
  type Row = readonly [string, readonly Operation[], ProviderOutcome, boolean];
  const rows: readonly Row[] = [
    ['a refund of what was made undone', [charge(undone), voided, refunding], succeeded, true],
    ['not if it is declined', [charge(undone), voided, refunding], declined, false],
    ['nor a refund of what stands', [charge(stands), voided, refunding], succeeded, false],
  ];
  test.each(rows)('%s', (_, operations, outcome, discrepancy) => {
    const { payment } = apply(given(reserved, ...operations), told(outcome));
    expect(payment.discrepancy).toBe(discrepancy);
  });

  test('not by a capture of something else', () => {
    const found = charge({ contradiction: 'declined', ...undone });
    const state = given(paymentIn('AUTHORIZED'), found, operation('capture'));
    expect(apply(state, told(succeeded)).payment.discrepancy).toBe(false);
  });

  test('not if a void of it is declined', () => {
    const state = given(
      paymentIn('SUCCESS'),
      charge(stands),
      voided,
      operation('void', 'open', { id: id('e') }),
    );
    const { payment } = apply(state, told(declined, { operationId: id('e') }));
    expect(payment.discrepancy).toBe(false);
  });
});

test('what an earlier version left in doubt goes into suspense, and with it comes the flag', () => {
  // It flagged a contradiction, but moved nothing; the flag was taken away since.
  const doubtful = charge({ contradiction: 'declined' });
  const state = given(reserved, doubtful, refunding);
  for (const outcome of [succeeded, declined]) {
    const { payment, otherOperations, postings } = apply(state, told(outcome));
    expect(payment.discrepancy).toBe(true);
    expect(otherOperations).toStrictEqual([{ ...doubtful, suspense: 'suspense' }]);
    expect(postings).toContainEqual(
      expect.objectContaining({ operationId: doubtful.id, line: 2, amount: 15_000n }),
    );
  }
});

test('the outcome of a refund closes the refund alone: a void stays open', () => {
  const state = given(reserved, charge(), operation('void', 'open', { id: id('e') }), refunding);
  for (const outcome of [succeeded, declined]) {
    expect(apply(state, told(outcome)).payment.openOperation).toBe('void');
  }
});

describe('a payment expires when it did before', () => {
  const due: Partial<Payment> = { expiresAt: now + 60_000 };
  type Row = readonly [string, Payment, Operation];
  const rows: readonly Row[] = [
    ['AUTHORIZED: a refund', paymentIn('AUTHORIZED', due), refunding],
    ['REQUIRES_ACTION: a capture', paymentIn('REQUIRES_ACTION', due), operation('capture')],
  ];
  test.each(rows)('%s, that should not be possible', (_, payment, asked) => {
    const decision = apply(given(payment, asked), told(succeeded));
    expect(decision.payment).toMatchObject({ ...due, discrepancy: true });
  });
});

test('a collection that was declined decides when a void is declined, and nothing else is', () => {
  const state = given(
    paymentIn('REQUIRES_ACTION'),
    operation('charge', 'declined', { id: id('a') }),
    operation('capture'),
  );
  expect(apply(state, told(declined)).payment.status).toBe('REQUIRES_ACTION');
});

test('a void that is declined: why the collection was, wherever in the list it stands', () => {
  const other = operation('void', 'declined', { id: id('d'), failure: null });
  const failure = { code: 'expired_card', message: 'The card has expired.' };
  const state = given(
    paymentIn('REQUIRES_ACTION'),
    other,
    operation('charge', 'declined', { id: id('a'), failure }),
    operation('void', 'open'),
  );
  expect(apply(state, told(declined)).payment).toMatchObject({ status: 'FAILED', failure });
});
