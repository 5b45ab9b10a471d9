/** A refund as callers get it: a union on `status`. */
import type { OperationId, PaymentId } from '../ids.ts';
import type { Currency } from '../money.ts';
import type { Failure } from '../payment.ts';

interface RefundFields {
  /** `op_` and 32 hexadecimal digits: a refund is an operation. */
  readonly id: OperationId;
  readonly paymentId: PaymentId;
  /** How much goes back to the payer: a decimal string in `currency`, such as `"50.00"`. */
  readonly amount: string;
  readonly currency: Currency;
  /** Why, as it was asked for. */
  readonly reason: string | null;
  /** When it was asked for: RFC 3339, UTC. */
  readonly createdAt: string;
}

/** The outcome is not known yet. The amount is reserved. */
export interface PendingRefund extends RefundFields {
  readonly status: 'PENDING';
  readonly reference: null;
  readonly failure: null;
  readonly closedAt: null;
}

/** The money is on its way back to the payer. */
export interface SucceededRefund extends RefundFields {
  readonly status: 'SUCCEEDED';
  /** The provider's reference. */
  readonly reference: string | null;
  readonly failure: Failure | null;
  /** When its outcome became known: RFC 3339, UTC. */
  readonly closedAt: string;
}

/** The provider declined. The amount can be refunded again. */
export interface FailedRefund extends RefundFields {
  readonly status: 'FAILED';
  readonly reference: string | null;
  /** Why the provider declined. */
  readonly failure: Failure;
  /** When its outcome became known: RFC 3339, UTC. */
  readonly closedAt: string;
}

/** Money on its way back to the payer. `failure` says why, where `status` is FAILED. */
export type Refund = PendingRefund | SucceededRefund | FailedRefund;
