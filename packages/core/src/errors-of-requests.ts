/** Refusals of a request, whatever it asks for: rows of `errors.ts`. */
import { type FieldError, row } from './error-row.ts';
import type { Scope } from './scopes.ts';

export const requestRefusals = {
  invalid_request: row<{ errors: readonly FieldError[] }>({
    status: 400,
    trpc: 'BAD_REQUEST',
    title: 'The request is not valid',
    detail: ({ errors }) =>
      errors
        .map(({ path, message }) => (path.length ? `${path.join('.')}: ${message}` : message))
        .join('; '),
    example: { errors: [{ path: ['amount'], message: 'must have at most 2 decimals in USD' }] },
  }),
  malformed_json: row<{ reason: string }>({
    status: 400,
    trpc: 'BAD_REQUEST',
    title: 'The body is not JSON that we take',
    detail: ({ reason }) => `The body cannot be read: ${reason}. Send one JSON object, in UTF-8.`,
    example: { reason: 'it is not valid JSON' },
  }),
  idempotency_key_mismatch: row({
    status: 400,
    trpc: 'BAD_REQUEST',
    title: 'Two different idempotency keys',
    detail: () =>
      'The Idempotency-Key header and the idempotency_key of the body differ. Send one, or the same twice.',
    example: {},
  }),
  unauthorized: row({
    status: 401,
    trpc: 'UNAUTHORIZED',
    title: 'No valid API key',
    detail: () => 'Send a valid API key as "Authorization: Bearer fk_…".',
    example: {},
  }),
  invalid_signature: row({
    status: 401,
    trpc: 'UNAUTHORIZED',
    title: 'The report is not signed as it must be',
    detail: () =>
      'Sign the report with the secret that Florin has, and send it within five minutes of its timestamp.',
    example: {},
  }),
  insufficient_scope: row<{ required: Scope }>({
    status: 403,
    trpc: 'FORBIDDEN',
    title: 'The API key may not do this',
    detail: ({ required }) =>
      `This API key lacks the scope "${required}". Use one that has it; "florin keys create --scope ${required}" makes one.`,
    example: { required: 'payments:write' },
  }),
  route_not_found: row({
    status: 404,
    trpc: 'NOT_FOUND',
    title: 'No such path',
    detail: () => 'There is nothing at this path. Check the URL.',
    example: {},
  }),
  method_not_allowed: row<{ allow: readonly string[] }>({
    status: 405,
    trpc: 'METHOD_NOT_SUPPORTED',
    title: 'The path does not take this method',
    detail: ({ allow }) => `This path takes ${allow.join(', ')}.`,
    example: { allow: ['GET', 'POST'] },
  }),
  payload_too_large: row<{ limitBytes: number }>({
    status: 413,
    trpc: 'PAYLOAD_TOO_LARGE',
    title: 'The body is too large',
    detail: ({ limitBytes }) => `The body may have at most ${limitBytes} bytes.`,
    example: { limitBytes: 65_536 },
  }),
  batch_too_large: row<{ limitCalls: number }>({
    status: 413,
    trpc: 'PAYLOAD_TOO_LARGE',
    title: 'Too many calls in one request',
    detail: ({ limitCalls }) =>
      `One request may carry at most ${limitCalls} calls. Split the batch.`,
    example: { limitCalls: 100 },
  }),
  unsupported_media_type: row({
    status: 415,
    trpc: 'UNSUPPORTED_MEDIA_TYPE',
    title: 'The body is not declared as JSON',
    detail: () => 'Send the body as "Content-Type: application/json".',
    example: {},
  }),
  report_id_reused: row({
    status: 422,
    trpc: 'UNPROCESSABLE_CONTENT',
    title: 'The id was used for another report',
    detail: () =>
      'Another report was stored under this id. Give each report an id of its own, and send one again unchanged.',
    example: {},
  }),
  internal_error: row({
    status: 500,
    trpc: 'INTERNAL_SERVER_ERROR',
    title: 'Something went wrong on our side',
    detail: () => 'Repeat the same request with the same idempotency key; nothing is done twice.',
    example: {},
  }),
  unavailable: row<{ retryAfterSeconds: number }>({
    status: 503,
    trpc: 'SERVICE_UNAVAILABLE',
    title: 'Not able to answer right now',
    detail: ({ retryAfterSeconds }) =>
      `Repeat the same request with the same idempotency key in ${retryAfterSeconds} s; nothing is done twice.`,
    example: { retryAfterSeconds: 1 },
  }),
} as const;
