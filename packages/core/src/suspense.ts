/**
 * Movements in doubt. What a provider says may contradict itself, in any order; where the money of it
 * is booked depends on what was said, not on what was said first.
 */
import type { ProviderOutcome } from './commands.ts';
import { movesMoney, type Posting, postingsIntoSuspense } from './ledger.ts';
import { type Operation, type Payment, remaining } from './payment.ts';

/**
 * Whether an operation's movement is in doubt: its provider said that it succeeded, and also that it
 * was declined, or that the payment was voided.
 */
export function isInDoubt(operation: Operation, operations: readonly Operation[]): boolean {
  if (!movesMoney(operation.kind) || !said(operation, 'succeeded')) return false;
  if (said(operation, 'declined')) return true;
  if (operation.kind === 'refund') return false;
  return operations.some((other) => other.kind === 'void' && said(other, 'succeeded'));
}

function said(operation: Operation, outcome: ProviderOutcome['outcome']): boolean {
  return operation.status === outcome || operation.contradiction === outcome;
}

/** The operations, as they now are, whose movement was booked and has just come to be in doubt. */
export function suspend(
  payment: Payment,
  operations: readonly Operation[],
  now: number,
): { readonly suspended: readonly Operation[]; readonly postings: readonly Posting[] } {
  const doubted = operations.filter(
    (operation) => operation.suspense === null && isInDoubt(operation, operations),
  );
  return {
    suspended: doubted.map((operation) => ({ ...operation, suspense: 'suspense' })),
    postings: doubted.flatMap((operation) => postingsIntoSuspense(payment, operation, now)),
  };
}

/**
 * The most, in minor units, that a capture or a refund may still move, once doubts are resolved. What
 * an operator found to stand although it was declined counts as moved; a collection that the provider
 * made undone has nothing to give back.
 */
export function remainingOf(
  kind: 'capture' | 'refund',
  payment: Payment,
  operations: readonly Operation[],
): bigint {
  const stands = operations.filter(
    (one) => one.kind === kind && one.status === 'declined' && one.suspense === 'merchant_payable',
  );
  const undone = kind === 'refund' ? operations.filter(isUndone) : [];
  const resolved = [...stands, ...undone].reduce((sum, { amount }) => sum + amount, 0n);
  const left = remaining[kind](payment) - resolved;
  return left > 0n ? left : 0n;
}

/** A collection that its provider made undone, as an operator found. */
export function isUndone({ kind, status, suspense }: Operation): boolean {
  return kind !== 'refund' && status === 'succeeded' && suspense === 'provider_receivable';
}
