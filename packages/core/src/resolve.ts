/** An operator settles what a provider reported and should not have been possible. */
import type { SettlingAccount } from './accounts.ts';
import type { Resolve } from './commands.ts';
import { type Decision, refused } from './decision.ts';
import { eventOf } from './event.ts';
import type { FreshIds } from './ids.ts';
import { type Posting, postingsOutOfSuspense } from './ledger.ts';
import { useOf } from './movement.ts';
import type { Operation, Payment } from './payment.ts';
import type { Before } from './settle.ts';

/** Takes the flag away, and the payment's movements out of suspense. Status and amounts stay. */
export function resolve(
  { payment, operations }: Before,
  command: Resolve,
  now: number,
  ids: FreshIds,
): Decision {
  if (!payment.discrepancy) return refused('no_discrepancy', {});
  const inSuspense = operations.filter(({ suspense }) => suspense === 'suspense');
  const settled = moveOut(payment, inSuspense, command.suspenseTo, now);
  if (!settled) return refused('suspense_to_mismatch', { inSuspense: inSuspense.length });

  const changed: Payment = {
    ...payment,
    discrepancy: false,
    version: payment.version + 1,
    updatedAt: now,
  };
  const asked = { command, now, ids };
  return {
    kind: 'applied',
    payment: changed,
    operation: null,
    otherOperations: settled.map(({ operation }) => operation),
    postings: settled.flatMap(({ postings }) => postings),
    event: eventOf(changed, null, 'discrepancy.resolved', asked, command.reason),
    keyUse: useOf(changed, true, asked),
    answersKey: null,
  };
}

interface MovedOut {
  readonly operation: Operation;
  readonly postings: readonly Posting[];
}

/** Null where money is in suspense and it is not said where it goes, or it is said and none is. */
function moveOut(
  payment: Payment,
  operations: readonly Operation[],
  account: SettlingAccount | null,
  now: number,
): readonly MovedOut[] | null {
  const isNone = operations.length === 0;
  if (account === null) return isNone ? [] : null;
  if (isNone) return null;
  return operations.map((operation) => ({
    operation: { ...operation, suspense: account },
    postings: postingsOutOfSuspense(payment, operation, account, now),
  }));
}
