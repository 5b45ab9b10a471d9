/** Every bound, unit in the name. The database repeats those on text as CHECKs. */
export const limits = {
  /** Digits before the decimal point of an amount. */
  amountIntegerDigits: 12,
  /** `order_id`, `idempotency_key`, `reason`, `payment_method`. */
  textCharacters: 255,
  metadataEntries: 50,
  metadataKeyCharacters: 40,
  metadataValueCharacters: 500,
  pageRows: 100,
  pageRowsByDefault: 20,
  /** How deep JSON may nest. */
  jsonLevels: 16,
  restBodyBytes: 64 * 1024,
  trpcBodyBytes: 1024 * 1024,
  trpcBatchCalls: 100,
  /** How long one asking of a provider owns its operation and its idempotency key. */
  leaseMs: 30_000,
  /** Shorter than the lease: who asks has given up before anyone asks again. */
  providerTimeoutMs: 20_000,
  /** When an operation is asked for again whose outcome is not known: after so long, then the last. */
  askAgainAfterMs: [5_000, 30_000, 5 * 60_000, 60 * 60_000, 6 * 60 * 60_000, 24 * 60 * 60_000],
  /** How long a payer has to act, where the provider does not say. */
  payerActionMs: 30 * 60_000,
  /** How long funds are held, where the provider does not say. */
  authorizationMs: 7 * 24 * 60 * 60_000,
  /** When an expired payment is voided again, where the provider declined the void. */
  expiryRetryMs: 24 * 60 * 60_000,
  /** How long a provider's report waits for its operation, before it is given up. */
  reportPatienceMs: 24 * 60 * 60_000,
  /** What a caller is told to wait while its key is in flight. */
  keyInFlightRetrySeconds: 1,
  /** What a caller is told to wait where there is no room for its command. */
  overloadedRetrySeconds: 1,
  commandsInBatch: 128,
  lookupsInBatch: 128,
  /** While the database is at one, the next is made ready, and sent. */
  commitsAtOnce: 2,
  /**
   * Of all merchants: commands that wait for a commit or are in one, outcomes among them. What both
   * commits hold and the next one, some 0.15 s of work: more would only wait longer. Where there is no
   * room, merchants have even shares of it.
   */
  commandsInHand: 384,
  /** In a flood: to refuse takes time as well, and what is in hand is to wait no longer for that. */
  commandsInHandFlooded: 256,
  /** How many connections that were refused for want of room are read again in a second. */
  throttledReadPerSecond: 1_000,
} as const;
