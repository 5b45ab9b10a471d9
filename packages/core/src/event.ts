/** The immutable record that a payment changed. */
import type { EventId, FreshIds, MerchantId, OperationId, PaymentId } from './ids.ts';
import type { Operation, OperationKind, Outcome, Payment } from './payment.ts';

/** What happened: to the payment as a whole, or to one of its operations. */
export type EventType =
  | 'payment.created'
  | 'payment.imported'
  | `${OperationKind}.opened`
  | `${OperationKind}.${Outcome}`
  | `${OperationKind}.discrepancy`
  | 'discrepancy.resolved';

/** One version of a payment, with the payment as it then was. `createdAt` is ms since the epoch. */
export interface Event {
  readonly merchantId: MerchantId;
  readonly paymentId: PaymentId;
  readonly version: number;
  readonly id: EventId;
  readonly type: EventType;
  readonly actor: string;
  readonly operationId: OperationId | null;
  /** Why, in the words of whoever settled a discrepancy. */
  readonly reason: string | null;
  readonly payment: Payment;
  readonly createdAt: number;
}

/** Who wanted it and when, and the ids for what comes of it. */
export interface Occasion {
  readonly command: { readonly actor: string };
  readonly now: number;
  readonly ids: FreshIds;
}

/** The event of the version that `payment` has now. */
export function eventOf(
  payment: Payment,
  operation: Operation | null,
  type: EventType,
  { command, now, ids }: Occasion,
  reason: string | null = null,
): Event {
  return {
    merchantId: payment.merchantId,
    paymentId: payment.id,
    version: payment.version,
    id: ids.eventId,
    type,
    actor: command.actor,
    operationId: operation?.id ?? null,
    reason,
    payment,
    createdAt: now,
  };
}
