/** Asking for an operation: what it reserves, and what is written with it. */
import { type CallerCommand, type KeyedCommand, requestOf } from './commands.ts';
import type { Applied, KeyUse } from './decision.ts';
import { eventOf, type Occasion } from './event.ts';
import { limits } from './limits.ts';
import {
  isReportedByHand,
  nextStatus,
  type Operation,
  type OperationKind,
  type Payment,
} from './payment.ts';
import { type KnownOutcome, settle } from './settle.ts';

/** A caller's command, when it came, and the ids for what comes of it. */
export interface Asked extends Occasion {
  readonly command: CallerCommand;
}

/** Opens the operation, or records it at once where somebody else moves the money. */
export function move(payment: Payment, kind: OperationKind, amount: bigint, asked: Asked): Applied {
  if (isReportedByHand(payment.provider)) {
    return moveByHand(payment, kind, amount, { outcome: 'succeeded', reference: null }, asked);
  }
  const operation = operationOf(payment, kind, amount, asked);
  const changed: Payment = {
    ...reserve(payment, operation),
    version: payment.version + 1,
    updatedAt: asked.now,
  };
  return {
    kind: 'applied',
    payment: changed,
    operation,
    otherOperations: [],
    postings: [],
    event: eventOf(changed, operation, `${kind}.opened`, asked),
    keyUse: useOf(changed, false, asked),
    answersKey: null,
  };
}

/** Opened and settled in one version: it happened outside, and all that is left is to record it. */
export function moveByHand(
  payment: Payment,
  kind: OperationKind,
  amount: bigint,
  outcome: KnownOutcome,
  asked: Asked,
): Applied {
  const operation = operationOf(payment, kind, amount, asked);
  const status = nextStatus(payment.status, kind, outcome.outcome);
  const before = { payment: reserve(payment, operation), operations: [] };
  const settled = settle(before, operation, outcome, status, asked);
  return { ...settled, keyUse: useOf(settled.payment, true, asked), answersKey: null };
}

/** An open refund reserves its amount until its outcome is known; of all else one is open at a time. */
function reserve(payment: Payment, { kind, amount }: Operation): Payment {
  if (kind !== 'refund') return { ...payment, openOperation: kind };
  return { ...payment, refundPending: payment.refundPending + amount };
}

/** An open operation; whoever opens it owns it until the lease runs out. */
export function operationOf(
  payment: Payment,
  kind: OperationKind,
  amount: bigint,
  { command, now, ids }: Asked,
): Operation {
  return {
    merchantId: payment.merchantId,
    id: ids.operationId,
    paymentId: payment.id,
    kind,
    amount,
    status: 'open',
    reference: null,
    failure: null,
    reason: command.type === 'refund' ? command.reason : null,
    idempotencyKey: command.idempotencyKey,
    contradiction: null,
    suspense: null,
    attempts: 1,
    leaseUntil: now + limits.leaseMs,
    createdAt: now,
    closedAt: null,
  };
}

/** The row that the command's key leaves behind; `isFinal` where this version is its answer. */
export function useOf(
  payment: Payment,
  isFinal: boolean,
  { command, now }: { readonly command: KeyedCommand; readonly now: number },
): KeyUse | null {
  if (command.idempotencyKey === null) return null;
  return {
    merchantId: payment.merchantId,
    key: command.idempotencyKey,
    request: requestOf(command),
    paymentId: payment.id,
    version: isFinal ? payment.version : null,
    leaseUntil: now + limits.leaseMs,
    createdAt: now,
  };
}
