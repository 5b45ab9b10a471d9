/** What calls take. Amounts are decimal strings, never numbers. */
import type { Currency, SettlingAccount, Status } from '@florin/core';

interface Keyed {
  /**
   * One key, one effect, for good: the same call under the same key gets the first answer again, and
   * another call under it is refused (`idempotency_key_reused`). Up to 255 characters. Left out, one is
   * made for this call and all of its tries. Hand in your own, made by `idempotencyKey()` of your own
   * ids, where your process may be restarted in the middle.
   */
  readonly idempotencyKey?: string | undefined;
}

export interface CreatePayment extends Keyed {
  /** Your own reference for what is being paid. It is paid once. */
  readonly orderId: string;
  /** How much: a decimal string such as `"150.00"`, or `"150"` in JPY; more than zero. */
  readonly amount: string;
  /** ISO 4217; by default `USD`. */
  readonly currency?: Currency | undefined;
  /** `automatic`, the default: charged at once. `manual`: held, until you capture or cancel it. */
  readonly capture?: 'automatic' | 'manual' | undefined;
  /** What the provider knows the payer's means by, such as the sandbox's `pm_requires_action`. */
  readonly paymentMethod?: string | undefined;
  /** Who moves the money: by default `sandbox` for a test key, `manual` for a live one. */
  readonly provider?: string | undefined;
  /** Your own entries, at most 50: names of up to 40 characters, texts of up to 500. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

export interface CapturePayment extends Keyed {
  /** How much of what is held, as a decimal string; the rest is released. Left out: all. */
  readonly amount?: string | undefined;
}

export interface CancelPayment extends Keyed {}

export interface RefundPayment extends Keyed {
  /** How much, as a decimal string. Left out: all that remains. */
  readonly amount?: string | undefined;
  /** Why, for whoever reads the history; up to 255 characters. */
  readonly reason?: string | undefined;
}

export interface UpdatePaymentStatus extends Keyed {}

export interface ResolvePayment extends Keyed {
  /** What was found, for whoever reads the history; up to 255 characters. */
  readonly reason: string;
  /**
   * Where movements in suspense go: `merchant_payable`, they stand; `provider_receivable`, the provider
   * made them undone. Left out where there are none.
   */
  readonly suspenseTo?: SettlingAccount | undefined;
}

interface Paged {
  /** How many items a page has at most: 1 to 100, by default 20. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
}

export interface ListPayments extends Paged {
  readonly status?: Status | undefined;
  readonly currency?: Currency | undefined;
  /** Created then or later: RFC 3339, such as `2026-11-23T09:30:00Z`. */
  readonly createdFrom?: string | undefined;
  /** Created before then: RFC 3339. */
  readonly createdTo?: string | undefined;
}

export interface ListRefunds extends Paged {}

export interface ListEvents {
  /** What follows this number; 0, the default, is from the beginning. */
  readonly after?: number | undefined;
  /** How many events a page has at most: 1 to 100, by default 20. */
  readonly limit?: number | undefined;
}

export interface ListEventsOfPayment {
  /** What follows this version of the payment; 0, the default, is from the beginning. */
  readonly after?: number | undefined;
  /** How many events a page has at most: 1 to 100, by default 20. */
  readonly limit?: number | undefined;
}

/** How `waitFor` waits. */
export interface WaitOptions {
  /** How long it waits in all, in milliseconds; by default 60,000. Then it throws `timed_out`. */
  readonly timeoutMs?: number | undefined;
  /** How long it waits between two looks, in milliseconds; by default 250 at first, then up to 2,000. */
  readonly pollMs?: number | undefined;
  /** Ends the waiting: it throws `aborted`. */
  readonly signal?: AbortSignal | undefined;
}
