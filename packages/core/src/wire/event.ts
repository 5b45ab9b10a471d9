/** Events as callers get them. */
import type { EventType } from '../event.ts';
import type { EventId, OperationId, PaymentId } from '../ids.ts';
import type { Payment } from './payment.ts';

/** The immutable record that a payment changed. */
export interface Event {
  /** `evt_` and 32 hexadecimal digits. */
  readonly id: EventId;
  /** Its place among the merchant's events, from 1 without a gap; null for the moment until it is given. */
  readonly number: number | null;
  /** What happened. More types may come: leave those alone that you do not know. */
  readonly type: EventType;
  readonly paymentId: PaymentId;
  /** The version that it made of the payment. */
  readonly version: number;
  /** The operation that it is about. */
  readonly operationId: OperationId | null;
  /** Who did it: an API key's id, `worker:…` or `provider:…`. */
  readonly actor: string;
  /** Why, in the words of whoever resolved a discrepancy. */
  readonly reason: string | null;
  /** When it happened: RFC 3339, UTC. */
  readonly createdAt: string;
  /** The payment as it then was. */
  readonly payment: Payment;
}
