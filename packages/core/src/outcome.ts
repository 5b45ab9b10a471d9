/** What an operation's outcome does to its payment. A provider's fact is never refused. */
import type { ProviderOutcome, RecordOutcome } from './commands.ts';
import { type Applied, type Decision, refused, type State } from './decision.ts';
import { type EventType, eventOf, type Occasion } from './event.ts';
import type { FreshIds } from './ids.ts';
import { postingsOf } from './ledger.ts';
import {
  holdsOrder,
  nextStatus,
  type Operation,
  type OperationKind,
  type Payment,
  type Status,
} from './payment.ts';

/** An outcome that says something. */
export type KnownOutcome = Exclude<ProviderOutcome, { outcome: 'unknown' }>;

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
 * Decides what a provider said of an operation. The same outcome again, a stale one and `unknown`
 * change nothing; what the lifecycle has no row for is believed, and flagged.
 */
export function decideOutcome(
  state: State,
  command: RecordOutcome,
  now: number,
  ids: FreshIds,
): Decision {
  const { payment } = state;
  const { outcome } = command;
  if (!payment) return refused('payment_not_found', {});
  const operation = state.operations.find(({ id }) => id === command.operationId);
  if (!operation) return refused('operation_not_found', {});
  if (outcome.outcome === 'unknown') return { kind: 'unchanged', payment, keyUse: null };
  if (operation.status === outcome.outcome || operation.contradiction === outcome.outcome) {
    return { kind: 'unchanged', payment, keyUse: null };
  }
  const isFinal = operation.status === 'succeeded' || operation.status === 'declined';
  const status = nextStatus(payment.status, operation.kind, outcome.outcome);
  if (outcome.outcome === 'requires_action' && (isFinal || status === null)) {
    return { kind: 'unchanged', payment, keyUse: null };
  }

  const told = { command, now, ids };
  if (isFinal) return contradict(payment, operation, outcome, told);
  if (status !== null) {
    return settle(
      payment,
      operation,
      outcome,
      status,
      `${operation.kind}.${outcome.outcome}`,
      told,
    );
  }
  if (outcome.outcome === 'declined' || movesNothing(payment, operation)) {
    return settle(payment, operation, outcome, null, `${operation.kind}.${outcome.outcome}`, told);
  }
  return settle(payment, operation, outcome, null, `${operation.kind}.discrepancy`, told);
}

/** A void of what never was captured and no longer can be: late, but harmless. */
function movesNothing(payment: Payment, operation: Operation): boolean {
  return operation.kind === 'void' && payment.captured === 0n;
}

/**
 * Gives an operation that has no final status yet its outcome. `status` is the lifecycle's next; null
 * where it has none: the payment's status and amounts stay, and what moved is posted to suspense.
 */
export function settle(
  payment: Payment,
  operation: Operation,
  outcome: KnownOutcome,
  status: Status | null,
  type: EventType,
  { command, now, ids }: Occasion,
): Applied {
  const succeeded = outcome.outcome === 'succeeded';
  const impossible = type === `${operation.kind}.discrepancy`;
  const settled: Operation = {
    ...operation,
    status: outcome.outcome,
    reference: succeeded ? outcome.reference : operation.reference,
    failure: outcome.outcome === 'declined' ? outcome.failure : null,
    leaseUntil: null,
    closedAt: outcome.outcome === 'requires_action' ? null : now,
  };
  const reserved = operation.kind === 'refund' ? operation.amount : 0n;
  const amounts: Payment = {
    ...payment,
    refundPending: payment.refundPending - reserved,
    ...(succeeded && status !== null ? moved[operation.kind](payment, operation.amount) : {}),
  };
  const isRefunded = amounts.captured > 0n && amounts.refunded === amounts.captured;
  const next = isRefunded ? 'REFUNDED' : (status ?? payment.status);
  const isCollection = operation.kind === 'charge' || operation.kind === 'authorize';
  const changed: Payment = {
    ...amounts,
    status: next,
    holdsOrder: holdsOrder(payment.provider, next),
    transactionId:
      succeeded && isCollection && status !== null ? outcome.reference : payment.transactionId,
    failure:
      status === 'FAILED' && outcome.outcome === 'declined' ? outcome.failure : payment.failure,
    nextAction: nextActionIn(next, outcome, payment),
    discrepancy: payment.discrepancy || impossible,
    version: payment.version + 1,
    updatedAt: now,
  };
  return {
    kind: 'applied',
    payment: changed,
    operation: settled,
    postings: succeeded ? postingsOf(changed, settled, impossible, now) : [],
    event: eventOf(changed, settled, type, { command, now, ids }),
    keyUse: null,
    answersKey: operation.status === 'open' ? operation.idempotencyKey : null,
  };
}

function nextActionIn(next: Status, outcome: KnownOutcome, payment: Payment) {
  if (next !== 'REQUIRES_ACTION') return null;
  return outcome.outcome === 'requires_action' ? outcome.nextAction : payment.nextAction;
}

/**
 * A final status that is contradicted stays, and the provider's evidence stands beside it; what moved
 * after all is posted to suspense.
 */
function contradict(
  payment: Payment,
  operation: Operation,
  outcome: KnownOutcome,
  { command, now, ids }: Occasion,
): Applied {
  const { reference, failure } = operation;
  const contradicted: Operation = {
    ...operation,
    contradiction: outcome.outcome,
    reference: outcome.outcome === 'succeeded' ? outcome.reference : reference,
    failure: outcome.outcome === 'declined' ? outcome.failure : failure,
  };
  const changed: Payment = {
    ...payment,
    discrepancy: true,
    version: payment.version + 1,
    updatedAt: now,
  };
  const moves = outcome.outcome === 'succeeded';
  return {
    kind: 'applied',
    payment: changed,
    operation: contradicted,
    postings: moves ? postingsOf(changed, contradicted, true, now) : [],
    event: eventOf(changed, contradicted, `${operation.kind}.discrepancy`, { command, now, ids }),
    keyUse: null,
    answersKey: null,
  };
}
