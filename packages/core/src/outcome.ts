/** What an operation's outcome does to its payment. A provider's fact is never refused. */
import type { RecordOutcome } from './commands.ts';
import { type Applied, type Decision, refused, type State } from './decision.ts';
import { eventOf, type Occasion } from './event.ts';
import type { FreshIds } from './ids.ts';
import { movesMoney, postingsOf } from './ledger.ts';
import { collects, nextStatus, type Operation, type Payment, type Status } from './payment.ts';
import { type Before, type KnownOutcome, settle } from './settle.ts';
import { suspend } from './suspense.ts';

/**
 * Decides what a provider said of an operation. The same outcome again, a stale one and `unknown`
 * change nothing; what the lifecycle has no row for is believed, and flagged. What a provider says of
 * several operations leads to the same end in whichever order it comes; only where it contradicts
 * itself the payment keeps the status that it was told first.
 */
export function decideOutcome(
  state: State,
  command: RecordOutcome,
  now: number,
  ids: FreshIds,
): Decision {
  const { payment, operations } = state;
  const { outcome } = command;
  if (!payment) return refused('payment_not_found', {});
  const operation = operations.find(({ id }) => id === command.operationId);
  if (!operation) return refused('operation_not_found', {});
  if (outcome.outcome === 'unknown') return { kind: 'unchanged', payment, keyUse: null };
  if (operation.status === outcome.outcome || operation.contradiction === outcome.outcome) {
    return { kind: 'unchanged', payment, keyUse: null };
  }
  const before = { payment, operations };
  const isFinal = operation.status === 'succeeded' || operation.status === 'declined';
  const status = statusAfter(before, operation, outcome);
  if (outcome.outcome === 'requires_action' && (isFinal || status === null)) {
    return { kind: 'unchanged', payment, keyUse: null };
  }

  const told = { command, now, ids };
  if (isFinal) return contradict(before, operation, outcome, told);
  return settle(before, operation, outcome, status, told);
}

/** Where the outcome leads; null where the lifecycle has no row for it, or a void decides. */
function statusAfter(
  { payment, operations }: Before,
  operation: Operation,
  { outcome }: KnownOutcome,
): Status | null {
  const next = nextStatus(payment.status, operation.kind, outcome);
  if (outcome !== 'declined') return next;
  if (collects(operation.kind)) {
    // FAILED would not wait for what becomes of the void: CANCELLED, if it had come first.
    const voids = operations.some(({ kind, status }) => kind === 'void' && status === 'open');
    return voids ? null : next;
  }
  const declined = operations.find(({ kind, status }) => collects(kind) && status === 'declined');
  const isLate = operation.kind === 'void' && declined !== undefined;
  return isLate ? nextStatus(payment.status, declined.kind, 'declined') : next;
}

/**
 * A final status that is contradicted stays, and the provider's evidence stands beside it; what moved,
 * or should have, is in suspense.
 */
function contradict(
  { payment, operations }: Before,
  operation: Operation,
  outcome: KnownOutcome,
  occasion: Occasion,
): Applied {
  const { now } = occasion;
  const succeeded = outcome.outcome === 'succeeded';
  const contradicted: Operation = {
    ...operation,
    contradiction: outcome.outcome,
    reference: succeeded ? outcome.reference : operation.reference,
    failure: outcome.outcome === 'declined' ? outcome.failure : operation.failure,
    suspense: succeeded && movesMoney(operation.kind) ? 'suspense' : operation.suspense,
  };
  const changed: Payment = {
    ...payment,
    discrepancy: true,
    version: payment.version + 1,
    updatedAt: now,
  };
  const after = operations.map((one) => (one.id === operation.id ? contradicted : one));
  const { suspended, postings } = suspend(payment, after, now);
  const settled = suspended.find(({ id }) => id === operation.id) ?? contradicted;
  return {
    kind: 'applied',
    payment: changed,
    operation: settled,
    otherOperations: suspended.filter(({ id }) => id !== operation.id),
    postings: [...(succeeded ? postingsOf(changed, contradicted, true, now) : []), ...postings],
    event: eventOf(changed, settled, `${operation.kind}.discrepancy`, occasion),
    keyUse: null,
    answersKey: null,
  };
}
