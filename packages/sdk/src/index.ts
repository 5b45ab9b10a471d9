/**
 * Florin for TypeScript services. `createFlorin` gives the calls; `FlorinError` is what they throw,
 * and `isFlorinError` tells which; `money` is amounts to calculate with; `idempotencyKey` makes a key
 * of your own ids.
 */
export type {
  Currency,
  EventId,
  Failure,
  NextAction,
  OperationId,
  PaymentId,
  RefusalCode,
  RefusalFields,
  SettlingAccount,
  Status as PaymentStatus,
} from '@florin/core';
export type * from '@florin/core/wire';
export {
  FlorinError,
  type FlorinErrorCode,
  type FlorinErrorFields,
  type FlorinErrorOf,
  isFlorinError,
} from './errors.ts';
export { createFlorin, type Florin } from './florin.ts';
export { idempotencyKey } from './idempotency.ts';
export type * from './inputs.ts';
export { Money, money } from './money.ts';
export type { CallOptions, FlorinOptions, Retry } from './options.ts';
export type { List, Page } from './pages.ts';
export type { Payments } from './payments.ts';
export type { Balances, EventPage, Events, Refunds } from './resources.ts';
