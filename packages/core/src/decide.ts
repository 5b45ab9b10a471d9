/**
 * `decide`: the one place where a command becomes a change, or is refused. Pure: the caller brings
 * the state, the time and fresh ids. Guards first; below them nothing can fail.
 */
import type {
  Cancel,
  Capture,
  Command,
  Create,
  Expire,
  Refund,
  Report,
  Resolve,
} from './commands.ts';
import { type Decision, refused, type State } from './decision.ts';
import { eventOf } from './event.ts';
import { earlierUse, excessOf, heldBy, unchanged, undecidedIn } from './guards.ts';
import type { FreshIds } from './ids.ts';
import { decideImport } from './import.ts';
import { limits } from './limits.ts';
import { move, moveByHand, operationOf, useOf } from './movement.ts';
import { decideOutcome } from './outcome.ts';
import {
  allows,
  holdsOrder,
  isReportedByHand,
  nextStatus,
  type OperationKind,
  type Payment,
  remaining,
  type Status,
} from './payment.ts';
import { resolve } from './resolve.ts';
import type { KnownOutcome } from './settle.ts';
import { remainingOf } from './suspense.ts';

/** @param now milliseconds since the epoch */
export function decide(state: State, command: Command, now: number, ids: FreshIds): Decision {
  switch (command.type) {
    case 'create':
      return decideCreate(state, command, now, ids);
    case 'import':
      return decideImport(state, command, now, ids);
    case 'capture':
      return decideCapture(state, command, now, ids);
    case 'cancel':
      return decideCancel(state, command, now, ids);
    case 'expire':
      return decideExpire(state, command, now, ids);
    case 'refund':
      return decideRefund(state, command, now, ids);
    case 'report':
      return decideReport(state, command, now, ids);
    case 'resolve':
      return decideResolution(state, command, now, ids);
    case 'outcome':
      return decideOutcome(state, command, now, ids);
  }
}

function decideCreate(state: State, command: Create, now: number, ids: FreshIds): Decision {
  const earlier = earlierUse(state, command, now);
  if (earlier) return earlier;
  if (command.amount <= 0n) return refused('amount_not_positive', {});
  const byHand = isReportedByHand(command.provider);
  if (byHand && command.capture === 'manual') {
    return refused('capture_not_available', { provider: command.provider });
  }
  if (state.holder) return heldBy(state.holder);

  const kind = command.capture === 'automatic' ? 'charge' : 'authorize';
  const status = 'PENDING';
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
    status,
    holdsOrder: holdsOrder(command.provider, status),
    provider: command.provider,
    paymentMethod: command.paymentMethod,
    transactionId: null,
    idempotencyKey: command.idempotencyKey,
    failure: null,
    nextAction: null,
    metadata: command.metadata,
    discrepancy: false,
    openOperation: byHand ? null : kind,
    expiresAt: null,
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
  const asked = { command, now, ids };
  const operation = byHand ? null : operationOf(payment, kind, payment.amount, asked);
  return {
    kind: 'applied',
    payment,
    operation,
    otherOperations: [],
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
  const undecided = undecidedIn(state, payment);
  if (undecided) return undecided;
  const left = remainingOf('capture', payment, state.operations);
  const amount = command.amount === 'rest' ? left : command.amount;
  const excess = excessOf(amount, left, payment);
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
  if (payment.status === 'CANCELLED') return unchanged(payment, { command, now });
  if (!allows(payment.status, 'void'))
    return refused('not_cancellable', { paymentStatus: payment.status });
  const undecided = undecidedIn(state, payment);
  if (undecided) return undecided;

  return move(payment, 'void', remaining.void(payment), { command, now, ids });
}

function decideExpire(state: State, command: Expire, now: number, ids: FreshIds): Decision {
  const { payment } = state;
  if (!payment) return refused('payment_not_found', {});
  const asked = { command, now, ids };
  const isDue = payment.expiresAt !== null && payment.expiresAt <= now;
  if (!isDue || !allows(payment.status, 'void') || undecidedIn(state, payment)) {
    return unchanged(payment, asked);
  }

  // The provider may decline the void; then it is asked once more, later.
  const postponed = { ...payment, expiresAt: now + limits.expiryRetryMs };
  return move(postponed, 'void', remaining.void(payment), asked);
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
  const undecided = undecidedIn(state, payment);
  if (undecided) return undecided;
  const left = remainingOf('refund', payment, state.operations);
  const amount = command.amount === 'rest' ? left : command.amount;
  const excess = excessOf(amount, left, payment);
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
  if (command.status === payment.status) return unchanged(payment, { command, now });
  if (!isReportedByHand(payment.provider)) {
    if (command.status !== 'CANCELLED') {
      return refused('provider_decides', { provider: payment.provider });
    }
    return decideCancel(state, command, now, ids);
  }
  const undecided = undecidedIn(state, payment);
  if (undecided) return undecided;
  if (command.status === 'REFUNDED') {
    if (!allows(payment.status, 'refund')) {
      return refused('not_refundable', { paymentStatus: payment.status });
    }
    const left = remainingOf('refund', payment, state.operations);
    return excessOf(left, left, payment) ?? move(payment, 'refund', left, { command, now, ids });
  }
  const { status } = command;
  const report = reported[status];
  if (!report || nextStatus(payment.status, report.kind, report.outcome.outcome) !== status) {
    return refused('status_not_reachable', { from: payment.status, to: status });
  }
  if (holder && holdsOrder(payment.provider, status)) return heldBy(holder);

  const amount = remaining[report.kind](payment);
  return moveByHand(payment, report.kind, amount, report.outcome, { command, now, ids });
}

function decideResolution(state: State, command: Resolve, now: number, ids: FreshIds): Decision {
  const { payment } = state;
  if (!payment) return refused('payment_not_found', {});
  const earlier = earlierUse(state, command, now);
  if (earlier) return earlier;

  return resolve({ payment, operations: state.operations }, command, now, ids);
}
