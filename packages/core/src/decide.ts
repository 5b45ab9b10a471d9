/**
 * `decide`: the one place where a command becomes a change, or is refused. Pure: the caller brings
 * the state, the time and fresh ids. Guards first; below them nothing can fail.
 */
import {
  type CallerCommand,
  type Cancel,
  type Capture,
  type Command,
  type Create,
  differingFields,
  type Refund,
  type Report,
  requestOf,
} from './commands.ts';
import { type Decision, refused, type State } from './decision.ts';
import { eventOf } from './event.ts';
import type { FreshIds } from './ids.ts';
import { limits } from './limits.ts';
import { formatAmount } from './money.ts';
import { type Asked, move, moveByHand, operationOf, useOf } from './movement.ts';
import { decideOutcome, type KnownOutcome } from './outcome.ts';
import {
  allows,
  holdsOrder,
  isReportedByHand,
  nextStatus,
  type Operation,
  type OperationKind,
  type Payment,
  remaining,
  type Status,
} from './payment.ts';

/** @param now milliseconds since the epoch */
export function decide(state: State, command: Command, now: number, ids: FreshIds): Decision {
  switch (command.type) {
    case 'create':
      return decideCreate(state, command, now, ids);
    case 'capture':
      return decideCapture(state, command, now, ids);
    case 'cancel':
      return decideCancel(state, command, now, ids);
    case 'refund':
      return decideRefund(state, command, now, ids);
    case 'report':
      return decideReport(state, command, now, ids);
    case 'outcome':
      return decideOutcome(state, command, now, ids);
  }
}

function decideCreate(state: State, command: Create, now: number, ids: FreshIds): Decision {
  const earlier = earlierUse(state, command, now);
  if (earlier) return earlier;
  if (command.amount <= 0n) return refused('amount_not_positive', {});
  if (state.holder) return heldBy(state.holder);

  const byHand = isReportedByHand(command.provider);
  const payment: Payment = {
    merchantId: command.merchantId,
    id: ids.paymentId,
    orderId: command.orderId,
    currency: command.currency,
    amount: command.amount,
    authorized: 0n,
    captured: 0n,
    refunded: 0n,
    refundPending: 0n,
    status: 'PENDING',
    holdsOrder: holdsOrder(command.provider, 'PENDING'),
    provider: command.provider,
    paymentMethod: command.paymentMethod,
    transactionId: null,
    idempotencyKey: command.idempotencyKey,
    failure: null,
    nextAction: null,
    metadata: command.metadata,
    discrepancy: false,
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
  const kind = command.capture === 'automatic' ? 'charge' : 'authorize';
  const asked = { command, now, ids };
  const operation = byHand ? null : operationOf(payment, kind, payment.amount, asked);
  return {
    kind: 'applied',
    payment,
    operation,
    postings: [],
    event: eventOf(payment, operation, 'payment.created', asked),
    keyUse: useOf(payment, byHand, asked),
    answersKey: null,
  };
}

function decideCapture(state: State, command: Capture, now: number, ids: FreshIds): Decision {
  const { payment } = state;
  if (!payment) return refused('payment_not_found', {});
  const earlier = earlierUse(state, command, now);
  if (earlier) return earlier;
  if (!allows(payment.status, 'capture')) {
    return refused('not_capturable', { paymentStatus: payment.status });
  }
  const open = openMovement(state);
  if (open) return refused('outcome_unknown', { operation: open.kind });
  const amount = command.amount === 'rest' ? remaining.capture(payment) : command.amount;
  const excess = excessOf(payment, 'capture', amount);
  if (excess) return excess;

  return move(payment, 'capture', amount, { command, now, ids });
}

function decideCancel(
  state: State,
  command: Cancel | Report,
  now: number,
  ids: FreshIds,
): Decision {
  const { payment } = state;
  if (!payment) return refused('payment_not_found', {});
  const earlier = earlierUse(state, command, now);
  if (earlier) return earlier;
  if (payment.status === 'CANCELLED') return unchanged(payment, { command, now, ids });
  if (!allows(payment.status, 'void'))
    return refused('not_cancellable', { paymentStatus: payment.status });
  const open = openMovement(state);
  if (open) return refused('outcome_unknown', { operation: open.kind });

  return move(payment, 'void', remaining.void(payment), { command, now, ids });
}

function decideRefund(state: State, command: Refund, now: number, ids: FreshIds): Decision {
  const { payment } = state;
  if (!payment) return refused('payment_not_found', {});
  const earlier = earlierUse(state, command, now);
  if (earlier) return earlier;
  if (!allows(payment.status, 'refund')) {
    return refused('not_refundable', { paymentStatus: payment.status });
  }
  // A void that is still open may yet give the money back.
  const open = openMovement(state);
  if (open) return refused('outcome_unknown', { operation: open.kind });
  const amount = command.amount === 'rest' ? remaining.refund(payment) : command.amount;
  const excess = excessOf(payment, 'refund', amount);
  if (excess) return excess;

  return move(payment, 'refund', amount, { command, now, ids });
}

/** What a report by hand of each status says happened. REFUNDED is a refund of the rest. */
const reported: Readonly<Partial<Record<Status, { kind: OperationKind; outcome: KnownOutcome }>>> =
  {
    SUCCESS: { kind: 'charge', outcome: { outcome: 'succeeded', reference: null } },
    FAILED: {
      kind: 'charge',
      outcome: {
        outcome: 'declined',
        failure: { code: 'reported_failed', message: 'Reported as failed.' },
      },
    },
    CANCELLED: { kind: 'void', outcome: { outcome: 'succeeded', reference: null } },
  };

function decideReport(state: State, command: Report, now: number, ids: FreshIds): Decision {
  const { payment, holder } = state;
  if (!payment) return refused('payment_not_found', {});
  const earlier = earlierUse(state, command, now);
  if (earlier) return earlier;
  if (command.status === payment.status) return unchanged(payment, { command, now, ids });
  if (!isReportedByHand(payment.provider)) {
    if (command.status !== 'CANCELLED') {
      return refused('provider_decides', { provider: payment.provider });
    }
    return decideCancel(state, command, now, ids);
  }
  if (command.status === 'REFUNDED') {
    if (!allows(payment.status, 'refund')) {
      return refused('not_refundable', { paymentStatus: payment.status });
    }
    return move(payment, 'refund', remaining.refund(payment), { command, now, ids });
  }
  const report = reported[command.status];
  const next = report ? nextStatus(payment.status, report.kind, report.outcome.outcome) : null;
  if (!report || next !== command.status) {
    return refused('status_not_reachable', { from: payment.status, to: command.status });
  }
  if (holder && holdsOrder(payment.provider, next)) return heldBy(holder);

  const amount = remaining[report.kind](payment);
  return moveByHand(payment, report.kind, amount, report.outcome, { command, now, ids });
}

/** The answer of a key that was used before; null if it was not. */
function earlierUse(state: State, command: CallerCommand, now: number): Decision | null {
  const use = state.keyUse;
  if (!use) return null;
  const fields = differingFields(use.request, requestOf(command));
  if (fields.length > 0) return refused('idempotency_key_reused', { fields });
  if (use.version !== null) {
    return { kind: 'replayed', paymentId: use.paymentId, version: use.version };
  }
  if (now < use.leaseUntil) {
    const retryAfterSeconds = limits.keyInFlightRetrySeconds;
    return refused('idempotency_key_in_flight', { paymentId: use.paymentId, retryAfterSeconds });
  }
  return { kind: 'unsettled', paymentId: use.paymentId };
}

function heldBy({ paymentId, paid }: NonNullable<State['holder']>): Decision {
  return refused(paid ? 'order_already_paid' : 'order_payment_in_progress', { paymentId });
}

/** Refunds may be open side by side; of anything else one at a time. */
function openMovement(state: State): Operation | undefined {
  return state.operations.find(({ kind, status }) => status === 'open' && kind !== 'refund');
}

function excessOf(payment: Payment, kind: OperationKind, amount: bigint): Decision | null {
  const left = remaining[kind](payment);
  if (amount < 0n) return refused('amount_not_positive', {});
  if (amount > left || amount === 0n) {
    const text = formatAmount(left, payment.currency);
    return refused('amount_exceeds_remaining', { remaining: text });
  }
  return null;
}

function unchanged(payment: Payment, asked: Asked): Decision {
  return { kind: 'unchanged', payment, keyUse: useOf(payment, true, asked) };
}
