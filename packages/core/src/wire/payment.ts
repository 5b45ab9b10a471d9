/** A payment as callers get it: a union on `status`, so that what a status brings is there with it. */
import type { PaymentId } from '../ids.ts';
import type { Currency } from '../money.ts';
import type { Action, Failure, NextAction, Status } from '../payment.ts';

/** What every payment has, whatever its status. */
interface PaymentFields {
  /** `pay_` and 32 hexadecimal digits. */
  readonly id: PaymentId;
  /** The merchant's own reference for what is being paid. */
  readonly orderId: string;
  /** What is to be paid: a decimal string with exactly the currency's decimals, such as `"150.00"`. */
  readonly amount: string;
  /** ISO 4217, upper case. */
  readonly currency: Currency;
  /** How much the provider has approved, as `amount` is written. */
  readonly authorizedAmount: string;
  /** How much is captured: paid. */
  readonly capturedAmount: string;
  /** How much of what is captured is refunded. */
  readonly refundedAmount: string;
  /** What may be asked for now; nothing while the outcome of a charge, capture or void is not known. */
  readonly allowedActions: readonly Action[];
  /** Who moves the money: `sandbox`, `manual`, … */
  readonly provider: string;
  /** The provider's reference, once the charge or the authorization succeeded. */
  readonly transactionId: string | null;
  /** The key that the payment was created with. */
  readonly idempotencyKey: string;
  /** The provider reported what should not be possible, and nobody has resolved it yet. */
  readonly discrepancy: boolean;
  /** The merchant's own entries, as they were sent. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Counts the payment's changes, from 1. */
  readonly version: number;
  /** When it was created: RFC 3339, UTC. */
  readonly createdAt: string;
  /** When it last changed: RFC 3339, UTC. */
  readonly updatedAt: string;
}

/** Accepted; the outcome is not known yet. */
export interface PendingPayment extends PaymentFields {
  readonly status: 'PENDING';
  readonly failure: null;
  readonly nextAction: null;
  readonly expiresAt: null;
}

/** The payer must act, at `nextAction.url`; then it goes on by itself. */
export interface PaymentRequiringAction extends PaymentFields {
  readonly status: 'REQUIRES_ACTION';
  readonly failure: null;
  /** What the payer must do. */
  readonly nextAction: NextAction;
  /** From then on the payment is voided: RFC 3339, UTC. */
  readonly expiresAt: string | null;
}

/** The funds are held, to be captured before `expiresAt`. */
export interface AuthorizedPayment extends PaymentFields {
  readonly status: 'AUTHORIZED';
  readonly failure: null;
  readonly nextAction: null;
  /** From then on the hold is voided: RFC 3339, UTC. */
  readonly expiresAt: string | null;
}

/** Captured. It stays so where a part is refunded: `refundedAmount` says how much. */
export interface PaidPayment extends PaymentFields {
  readonly status: 'SUCCESS';
  readonly failure: null;
  readonly nextAction: null;
  readonly expiresAt: null;
}

/** All that was captured is refunded. The order is free for another payment. */
export interface RefundedPayment extends PaymentFields {
  readonly status: 'REFUNDED';
  readonly failure: null;
  readonly nextAction: null;
  readonly expiresAt: null;
}

/** Declined, for the reason in `failure`. The order is free for another payment. */
export interface FailedPayment extends PaymentFields {
  readonly status: 'FAILED';
  /** Why the provider declined. */
  readonly failure: Failure;
  readonly nextAction: null;
  readonly expiresAt: null;
}

/** Voided before anything was captured. The order is free for another payment. */
export interface CancelledPayment extends PaymentFields {
  readonly status: 'CANCELLED';
  readonly failure: null;
  readonly nextAction: null;
  readonly expiresAt: null;
}

/**
 * One attempt to collect an amount for an order. `failure` is there exactly when `status` is FAILED,
 * `nextAction` exactly when it is REQUIRES_ACTION:
 *
 * ```ts
 * if (payment.status === 'REQUIRES_ACTION') redirect(payment.nextAction.url);
 * if (payment.status === 'FAILED') show(payment.failure.message);
 * ```
 */
export type Payment =
  | PendingPayment
  | PaymentRequiringAction
  | AuthorizedPayment
  | PaidPayment
  | RefundedPayment
  | FailedPayment
  | CancelledPayment;

/** A payment whose status is one of `S`: `PaymentIn<'FAILED'>` has its `failure`. */
export type PaymentIn<S extends Status> = Extract<Payment, { readonly status: S }>;
