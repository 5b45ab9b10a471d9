/** What the SDK's calls throw: a closed set of codes, each with its own fields. */
import type { RefusalCode, RefusalFields } from '@florin/core';

/** Errors that are not Florin's refusals, but of the way to it. */
interface OwnFields {
  /** No answer came, or none that can be read. The call may have taken effect. */
  connection_failed: Readonly<Record<never, never>>;
  /** No answer came in time (`timeoutMs`). The call may have taken effect. */
  timed_out: { readonly timeoutMs: number };
  /** The `signal` of the caller fired; its reason is the `cause`. The call may have taken effect. */
  aborted: Readonly<Record<never, never>>;
  /** An answer came that is not Florin's: of a proxy, say. `status` is its HTTP status. */
  unexpected_answer: Readonly<Record<never, never>>;
}

/** Every code that a call may throw: Florin's refusals, and those of the way to it. */
export type FlorinErrorCode = RefusalCode | keyof OwnFields;

/** The fields that the error of a code has beside those of every {@link FlorinError}. */
export type FlorinErrorFields<C extends FlorinErrorCode> = C extends RefusalCode
  ? Readonly<RefusalFields<C>>
  : C extends keyof OwnFields
    ? OwnFields[C]
    : never;

/** The error of the code `C`, with that code's own fields. */
export type FlorinErrorOf<C extends FlorinErrorCode> = C extends FlorinErrorCode
  ? FlorinError<C> & FlorinErrorFields<C>
  : never;

/** What is known of the answer, beside its code and fields. */
interface Answer {
  readonly status?: number | null;
  readonly requestId?: string | null;
  readonly attempts?: number;
  readonly cause?: unknown;
}

/**
 * A call that Florin refused, or that did not get through. A declined payment is none: it is a
 * payment whose `status` is FAILED.
 *
 * Narrow it with {@link isFlorinError}: the fields of a code are there once it is known.
 *
 * ```ts
 * try {
 *   await florin.payments.create({ orderId: 'order-42', amount: '150.00' });
 * } catch (error) {
 *   if (!isFlorinError(error, 'order_already_paid')) throw error;
 *   return florin.payments.get(error.paymentId);
 * }
 * ```
 */
export class FlorinError<C extends FlorinErrorCode = FlorinErrorCode> extends Error {
  override readonly name = 'FlorinError';
  readonly code: C;
  /** The HTTP status; null where there was no answer. */
  readonly status: number | null;
  /** Names the request in Florin's log; null where none was sent. */
  readonly requestId: string | null;
  /** How often the call was sent. */
  readonly attempts: number;

  /** For tests of your own: calls make their errors themselves. */
  constructor(code: C, message: string, fields: FlorinErrorFields<C>, answer: Answer = {}) {
    super(message, 'cause' in answer ? { cause: answer.cause } : undefined);
    this.code = code;
    this.status = answer.status ?? null;
    this.requestId = answer.requestId ?? null;
    this.attempts = answer.attempts ?? 0;
    Object.assign(this, fields);
  }
}

/**
 * Whether `error` is a {@link FlorinError}, of that code if one is given. It narrows `error` to the
 * fields of that code; without one to the union of all, for a `switch` on `error.code`.
 *
 * ```ts
 * if (isFlorinError(error, 'amount_exceeds_remaining')) console.log(error.remaining);
 * ```
 */
export function isFlorinError<C extends FlorinErrorCode = FlorinErrorCode>(
  error: unknown,
  code?: C,
): error is FlorinErrorOf<C> {
  // By name too: an application may have two copies of this package, as ESM and as CJS.
  if (!(error instanceof Error) || error.name !== 'FlorinError' || !('code' in error)) return false;
  return code === undefined || error.code === code;
}
