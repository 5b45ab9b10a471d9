/** `createFlorin`: everything that Florin offers, from `florin.` on. */
import { createCall } from './call.ts';
import { checkOptions } from './checks.ts';
import type { FlorinOptions } from './options.ts';
import { type Payments, paymentsOf } from './payments.ts';
import {
  type Balances,
  balancesOf,
  type Events,
  eventsOf,
  type Refunds,
  refundsOf,
} from './resources.ts';
import { createTransport } from './transport.ts';

/**
 * Florin's calls. Those that are made at once ride in one HTTP request. Each is sent again where that
 * is safe, under one idempotency key, and throws a `FlorinError` where it fails for good.
 */
export interface Florin {
  readonly payments: Payments;
  readonly refunds: Refunds;
  readonly events: Events;
  readonly balances: Balances;
}

/**
 * A client of a Florin. It keeps nothing and needs no closing: make one, and share it.
 *
 * ```ts
 * const florin = createFlorin({ url: 'https://florin.internal', apiKey: process.env.FLORIN_KEY! });
 * ```
 * @throws TypeError where the url or the key is none, or the key would be in a browser
 */
export function createFlorin(options: FlorinOptions): Florin {
  checkOptions(options);
  const call = createCall(options, createTransport(options));
  return {
    payments: paymentsOf(call),
    refunds: refundsOf(call),
    events: eventsOf(call),
    balances: balancesOf(call),
  };
}
