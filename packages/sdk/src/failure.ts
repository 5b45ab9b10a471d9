/** Whatever a try of a call threw, as a FlorinError. */
import type { RefusalCode } from '@florin/core';
import { TRPCClientError } from '@trpc/client';
import { FlorinError, type FlorinErrorFields } from './errors.ts';
import { StrangeAnswer } from './transport.ts';

/** A refusal as it comes over tRPC: RFC 9457, with the fields of its code. */
interface Problem {
  readonly code: RefusalCode;
  readonly detail: string;
  readonly status: number;
  readonly requestId: string | null;
  readonly [field: string]: unknown;
}

/** What a try failed with, and how long the answer said to wait, in milliseconds. */
export interface Failed {
  readonly error: FlorinError;
  readonly retryAfterMs: number;
}

interface Try {
  readonly attempts: number;
  readonly requestId: string | null;
}

export function failedOf(thrown: unknown, { attempts, requestId }: Try): Failed {
  const cause = thrown instanceof TRPCClientError ? (thrown.cause ?? thrown) : thrown;
  const problem = problemOf(thrown);
  if (problem) {
    const {
      code,
      detail,
      status,
      type: _,
      title: __,
      error: ___,
      requestId: named,
      ...own
    } = problem;
    const answer = { status, requestId: named ?? requestId, attempts };
    const fields = own as FlorinErrorFields<RefusalCode>;
    const error = new FlorinError<RefusalCode>(code, detail, fields, answer);
    const seconds = own['retryAfterSeconds'];
    return { error, retryAfterMs: typeof seconds === 'number' ? seconds * 1000 : 0 };
  }
  const strange = strangeOf(thrown, cause);
  if (strange) {
    const message = `${strange.message}. Check the url, and what stands between.`;
    const answer = { status: strange.status, requestId, attempts, cause };
    const error = new FlorinError('unexpected_answer', message, {}, answer);
    return { error, retryAfterMs: strange.retryAfterMs };
  }
  const message = `No answer from Florin: ${reasonOf(cause)}. Repeat the call with the same idempotency key; nothing is done twice.`;
  const answer = { requestId, attempts, cause };
  return { error: new FlorinError('connection_failed', message, {}, answer), retryAfterMs: 0 };
}

function problemOf(thrown: unknown): Problem | undefined {
  if (!(thrown instanceof TRPCClientError)) return undefined;
  const data: { readonly problem?: Problem } | undefined = thrown.data;
  return data?.problem;
}

/** It is JSON, but none of tRPC's; or none at all. */
function strangeOf(thrown: unknown, cause: unknown): StrangeAnswer | null {
  if (cause instanceof StrangeAnswer) return cause;
  const response = thrown instanceof TRPCClientError ? thrown.meta?.['response'] : undefined;
  return response ? new StrangeAnswer(response as Response) : null;
}

/** `fetch` says why only in its error's cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message || error.name;
}
