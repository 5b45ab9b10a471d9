/** Recording a payment of the replaced system: history, with its own times. Nothing moves by it. */
import type { Import } from './commands.ts';
import { type Decision, refused, type State } from './decision.ts';
import { eventOf } from './event.ts';
import { earlierUse } from './guards.ts';
import type { FreshIds, OperationId } from './ids.ts';
import { importedMovements, importedProvider } from './imported.ts';
import { postingsOf } from './ledger.ts';
import { useOf } from './movement.ts';
import {
  type Failure,
  holdsOrder,
  type Operation,
  type OperationKind,
  type Outcome,
  type Payment,
} from './payment.ts';

/** All that the replaced system tells of a decline. */
const importedFailure: Failure = {
  code: 'imported_failed',
  message: 'Failed in the system that it was imported from.',
};

/**
 * The key is the payment's own: whoever repeats the old request gets this payment, and an import that
 * is repeated does nothing. An order that another payment has paid, or is about to pay, is paid
 * twice: then what was charged is in suspense, and somebody must resolve it.
 */
export function decideImport(state: State, command: Import, now: number, ids: FreshIds): Decision {
  const earlier = earlierUse(state, command, now);
  if (earlier) return earlier;
  if (command.amount <= 0n) return refused('amount_not_positive', {});

  const { amount, status, createdAt } = command;
  const updatedAt = Math.max(createdAt, command.updatedAt);
  const isPaidTwice = status === 'SUCCESS' && state.holder !== null;
  const isCaptured = status === 'SUCCESS' || status === 'REFUNDED';
  const captured = isCaptured ? amount : 0n;
  const payment: Payment = {
    merchantId: command.merchantId,
    id: ids.paymentId,
    orderId: command.orderId,
    currency: command.currency,
    amount,
    authorized: captured,
    captured,
    refunded: status === 'REFUNDED' ? amount : 0n,
    refundPending: 0n,
    status,
    holdsOrder: holdsOrder(importedProvider, status) && !isPaidTwice,
    provider: importedProvider,
    paymentMethod: null,
    transactionId: isCaptured ? command.transactionId : null,
    idempotencyKey: command.idempotencyKey,
    failure: status === 'FAILED' ? importedFailure : null,
    nextAction: null,
    metadata: command.metadata,
    discrepancy: isPaidTwice,
    openOperation: null,
    expiresAt: null,
    version: 1,
    createdAt,
    updatedAt,
  };
  const operations = importedMovements[status].map(([kind, outcome]) => {
    const isRefund = kind === 'refund';
    const at = kind === 'charge' ? createdAt : updatedAt;
    const id = isRefund ? command.refundId : ids.operationId;
    const reference = isRefund ? null : payment.transactionId;
    return happened(payment, { id, kind, outcome, reference, at });
  });
  const [operation = null, ...otherOperations] = operations;
  return {
    kind: 'applied',
    payment,
    operation,
    otherOperations,
    postings: operations.flatMap((one) =>
      one.status === 'succeeded' ? postingsOf(payment, one, isPaidTwice, one.createdAt) : [],
    ),
    event: eventOf(payment, operation, 'payment.imported', { command, now: updatedAt, ids }),
    keyUse: useOf(payment, true, { command, now }),
    answersKey: null,
  };
}

interface Happened {
  readonly id: OperationId;
  readonly kind: OperationKind;
  readonly outcome: Outcome;
  readonly reference: string | null;
  readonly at: number;
}

/** An operation that was over before Florin knew of it. */
function happened(payment: Payment, { id, kind, outcome, reference, at }: Happened): Operation {
  return {
    merchantId: payment.merchantId,
    id,
    paymentId: payment.id,
    kind,
    amount: payment.amount,
    status: outcome,
    reference,
    failure: payment.failure,
    reason: null,
    idempotencyKey: null,
    contradiction: null,
    // Only a charge can be beside another payment's.
    suspense: payment.discrepancy ? 'suspense' : null,
    attempts: 1,
    leaseUntil: null,
    createdAt: at,
    closedAt: at,
  };
}
