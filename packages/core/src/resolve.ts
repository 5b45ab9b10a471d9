/** An operator settles what a provider reported and should not have been possible. */
import type { SettlingAccount } from './accounts.ts';
import type { Resolve } from './commands.ts';
import { type Decision, refused, type State } from './decision.ts';
import { eventOf } from './event.ts';
import type { FreshIds } from './ids.ts';
import { type Posting, postingsOutOfSuspense } from './ledger.ts';
import { useOf } from './movement.ts';
import type { Operation, Payment } from './payment.ts';

/** Takes the flag away, and the payment's movements out of suspense. Status and amounts stay. */
export function resolve(
  { payment, operations }: State & { readonly payment: Payment },
  command: Resolve,
  now: number,
  ids: FreshIds,
): Decision {
  if (!payment.discrepancy) return refused('no_discrepancy', {});
  const inSuspense = operations.filter(({ suspense }) => suspense === 'suspense');
  const account = command.suspenseTo;
  if ((account === null) !== (inSuspense.length === 0)) {
    return refused('suspense_to_mismatch', { inSuspense: inSuspense.length });
  }

  const changed: Payment = {
    ...payment,
    discrepancy: false,
    version: payment.version + 1,
    updatedAt: now,
  };
  const asked = { command, now, ids };
  const settled = account === null ? [] : moveOut(changed, inSuspense, account, now);
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

function moveOut(
  payment: Payment,
  operations: readonly Operation[],
  account: SettlingAccount,
  now: number,
): readonly { readonly operation: Operation; readonly postings: readonly Posting[] }[] {
  return operations.map((operation) => ({
    operation: { ...operation, suspense: account },
    postings: postingsOutOfSuspense(payment, operation, account, now),
  }));
}
