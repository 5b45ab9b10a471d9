/** A payer who never acts, and a hold that nobody captures, are voided when their time is over. */
import { describe, expect, test } from 'vitest';
import type { Operation, Payment, ProviderOutcome, State, Status } from '../src/index.ts';
import {
  apply,
  declined,
  expire,
  failure,
  given,
  ids,
  lease,
  manualIn,
  merchantId,
  nextAction,
  now,
  operation,
  paymentId,
  paymentIn,
  requiresAction,
  run,
  succeeded,
  told,
} from './given.ts';
import { refusedRows } from './refused.ts';

const day = 24 * 60 * 60_000;
const due = { expiresAt: now };
const waiting = paymentIn('REQUIRES_ACTION', due);
const held = paymentIn('AUTHORIZED', due);
const waits = operation('charge', 'requires_action');
const holds = operation('authorize', 'succeeded');

describe('an expiry that is refused', () => {
  refusedRows([['no payment', given(null), expire(), 'payment_not_found', {}]]);
});

describe('what is not due, or can not be voided, is left alone', () => {
  const rows: readonly (readonly [string, State])[] = [
    ['a moment too soon', given({ ...waiting, expiresAt: now + 1 }, waits)],
    ['a hold, a moment too soon', given({ ...held, expiresAt: now + 1 }, holds)],
    ['it waits without an end', given({ ...waiting, expiresAt: null }, waits)],
    ['its void is open', given(waiting, waits, operation('void'))],
    ['its capture is open', given(held, holds, operation('capture'))],
    ['its charge is open', given(paymentIn('PENDING', due), operation('charge'))],
    ['it is flagged', given({ ...waiting, discrepancy: true }, waits)],
    ['its hold is flagged', given({ ...held, discrepancy: true }, holds)],
    ...(['SUCCESS', 'REFUNDED', 'FAILED', 'CANCELLED'] as const).map(
      (status) => [`it is ${status}`, given(paymentIn(status, due))] as const,
    ),
    ...(['PENDING', 'SUCCESS'] as const).map(
      (status) => [`by hand, ${status}: it never is due`, given(manualIn(status))] as const,
    ),
  ];
  test.each(rows)('%s', (_, state) => {
    const { payment } = state;
    expect(run(state, expire())).toStrictEqual({ kind: 'unchanged', payment, keyUse: null });
  });
});

describe('what is due is voided', () => {
  const rows: readonly (readonly [string, Payment, Operation])[] = [
    ['the payer never acted', waiting, waits],
    ['it was never captured', held, holds],
    ['it is long due', { ...waiting, expiresAt: 0 }, waits],
    ['less is held than was asked for', { ...held, authorized: 9_000n }, holds],
  ];
  test.each(rows)('%s', (_, before, collection) => {
    const declinedOnce = operation('void', 'declined');
    // A provider may decline it: then it is tried again, a day later.
    const changes = { openOperation: 'void', expiresAt: now + day } as const;
    const payment: Payment = { ...before, ...changes, version: 4, updatedAt: now };
    expect(apply(given(before, collection, declinedOnce), expire())).toStrictEqual({
      kind: 'applied',
      payment,
      operation: operation('void', 'open', {
        id: ids.operationId,
        idempotencyKey: null,
        leaseUntil: now + lease,
        createdAt: now,
      }),
      otherOperations: [],
      postings: [],
      event: {
        merchantId,
        paymentId,
        version: 4,
        id: ids.eventId,
        type: 'void.opened',
        actor: 'worker:expire',
        operationId: ids.operationId,
        reason: null,
        payment,
        createdAt: now,
      },
      keyUse: null,
      answersKey: null,
    });
  });

  test('again, when the time after a declined void is over, and not before', () => {
    const first = apply(given(waiting, waits), expire());
    const opened = first.operation;
    if (!opened) throw new Error('no void');
    const answer = told(declined, { operationId: opened.id });
    const { payment } = apply(given(first.payment, waits, opened), answer);
    expect(payment).toMatchObject({ status: 'REQUIRES_ACTION', expiresAt: now + day });
    const state = given(payment, waits, operation('void', 'declined'));
    expect(run(state, expire(), now + day - 1).kind).toBe('unchanged');
    expect(apply(state, expire(), now + day).payment.expiresAt).toBe(now + 2 * day);
  });
});

describe('when it is due is what the provider says with the outcome', () => {
  const acts: ProviderOutcome = { outcome: 'requires_action', nextAction, expiresAt: now + 5 };
  const paid: ProviderOutcome = { outcome: 'succeeded', reference: null, expiresAt: now + 9 };
  const asked = { expiresAt: now + 1 };
  const waitsUntil = paymentIn('REQUIRES_ACTION', asked);
  const heldUntil = paymentIn('AUTHORIZED', asked);
  type Row = readonly [Payment, Operation, ProviderOutcome, Status, number | null];
  const rows: readonly Row[] = [
    // payment, operation, outcome, status, when it is due
    [paymentIn('PENDING'), operation('charge'), acts, 'REQUIRES_ACTION', now + 5],
    [paymentIn('PENDING'), operation('charge'), requiresAction, 'REQUIRES_ACTION', null],
    [paymentIn('PENDING'), operation('authorize'), acts, 'REQUIRES_ACTION', now + 5],
    [paymentIn('PENDING'), operation('authorize'), paid, 'AUTHORIZED', now + 9],
    [paymentIn('PENDING'), operation('authorize'), succeeded, 'AUTHORIZED', null],
    [paymentIn('PENDING'), operation('charge'), paid, 'SUCCESS', null],
    [paymentIn('PENDING'), operation('charge'), declined, 'FAILED', null],
    // A hold has its own time: the payer's is over.
    [waitsUntil, operation('authorize', 'requires_action'), paid, 'AUTHORIZED', now + 9],
    [waitsUntil, operation('authorize', 'requires_action'), succeeded, 'AUTHORIZED', null],
    [waitsUntil, operation('charge', 'requires_action'), paid, 'SUCCESS', null],
    [waitsUntil, operation('charge', 'requires_action'), declined, 'FAILED', null],
    [waitsUntil, operation('void'), paid, 'CANCELLED', null],
    [waitsUntil, operation('void'), declined, 'REQUIRES_ACTION', now + 1],
    [heldUntil, operation('void'), declined, 'AUTHORIZED', now + 1],
    [heldUntil, operation('void'), succeeded, 'CANCELLED', null],
    [heldUntil, operation('capture'), declined, 'AUTHORIZED', now + 1],
    [heldUntil, operation('capture'), paid, 'SUCCESS', null],
    [heldUntil, operation('authorize', 'succeeded'), declined, 'AUTHORIZED', now + 1],
    [paymentIn('CANCELLED'), operation('authorize', 'requires_action'), paid, 'CANCELLED', null],
  ];
  for (const [before, of, outcome, status, expiresAt] of rows) {
    const at = expiresAt === null ? 'never' : `${expiresAt - now} ms from now`;
    test(`${before.status}: ${of.kind} ${outcome.outcome}, ${status}, ${at}`, () => {
      const { payment } = apply(given(before, of), told(outcome));
      expect(payment).toMatchObject({ status, expiresAt });
    });
  }

  test('and not what is said again', () => {
    const state = given(waitsUntil, waits);
    expect(run(state, told(acts))).toMatchObject({ kind: 'unchanged', payment: asked });
  });

  test('nor what a declined charge leaves to its void', () => {
    const open = operation('void', 'open', { id: ids.operationId });
    const { payment } = apply(given(waitsUntil, waits, open), told(declined));
    expect(payment).toMatchObject({ status: 'REQUIRES_ACTION', failure: null, ...asked });
    const last = apply(
      given(payment, operation('charge', 'declined'), open),
      told(declined, { operationId: open.id }),
    );
    expect(last.payment).toMatchObject({ status: 'FAILED', failure, expiresAt: null });
  });
});
