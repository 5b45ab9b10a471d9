/** What a provider says first, and after the payer acted. */
import { describe, expect, test } from 'vitest';
import type { Operation, Payment, ProviderOutcome, Status } from '../src/index.ts';
import {
  apply,
  declined,
  failure,
  given,
  ids,
  merchantId,
  nextAction,
  now,
  operation,
  operationId,
  paymentId,
  paymentIn,
  requiresAction,
  succeeded,
  told,
} from './given.ts';
import { refusedRows } from './refused.ts';

const pending = paymentIn('PENDING');
const waiting = paymentIn('REQUIRES_ACTION');
const authorized = paymentIn('AUTHORIZED');
const reserved = paymentIn('SUCCESS', { refundPending: 4_000n });
const allReserved = paymentIn('SUCCESS', { refundPending: 15_000n });
const partReserved = paymentIn('SUCCESS', { captured: 4_000n, refundPending: 4_000n });
const leastReserved = paymentIn('SUCCESS', { captured: 1n, refundPending: 1n });
const lastReserved = paymentIn('SUCCESS', { refunded: 11_000n, refundPending: 4_000n });

describe('an outcome that is refused', () => {
  const other = told(succeeded, { operationId: `op_${'f'.repeat(32)}` });
  refusedRows([
    ['no payment', given(null), told(succeeded), 'payment_not_found', {}],
    ['no operation', given(pending), told(succeeded), 'operation_not_found', {}],
    ['another one', given(pending, operation('charge')), other, 'operation_not_found', {}],
  ]);
});

describe('the first outcome', () => {
  const whole = { authorized: 15_000n, captured: 15_000n };
  const byRef = { transactionId: 'ref_new' };
  const earned = ['provider_receivable', 'merchant_payable', 15_000n] as const;
  const part = { amount: 4_000n };
  const paidBack = ['merchant_payable', 'provider_receivable', 4_000n] as const;
  type Posted = readonly [string, string, bigint];
  type Row = readonly [
    Payment,
    Operation,
    ProviderOutcome,
    Status,
    Partial<Payment>,
    Posted | null,
  ];
  const rows: readonly Row[] = [
    // payment, operation, outcome, status, what else changes, what is posted
    [pending, operation('charge'), succeeded, 'SUCCESS', { ...whole, ...byRef }, earned],
    [pending, operation('charge'), declined, 'FAILED', { failure, holdsOrder: false }, null],
    [pending, operation('charge'), requiresAction, 'REQUIRES_ACTION', { nextAction }, null],
    [
      pending,
      operation('authorize'),
      succeeded,
      'AUTHORIZED',
      { authorized: 15_000n, ...byRef },
      null,
    ],
    [pending, operation('authorize'), declined, 'FAILED', { failure, holdsOrder: false }, null],
    [pending, operation('authorize'), requiresAction, 'REQUIRES_ACTION', { nextAction }, null],
    [authorized, operation('capture'), succeeded, 'SUCCESS', { captured: 15_000n }, earned],
    [
      authorized,
      operation('capture', 'open', part),
      succeeded,
      'SUCCESS',
      { captured: 4_000n },
      ['provider_receivable', 'merchant_payable', 4_000n],
    ],
    // One that adds to an earlier one, though no caller can ask for it.
    [
      paymentIn('AUTHORIZED', { captured: 5_000n }),
      operation('capture', 'open', part),
      succeeded,
      'SUCCESS',
      { captured: 9_000n },
      ['provider_receivable', 'merchant_payable', 4_000n],
    ],
    [authorized, operation('capture'), declined, 'AUTHORIZED', {}, null],
    [authorized, operation('void'), succeeded, 'CANCELLED', { holdsOrder: false }, null],
    [authorized, operation('void'), declined, 'AUTHORIZED', {}, null],
    [
      waiting,
      operation('void'),
      succeeded,
      'CANCELLED',
      { nextAction: null, holdsOrder: false },
      null,
    ],
    [waiting, operation('void'), declined, 'REQUIRES_ACTION', {}, null],
    [
      reserved,
      operation('refund', 'open', part),
      succeeded,
      'SUCCESS',
      { refunded: 4_000n, refundPending: 0n },
      paidBack,
    ],
    [reserved, operation('refund', 'open', part), declined, 'SUCCESS', { refundPending: 0n }, null],
    // The other open refund is not paid yet: SUCCESS stays.
    [
      allReserved,
      operation('refund', 'open', part),
      succeeded,
      'SUCCESS',
      { refunded: 4_000n, refundPending: 11_000n },
      paidBack,
    ],
    // All that was captured, though not all of the amount.
    [
      partReserved,
      operation('refund', 'open', part),
      succeeded,
      'REFUNDED',
      { refunded: 4_000n, refundPending: 0n, holdsOrder: false },
      paidBack,
    ],
    [
      leastReserved,
      operation('refund', 'open', { amount: 1n }),
      succeeded,
      'REFUNDED',
      { refunded: 1n, refundPending: 0n, holdsOrder: false },
      ['merchant_payable', 'provider_receivable', 1n],
    ],
    [
      lastReserved,
      operation('refund', 'open', part),
      succeeded,
      'REFUNDED',
      { refunded: 15_000n, refundPending: 0n, holdsOrder: false },
      paidBack,
    ],
    [
      lastReserved,
      operation('refund', 'open', part),
      declined,
      'SUCCESS',
      { refundPending: 0n },
      null,
    ],
  ];
  for (const [before, asked, outcome, status, changes, post] of rows) {
    test(`${before.status}: ${asked.kind} ${outcome.outcome}, ${status}`, () => {
      const decision = apply(given(before, asked), told(outcome));
      const payment = { ...before, ...changes, status, version: 4, updatedAt: now };
      expect(decision.payment).toStrictEqual(payment);
      expect(decision.operation).toStrictEqual({
        ...asked,
        status: outcome.outcome,
        reference: outcome === succeeded ? 'ref_new' : null,
        failure: outcome === declined ? failure : null,
        leaseUntil: null,
        closedAt: outcome === requiresAction ? null : now,
      });
      const about = { merchantId, operationId, paymentId, createdAt: now };
      const posting = post && { debit: post[0], credit: post[1], amount: post[2] };
      expect(decision.postings).toStrictEqual(
        posting ? [{ ...about, line: 1, currency: 'USD', ...posting }] : [],
      );
      expect(decision.event).toStrictEqual({
        ...about,
        version: 4,
        id: ids.eventId,
        type: `${asked.kind}.${outcome.outcome}`,
        actor: 'provider:sandbox',
        reason: null,
        payment,
      });
      // It is the final answer to the request that opened the operation.
      expect(decision.answersKey).toBe('asked-1');
      expect(decision.keyUse).toBeNull();
      expect(decision.otherOperations).toStrictEqual([]);
    });
  }

  test('of what was asked without a key answers none', () => {
    const state = given(waiting, operation('void', 'open', { idempotencyKey: null }));
    expect(apply(state, told(succeeded)).answersKey).toBeNull();
  });

  test('finds its operation among others', () => {
    const others = [operation('refund', 'open', { id: `op_${'e'.repeat(32)}`, amount: 1n })];
    const state = given(reserved, ...others, operation('refund', 'open', { amount: 3_999n }));
    expect(apply(state, told(declined)).payment.refundPending).toBe(1n);
  });
});

describe('after the payer acted', () => {
  type Row = readonly [Operation['kind'], ProviderOutcome, Status, Partial<Payment>];
  const rows: readonly Row[] = [
    [
      'charge',
      succeeded,
      'SUCCESS',
      { authorized: 15_000n, captured: 15_000n, transactionId: 'ref_new' },
    ],
    ['charge', declined, 'FAILED', { failure, holdsOrder: false }],
    ['authorize', succeeded, 'AUTHORIZED', { authorized: 15_000n, transactionId: 'ref_new' }],
    ['authorize', declined, 'FAILED', { failure, holdsOrder: false }],
  ];
  for (const [kind, outcome, status, changes] of rows) {
    test(`${kind} ${outcome.outcome}, ${status}`, () => {
      const decision = apply(given(waiting, operation(kind, 'requires_action')), told(outcome));
      const rest = { status, nextAction: null, version: 4, updatedAt: now };
      expect(decision.payment).toStrictEqual({ ...waiting, ...changes, ...rest });
      expect(decision.operation).toMatchObject({ status: outcome.outcome, closedAt: now });
      expect(decision.event.type).toBe(`${kind}.${outcome.outcome}`);
      // REQUIRES_ACTION was the first final answer, and stays it.
      expect(decision.answersKey).toBeNull();
    });
  }

  test.each([
    ['charge', 'SUCCESS'],
    ['authorize', 'AUTHORIZED'],
  ] as const)('while a void is open, %s succeeds', (kind, status) => {
    const open = operation('void', 'open', { id: `op_${'e'.repeat(32)}` });
    const decision = apply(
      given(waiting, operation(kind, 'requires_action'), open),
      told(succeeded),
    );
    expect(decision.payment).toMatchObject({ status, discrepancy: false });
  });
});
