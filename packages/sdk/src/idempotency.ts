/** Idempotency keys: made for a call that has none, or derived from the caller's own ids. */

/** Florin takes 255 characters. */
const longest = 255;

/**
 * A key made of your own ids, the same whenever it is made of the same: so a service that is restarted
 * in the middle of a payment sends the same key again, and nothing is done twice.
 *
 * ```ts
 * await florin.payments.refund(paymentId, {
 *   amount: '50.00',
 *   idempotencyKey: idempotencyKey('return', returnId),
 * });
 * ```
 *
 * Different parts never make the same key. An id of your own that is new for each wish belongs into it:
 * one order may be tried more than once.
 * @throws RangeError where the key would have more than 255 characters
 */
export function idempotencyKey(
  ...parts: readonly [string | number, ...(string | number)[]]
): string {
  const key = parts.map((part) => `${part}`.replace(/[%/]/g, encodeURIComponent)).join('/');
  if (key === '' || [...key].length > longest) {
    throw new RangeError(
      `An idempotency key has 1 to ${longest} characters; this has ${key.length}.`,
    );
  }
  return key;
}

/** A key that nobody else has: it holds for the tries of one call. */
export const freshKey = (): string => `sdk_${crypto.randomUUID()}`;
