/** What a provider says of a charge or an authorization while it is being voided, or after that. */
import { describe, expect, test } from 'vitest';
import type { Operation, Payment, ProviderOutcome, Status } from '../src/index.ts';
import {
  apply,
  declined,
  failure,
  given,
  nextAction,
  now,
  operation,
  paymentIn,
  succeeded,
  told,
} from './given.ts';

const waiting = paymentIn('REQUIRES_ACTION', { expiresAt: now + 1 });
const cancelled = paymentIn('CANCELLED');
const otherId = `op_${'e'.repeat(32)}` as const;
const voids = (status: Operation['status']) => operation('void', status, { id: otherId });
const collections = ['charge', 'authorize'] as const;

/** Declined with a failure of its own, so that it shows whose failure the payment has. */
const notVoided = { code: 'void_declined', message: 'There is nothing to void.' };
const voidDeclined: ProviderOutcome = { outcome: 'declined', failure: notVoided };

describe.each(collections)('a %s that is declined', (kind) => {
  const asked = operation(kind, 'requires_action');

  test('while its void is open: only the operation is closed, the void decides', () => {
    const decision = apply(given(waiting, asked, voids('open')), told(declined));
    // Its order stays held, and nobody may ask for another void meanwhile.
    const changes = { openOperation: 'void', version: 4, updatedAt: now };
    expect(decision.payment).toStrictEqual({ ...waiting, ...changes });
    expect(decision.operation).toStrictEqual({
      ...asked,
      status: 'declined',
      failure,
      closedAt: now,
    });
    expect(decision.postings).toStrictEqual([]);
    expect(decision.event.type).toBe(`${kind}.declined`);
  });

  test.each(['declined', 'succeeded'] as const)('when its void is %s: at once', (status) => {
    const { payment } = apply(given(waiting, asked, voids(status)), told(declined));
    expect(payment).toMatchObject({ status: 'FAILED', failure, nextAction: null, expiresAt: null });
  });
});

describe('the void decides, where its charge was declined', () => {
  type Row = readonly [string, ProviderOutcome, Status, Partial<Payment>];
  const rows: readonly Row[] = [
    ['succeeded: nothing was left to fail', succeeded, 'CANCELLED', { failure: null }],
    ['declined: why the charge was, not the void', voidDeclined, 'FAILED', { failure }],
  ];
  for (const kind of collections) {
    test.each(rows)(`${kind}, the void %s`, (_, outcome, status, changes) => {
      const state = given(waiting, operation(kind, 'declined'), voids('open'));
      const decision = apply(state, told(outcome, { operationId: otherId }));
      const over = { nextAction: null, holdsOrder: false, openOperation: null, expiresAt: null };
      const payment = { ...waiting, ...over, ...changes, status, version: 4, updatedAt: now };
      expect(decision.payment).toStrictEqual(payment);
      expect(decision.operation).toMatchObject({ id: otherId, status: outcome.outcome });
      expect(decision.event.type).toBe(`void.${outcome.outcome}`);
      expect(decision.postings).toStrictEqual([]);
      expect(decision.answersKey).toBe('asked-1');
    });
  }

  test('a void that is declined while its charge waits on leaves it waiting', () => {
    const state = given(waiting, operation('charge', 'requires_action'), voids('open'));
    const { payment } = apply(state, told(voidDeclined, { operationId: otherId }));
    const changes = { openOperation: null, version: 4, updatedAt: now };
    expect(payment).toStrictEqual({ ...waiting, ...changes });
    expect(payment).toMatchObject({ status: 'REQUIRES_ACTION', nextAction });
  });
});

describe('an authorization that succeeds after its void', () => {
  const asked = operation('authorize', 'requires_action');

  test('is told, and changes nothing else: it took nothing', () => {
    const decision = apply(given(cancelled, asked, voids('succeeded')), told(succeeded));
    const changes = { authorized: 15_000n, transactionId: 'ref_new' };
    expect(decision.payment).toStrictEqual({
      ...cancelled,
      ...changes,
      version: 4,
      updatedAt: now,
    });
    expect(decision.operation).toStrictEqual({
      ...asked,
      status: 'succeeded',
      reference: 'ref_new',
      closedAt: now,
    });
    expect(decision.postings).toStrictEqual([]);
    expect(decision.otherOperations).toStrictEqual([]);
    expect(decision.event.type).toBe('authorize.succeeded');
  });

  test('ends as it would have, had it come before', () => {
    const first = apply(given(waiting, asked, voids('open')), told(succeeded));
    const { payment } = apply(
      given(first.payment, operation('authorize', 'succeeded'), voids('open')),
      told(succeeded, { operationId: otherId }),
    );
    const late = apply(given(cancelled, asked, voids('succeeded')), told(succeeded)).payment;
    expect(payment).toStrictEqual({ ...late, version: 5 });
  });
});
