/** Giving an operation its outcome: the payment's next status and amounts, and what is posted. */
import type { ProviderOutcome } from './commands.ts';
import type { Applied } from './decision.ts';
import { eventOf, type Occasion } from './event.ts';
import { movesMoney, postingsOf } from './ledger.ts';
import {
  collects,
  type Failure,
  keepsOrder,
  type Operation,
  type OperationKind,
  type Payment,
  type Status,
} from './payment.ts';
import { isInDoubt, isUndone, suspend } from './suspense.ts';

/** An outcome that says something. */
export type KnownOutcome = Exclude<ProviderOutcome, { outcome: 'unknown' }>;

/** A payment and its operations, as they are before a change. */
export interface Before {
  readonly payment: Payment;
  readonly operations: readonly Operation[];
}

/** The amounts that a success of each kind of operation sets, in minor units. */
const moved: Readonly<
  Record<OperationKind, (payment: Payment, amount: bigint) => Partial<Payment>>
> = {
  charge: (_, amount) => ({ authorized: amount, captured: amount }),
  authorize: (_, amount) => ({ authorized: amount }),
  capture: (payment, amount) => ({ captured: payment.captured + amount }),
  void: () => ({}),
  refund: (payment, amount) => ({ refunded: payment.refunded + amount }),
};

/**
 * Gives an operation that has no final status yet its outcome. `status` is the lifecycle's next; null
 * where it has none: the payment's status stays, and money that moved is posted to suspense.
 */
export function settle(
  { payment, operations }: Before,
  operation: Operation,
  outcome: KnownOutcome,
  status: Status | null,
  occasion: Occasion,
): Applied {
  const { now } = occasion;
  const succeeded = outcome.outcome === 'succeeded';
  const impossible = succeeded && status === null && !isHarmless(payment, operation);
  const closed: Operation = {
    ...operation,
    status: outcome.outcome,
    reference: succeeded ? outcome.reference : operation.reference,
    failure: outcome.outcome === 'declined' ? outcome.failure : null,
    leaseUntil: null,
    closedAt: outcome.outcome === 'requires_action' ? null : now,
  };
  const movesInDoubt = (impossible && movesMoney(operation.kind)) || isInDoubt(closed, operations);
  const settled: Operation = movesInDoubt ? { ...closed, suspense: 'suspense' } : closed;
  const after = operations.map((one) => (one.id === operation.id ? settled : one));
  const { suspended, postings } = suspend(payment, after, now);
  const disputes = succeeded && disputesSettled(settled, after);

  const amounts: Payment = {
    ...payment,
    refundPending: payment.refundPending - (operation.kind === 'refund' ? operation.amount : 0n),
    // A late authorization moves nothing: that there was one can always be told.
    ...(succeeded && (status !== null || operation.kind === 'authorize')
      ? moved[operation.kind](payment, operation.amount)
      : {}),
  };
  const isRefunded = amounts.refunded > 0n && amounts.refunded === amounts.captured;
  const next = isRefunded ? 'REFUNDED' : (status ?? payment.status);
  const hasReference = succeeded && collects(operation.kind) && !impossible;
  const changed: Payment = {
    ...amounts,
    status: next,
    holdsOrder: keepsOrder(payment, next),
    transactionId: hasReference ? outcome.reference : payment.transactionId,
    failure: status === 'FAILED' ? whyFailed(settled, operations) : payment.failure,
    nextAction: nextActionIn(next, outcome, payment),
    discrepancy:
      payment.discrepancy || impossible || movesInDoubt || disputes || suspended.length > 0,
    openOperation:
      operation.status === 'open' && operation.kind !== 'refund' ? null : payment.openOperation,
    expiresAt: expiryIn(next, operation, outcome, payment),
    version: payment.version + 1,
    updatedAt: now,
  };
  const type = `${operation.kind}.${impossible ? 'discrepancy' : outcome.outcome}` as const;
  return {
    kind: 'applied',
    payment: changed,
    operation: settled,
    otherOperations: suspended,
    postings: [...(succeeded ? postingsOf(changed, settled, movesInDoubt, now) : []), ...postings],
    event: eventOf(changed, settled, type, occasion),
    keyUse: null,
    answersKey: operation.status === 'open' ? operation.idempotencyKey : null,
  };
}

/** A success that the lifecycle has no row for, but that took nothing from anyone. */
function isHarmless(payment: Payment, { kind }: Operation): boolean {
  return kind === 'authorize' || (kind === 'void' && payment.captured === 0n);
}

/**
 * Against money that an operator may have settled: then it stays where it is, and is looked at again. A
 * void of what was collected; a refund, asked for before, of what was found to be undone.
 */
function disputesSettled({ kind }: Operation, after: readonly Operation[]): boolean {
  if (kind === 'void') return after.some((one) => isInDoubt(one, after));
  return kind === 'refund' && after.some(isUndone);
}

/** The decline of what was to collect the money: one before that of a void, or the one just told. */
function whyFailed(settled: Operation, before: readonly Operation[]): Failure | null {
  return before.find(({ kind }) => collects(kind))?.failure ?? settled.failure;
}

function nextActionIn(next: Status, outcome: KnownOutcome, payment: Payment) {
  if (next !== 'REQUIRES_ACTION') return null;
  return outcome.outcome === 'requires_action' ? outcome.nextAction : payment.nextAction;
}

/** The payer's time to act, or the hold, runs from the outcome that brought it about. */
function expiryIn(
  next: Status,
  { kind }: Operation,
  outcome: KnownOutcome,
  payment: Payment,
): number | null {
  if (next !== 'REQUIRES_ACTION' && next !== 'AUTHORIZED') return null;
  if (!collects(kind) || outcome.outcome === 'declined') return payment.expiresAt;
  return outcome.expiresAt ?? null;
}
