/**
 * Florin's domain: pure rules, no I/O, clock or randomness; it runs in a browser too.
 *
 *   merchant   the tenant, `test` or `live`
 *   order      the merchant's own reference for what is being paid
 *   payment    one attempt to collect an amount for an order
 *   operation  one movement asked of a provider: charge, authorize, capture, void, refund
 *   outcome    what the provider said of an operation
 *   command    one thing that somebody wants to happen to a payment, an outcome included
 *   decision   what `decide` answers: a refusal, or the new payment with what goes with it
 *   posting    one row of the double-entry ledger
 *   event      the immutable record that a payment changed, one per version
 *
 * Start with `payment.ts` (the lifecycle table), then `decide.ts`.
 */
export * from './accounts.ts';
export * from './audit.ts';
export * from './commands.ts';
export * from './deadlines.ts';
export * from './decide.ts';
export * from './decision.ts';
export * from './errors.ts';
export * from './event.ts';
export * from './explain.ts';
export * from './ids.ts';
export * from './imported.ts';
export * from './ledger.ts';
export * from './limits.ts';
export * from './money.ts';
export * from './outcome.ts';
export * from './payment.ts';
export * from './refusal.ts';
export * from './scopes.ts';
export * from './settle.ts';
export * from './suspense.ts';
export * from './time.ts';
