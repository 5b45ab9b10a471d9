/** A merchant's accounts as callers get them. */
import type { Currency } from '../money.ts';

/** What the merchant's accounts come to in one currency, as decimal strings, possibly below zero. */
export interface Balance {
  readonly currency: Currency;
  /** What providers owe: what is captured and not refunded. `merchantPayable` and `suspense` together. */
  readonly providerReceivable: string;
  /** What the merchant has earned. */
  readonly merchantPayable: string;
  /** What is in doubt until an operator resolves it. */
  readonly suspense: string;
}
