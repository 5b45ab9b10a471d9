/** A provider's fact is never refused: what should not be possible is posted to suspense and flagged. */
import { describe, expect, test } from 'vitest';
import type { Account, Operation, OperationStatus, Payment } from '../src/index.ts';
import {
  apply,
  declined,
  given,
  ids,
  manualIn,
  merchantId,
  now,
  operation,
  operationId,
  paymentId,
  paymentIn,
  requiresAction,
  run,
  succeeded,
  told,
} from './given.ts';

const cancelled = paymentIn('CANCELLED');
const failed = paymentIn('FAILED');
const success = paymentIn('SUCCESS');
const refunded = paymentIn('REFUNDED');
const partly = paymentIn('SUCCESS', { refunded: 4_000n });
const owed: readonly [Account, Account] = ['provider_receivable', 'suspense'];
const paidOut: readonly [Account, Account] = ['suspense', 'provider_receivable'];
/** What was booked as earned, or as paid back, on its way into suspense. */
const unearned: readonly [Account, Account] = ['merchant_payable', 'suspense'];
const unpaid: readonly [Account, Account] = ['suspense', 'merchant_payable'];

/** The whole posting of the default operation. */
const posted = ([debit, credit]: readonly [Account, Account], amount = 15_000n, line = 1) => ({
  merchantId,
  operationId,
  line,
  paymentId,
  debit,
  credit,
  amount,
  currency: 'USD',
  createdAt: now,
});

type Row = readonly [string, Payment, Operation, readonly [Account, Account] | null];

describe('an open operation succeeds that no longer can', () => {
  const open = (kind: Operation['kind'], status: OperationStatus = 'open') =>
    operation(kind, status);
  const rows: readonly Row[] = [
    ['a charge after its void', cancelled, open('charge', 'requires_action'), owed],
    ['a capture after the void', cancelled, open('capture'), owed],
    ['a charge of a FAILED payment', failed, open('charge'), owed],
    ['a void after the capture', success, open('void'), null],
    ['a void after a refund of it all', refunded, open('void'), null],
    ['a capture of a REFUNDED payment', refunded, open('capture'), owed],
  ];
  test.each(rows)('%s', (_, before, asked, accounts) => {
    const decision = apply(given(before, asked), told(succeeded));
    // Status, amounts, reference and the hold on the order stay: only the flag is new.
    const payment = { ...before, discrepancy: true, version: 4, updatedAt: now };
    expect(decision.payment).toStrictEqual(payment);
    expect(decision.operation).toStrictEqual({
      ...asked,
      status: 'succeeded',
      reference: 'ref_new',
      suspense: accounts && 'suspense',
      leaseUntil: null,
      closedAt: now,
    });
    expect(decision.otherOperations).toStrictEqual([]);
    expect(decision.postings).toStrictEqual(accounts ? [posted(accounts)] : []);
    expect(decision.event).toMatchObject({ type: `${asked.kind}.discrepancy`, version: 4 });
    expect(decision.event.payment).toStrictEqual(payment);
    expect(decision.answersKey).toBe(asked.status === 'open' ? 'asked-1' : null);
  });

  test('a refund that was declined, beside an open one, whose reservation stays', () => {
    const before = paymentIn('SUCCESS', { refundPending: 4_000n });
    const first = operation('refund', 'declined', { amount: 4_000n });
    const decision = apply(given(before, first), told(succeeded));
    expect(decision.payment.refundPending).toBe(4_000n);
    expect(decision.postings).toStrictEqual([posted(paidOut, 4_000n)]);
  });
});

describe('success after a decline', () => {
  const rows: readonly Row[] = [
    ['a charge', failed, operation('charge', 'declined'), owed],
    ['an authorization', failed, operation('authorize', 'declined'), null],
    ['a charge, by hand', manualIn('FAILED'), operation('charge', 'declined'), owed],
    [
      'a capture, still authorized',
      paymentIn('AUTHORIZED'),
      operation('capture', 'declined'),
      owed,
    ],
    ['a capture, since captured', success, operation('capture', 'declined'), owed],
    ['a capture, since voided', cancelled, operation('capture', 'declined'), owed],
    ['a void', paymentIn('AUTHORIZED'), operation('void', 'declined'), null],
    ['a void, since captured', success, operation('void', 'declined'), null],
    ['a void, still waiting', paymentIn('REQUIRES_ACTION'), operation('void', 'declined'), null],
    ['a refund', success, operation('refund', 'declined'), paidOut],
    ['a refund, since refunded', refunded, operation('refund', 'declined'), paidOut],
  ];
  test.each(rows)('%s', (_, before, asked, accounts) => {
    const decision = apply(given(before, asked), told(succeeded));
    const payment = { ...before, discrepancy: true, version: 4, updatedAt: now };
    expect(decision.payment).toStrictEqual(payment);
    expect(decision.operation).toMatchObject({ status: 'declined', contradiction: 'succeeded' });
    expect(decision.operation).toMatchObject({ failure: asked.failure, closedAt: asked.closedAt });
    // The provider's evidence, for whoever settles it.
    expect(decision.operation?.reference).toBe('ref_new');
    expect(decision.operation?.suspense).toBe(accounts && 'suspense');
    expect(decision.otherOperations).toStrictEqual([]);
    expect(decision.postings).toStrictEqual(accounts ? [posted(accounts)] : []);
    expect(decision.event).toStrictEqual({
      merchantId,
      paymentId,
      version: 4,
      id: ids.eventId,
      type: `${asked.kind}.discrepancy`,
      actor: 'provider:sandbox',
      operationId,
      reason: null,
      payment,
      createdAt: now,
    });
    expect(decision.keyUse).toBeNull();
    expect(decision.answersKey).toBeNull();
  });
});

describe('a decline after success: flagged, and what was booked goes into suspense', () => {
  const rows: readonly Row[] = [
    ['a charge', success, operation('charge', 'succeeded'), unearned],
    ['a charge, since refunded', refunded, operation('charge', 'succeeded'), unearned],
    ['an authorization', paymentIn('AUTHORIZED'), operation('authorize', 'succeeded'), null],
    ['a capture', success, operation('capture', 'succeeded'), unearned],
    ['a void', cancelled, operation('void', 'succeeded'), null],
    ['a part refunded', partly, operation('refund', 'succeeded', { amount: 4_000n }), unpaid],
    ['the last refund', refunded, operation('refund', 'succeeded'), unpaid],
    ['a charge, by hand', manualIn('SUCCESS'), operation('charge', 'succeeded'), unearned],
  ];
  test.each(rows)('%s', (_, before, asked, accounts) => {
    const decision = apply(given(before, asked), told(declined));
    const changes = { discrepancy: true, version: 4, updatedAt: now };
    expect(decision.payment).toStrictEqual({ ...before, ...changes });
    const { failure } = declined.outcome === 'declined' ? declined : { failure: null };
    const suspense = accounts && 'suspense';
    const contradicted = { ...asked, contradiction: 'declined', failure, suspense };
    expect(decision.operation).toStrictEqual(contradicted);
    expect(decision.otherOperations).toStrictEqual([]);
    expect(decision.postings).toStrictEqual(accounts ? [posted(accounts, asked.amount, 2)] : []);
    expect(decision.event.type).toBe(`${asked.kind}.discrepancy`);
    expect(decision.answersKey).toBeNull();
  });
});

describe('a contradiction that is told again changes nothing', () => {
  const flagged = (payment: Payment): Payment => ({ ...payment, discrepancy: true });
  const after = (status: OperationStatus, contradiction: 'succeeded' | 'declined') =>
    operation('charge', status, { contradiction, suspense: 'suspense' });
  test.each([
    ['succeeded again', failed, after('declined', 'succeeded'), succeeded],
    ['declined again', success, after('succeeded', 'declined'), declined],
    ['back to the first: declined', failed, after('declined', 'succeeded'), declined],
    ['back to the first: succeeded', success, after('succeeded', 'declined'), succeeded],
    ['a stale required action', failed, after('declined', 'succeeded'), requiresAction],
  ])('%s', (_, before, asked, outcome) => {
    const payment = flagged(before);
    const decision = run(given(payment, asked), told(outcome));
    expect(decision).toStrictEqual({ kind: 'unchanged', payment, keyUse: null });
  });
});

describe('a success after its void succeeded against all that was said: taken, and in suspense', () => {
  const voided = operation('void', 'declined', {
    id: `op_${'e'.repeat(32)}`,
    contradiction: 'succeeded',
  });
  const whole = { authorized: 15_000n, captured: 15_000n };
  test.each([
    ['a charge', paymentIn('REQUIRES_ACTION'), operation('charge', 'requires_action')],
    ['a capture', paymentIn('AUTHORIZED'), operation('capture')],
  ])('%s', (_, before, asked) => {
    const state = given({ ...before, discrepancy: true }, asked, voided);
    const { payment, operation: taken, postings } = apply(state, told(succeeded));
    expect(payment).toMatchObject({ status: 'SUCCESS', discrepancy: true, ...whole });
    expect(taken).toMatchObject({ status: 'succeeded', suspense: 'suspense' });
    expect(postings).toStrictEqual([posted(owed)]);
    // An operator who settled the void before has this to settle too.
    const settled = apply(given(before, asked, voided), told(succeeded));
    expect(settled.payment).toStrictEqual({ ...payment });
  });
});

describe('a flag stays', () => {
  test('over what is possible afterwards', () => {
    const before = paymentIn('AUTHORIZED', { discrepancy: true });
    const decision = apply(given(before, operation('capture')), told(succeeded));
    expect(decision.payment).toMatchObject({ status: 'SUCCESS', discrepancy: true });
    expect(decision.event.type).toBe('capture.succeeded');
  });
});
