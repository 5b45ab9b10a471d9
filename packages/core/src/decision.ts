/** What `decide` reads and what it answers. */
import type { ParsedRequest } from './commands.ts';
import type { Event } from './event.ts';
import type { MerchantId, PaymentId } from './ids.ts';
import type { Posting } from './ledger.ts';
import type { Operation, Payment } from './payment.ts';
import { type Refusal, type RefusalCode, type RefusalFields, refuse } from './refusal.ts';

/** What an idempotency key was used for, kept for good. */
export interface KeyUse {
  readonly merchantId: MerchantId;
  readonly key: string;
  readonly request: ParsedRequest;
  readonly paymentId: PaymentId;
  /** The payment's version that is the first final answer; null until there is one. */
  readonly version: number | null;
  /** Until then (ms since the epoch) the first request is taken to be under way. */
  readonly leaseUntil: number;
  readonly createdAt: number;
}

/** The payment that holds an order; `paid` once its money is captured. */
export interface OrderHolder {
  readonly paymentId: PaymentId;
  readonly paid: boolean;
}

/** Everything a decision depends on. */
export interface State {
  readonly payment: Payment | null;
  /** All operations of that payment. */
  readonly operations: readonly Operation[];
  /** The earlier use of the command's idempotency key. */
  readonly keyUse: KeyUse | null;
  /** Who holds the order that the command is about. */
  readonly holder: OrderHolder | null;
}

/** The payment changed: all of this is written in one commit, or none of it. */
export interface Applied {
  readonly kind: 'applied';
  readonly payment: Payment;
  /** The operation that was opened or has changed, as it is now. */
  readonly operation: Operation | null;
  /** Others whose movement went into suspense by it, or out of it. */
  readonly otherOperations: readonly Operation[];
  readonly postings: readonly Posting[];
  readonly event: Event;
  /** The key that the command used, to be written with it. */
  readonly keyUse: KeyUse | null;
  /** The key of an earlier request that has its final answer in this version. */
  readonly answersKey: string | null;
}

/** The command wants what already is. Its key is used all the same. */
export interface Unchanged {
  readonly kind: 'unchanged';
  readonly payment: Payment;
  readonly keyUse: KeyUse | null;
}

export type Decision =
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** The key's first final answer, again. */
  | { readonly kind: 'replayed'; readonly paymentId: PaymentId; readonly version: number }
  /** The key's first request has no final answer yet: the payment as it is. */
  | { readonly kind: 'unsettled'; readonly paymentId: PaymentId }
  | Unchanged
  | Applied;

export function refused<C extends RefusalCode>(code: C, fields: RefusalFields<C>): Decision {
  return { kind: 'refused', refusal: refuse(code, fields) };
}
