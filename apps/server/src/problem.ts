/** What a caller is told of an error: RFC 9457 problem details, the same over REST and tRPC. */
import {
  detailOf,
  type FieldError,
  limits,
  type Refusal,
  type RefusalCode,
  refusals,
  refuse,
} from '@florin/core';
import { troubleOf } from '@florin/db';
import { TRPCError } from '@trpc/server';
import { z } from 'zod';
import { RefusalError } from './engine/refusal-error.ts';

/** `error` is `detail` again: the text that clients of the replaced system read. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: RefusalCode;
  readonly requestId: string | null;
  readonly error: string;
  /** One for each bad field, in `invalid_request`. */
  readonly errors?: readonly FieldError[];
  /** The refusal's own fields, such as `paymentId` or `remaining`. */
  readonly [field: string]: unknown;
}

/** @param rename how this API writes a field's name or dotted path */
export function problemOf(
  error: unknown,
  requestId: string | null,
  rename: (path: string) => string = (path) => path,
): Problem {
  const refusal = renamed(refusalOf(error), rename);
  const { status, title } = refusals[refusal.code];
  const detail = detailOf(refusal);
  return {
    type: `/errors/${refusal.code}`,
    title,
    status,
    detail,
    code: refusal.code,
    requestId,
    error: detail,
    ...refusal.fields,
  };
}

/** The refusal that an error carries; what carries none is a bug. */
function refusalOf(error: unknown): Refusal {
  const cause = error instanceof TRPCError ? (error.cause ?? error) : error;
  if (cause instanceof RefusalError) return cause.refusal;
  if (troubleOf(cause) === 'unreachable') {
    return refuse('unavailable', { retryAfterSeconds: limits.overloadedRetrySeconds });
  }
  if (!(error instanceof TRPCError)) return refuse('internal_error', {});
  switch (error.code) {
    case 'NOT_FOUND':
      return refuse('route_not_found', {});
    case 'PARSE_ERROR':
      return refuse('malformed_json', { reason: 'it is not valid JSON' });
    case 'BAD_REQUEST':
      return cause instanceof z.ZodError
        ? refuse('invalid_request', { errors: fieldErrorsOf(cause) })
        : refuse('malformed_json', { reason: 'it is not what tRPC sends' });
    case 'UNSUPPORTED_MEDIA_TYPE':
      return refuse('unsupported_media_type', {});
    case 'METHOD_NOT_SUPPORTED':
      return refuse('method_not_allowed', { allow: ['GET', 'POST'] });
    default:
      return refuse('internal_error', {});
  }
}

/** Only two refusals name fields. */
function renamed(refusal: Refusal, rename: (path: string) => string): Refusal {
  if (refusal.code === 'idempotency_key_reused') {
    return refuse(refusal.code, { fields: refusal.fields.fields.map(rename) });
  }
  if (refusal.code !== 'invalid_request') return refusal;
  const errors = refusal.fields.errors.map(({ path: [root, ...rest], message }) => ({
    path: root === undefined ? [] : [rename(String(root)), ...rest],
    message,
  }));
  return refuse(refusal.code, { errors });
}

export function fieldErrorsOf(error: z.ZodError): readonly FieldError[] {
  return error.issues.flatMap((issue): readonly FieldError[] => {
    const path = issue.path.filter((part) => typeof part !== 'symbol');
    if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }];
    return issue.keys.map((key) => ({ path: [...path, key], message: 'is not a known field' }));
  });
}
