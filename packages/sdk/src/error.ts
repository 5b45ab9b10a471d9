/** What the SDK's calls throw. */
import type { RefusalCode } from '@florin/core';
import type { AppRouter } from '@florin/server/router';
import { TRPCClientError } from '@trpc/client';

/** A refusal's code; `connection_failed` where no answer of Florin's came. */
export type FlorinErrorCode = RefusalCode | 'connection_failed';

/**
 * A call that Florin refused, or that did not reach it. A declined payment is none: it is a payment
 * whose `status` is FAILED.
 *
 * After `connection_failed`, `unavailable` and `internal_error` the call may have taken effect:
 * repeat it with the same idempotency key, and nothing is done twice.
 */
export class FlorinError extends Error {
  override readonly name = 'FlorinError';
  readonly code: FlorinErrorCode;
  /** The HTTP status; null where there was no answer. */
  readonly status: number | null;
  /** Names the request in Florin's log. */
  readonly requestId: string | null;
  /** The refusal's own fields, such as `paymentId` or `errors`, beside RFC 9457's. */
  readonly problem: Readonly<Record<string, unknown>>;

  private constructor(
    code: FlorinErrorCode,
    message: string,
    problem: Readonly<Record<string, unknown>>,
    cause: unknown,
  ) {
    super(message, { cause });
    this.code = code;
    this.status = typeof problem['status'] === 'number' ? problem['status'] : null;
    this.requestId = typeof problem['requestId'] === 'string' ? problem['requestId'] : null;
    this.problem = problem;
  }

  /** Whatever a call threw, as a FlorinError. */
  static from(cause: unknown): FlorinError {
    const problem = cause instanceof TRPCClientError ? problemOf(cause) : undefined;
    if (problem) return new FlorinError(problem.code, problem.detail, problem, cause);
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `No answer from Florin: ${reason}. Repeat the call with the same idempotency key.`;
    return new FlorinError('connection_failed', message, {}, cause);
  }
}

const problemOf = (error: TRPCClientError<AppRouter>) => error.data?.problem;
