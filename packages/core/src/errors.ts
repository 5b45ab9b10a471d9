/**
 * Every refusal, one row each: HTTP status, tRPC code, title, and what to tell the caller to do
 * next. A refusal is a caller's fault (or our load); a decline is a payment's status, and what no
 * row maps is a bug. `detail` is also the text `error` that clients of the replaced system read.
 */
import type { PaymentId } from './ids.ts';
import type { OperationKind, Status } from './payment.ts';
import type { Scope } from './scopes.ts';

interface Row<Fields> {
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 500 | 503;
  readonly trpc:
    | 'BAD_REQUEST'
    | 'UNAUTHORIZED'
    | 'FORBIDDEN'
    | 'NOT_FOUND'
    | 'METHOD_NOT_SUPPORTED'
    | 'CONFLICT'
    | 'PAYLOAD_TOO_LARGE'
    | 'UNSUPPORTED_MEDIA_TYPE'
    | 'UNPROCESSABLE_CONTENT'
    | 'INTERNAL_SERVER_ERROR'
    | 'SERVICE_UNAVAILABLE';
  readonly title: string;
  readonly detail: (fields: Fields) => string;
  /** Fields as a caller may see them, for the documents. */
  readonly example: Fields;
}

/** One bad field: `path` from the body's root (or a query name), `message` what it must be. */
export interface FieldError {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

type None = Readonly<Record<never, never>>;
const row = <Fields extends object = None>(it: Row<Fields>): Row<Fields> => it;
const examplePayment = 'pay_01a208fccbe67123bed89f6fcf1bb363';

export const refusals = {
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
  provider_not_available: row<{ provider: string; available: readonly string[] }>({
    status: 400,
    trpc: 'BAD_REQUEST',
    title: 'The provider is not available to this merchant',
    detail: ({ provider, available }) =>
      `Provider "${provider}" is not available to this merchant. Use one of: ${available.join(', ')}.`,
    example: { provider: 'sandbox', available: ['manual'] },
  }),
  amount_not_positive: row({
    status: 400,
    trpc: 'BAD_REQUEST',
    title: 'The amount is not positive',
    detail: () => 'The amount must be more than zero.',
    example: {},
  }),
  unauthorized: row({
    status: 401,
    trpc: 'UNAUTHORIZED',
    title: 'No valid API key',
    detail: () => 'Send a valid API key as "Authorization: Bearer fk_…".',
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
  payment_not_found: row({
    status: 404,
    trpc: 'NOT_FOUND',
    title: 'No such payment',
    detail: () => 'There is no payment with this id. Check the id and the API key.',
    example: {},
  }),
  operation_not_found: row({
    status: 404,
    trpc: 'NOT_FOUND',
    title: 'No such operation',
    detail: () => 'This payment has no operation with this id.',
    example: {},
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
  order_already_paid: row<{ paymentId: PaymentId }>({
    status: 409,
    trpc: 'CONFLICT',
    title: 'The order is already paid',
    detail: ({ paymentId }) =>
      `Order already has a successful payment: ${paymentId}. Do not charge it again; refund that payment first if it must be.`,
    example: { paymentId: examplePayment },
  }),
  order_payment_in_progress: row<{ paymentId: PaymentId }>({
    status: 409,
    trpc: 'CONFLICT',
    title: 'A payment of the order is in progress',
    detail: ({ paymentId }) =>
      `Payment ${paymentId} of this order is in progress. Wait for its outcome before trying again.`,
    example: { paymentId: examplePayment },
  }),
  idempotency_key_in_flight: row<{ paymentId: PaymentId; retryAfterSeconds: number }>({
    status: 409,
    trpc: 'CONFLICT',
    title: 'The first request with this key is still under way',
    detail: ({ paymentId, retryAfterSeconds }) =>
      `The first request with this idempotency key (payment ${paymentId}) is still under way. Send the same request again in ${retryAfterSeconds} s.`,
    example: { paymentId: examplePayment, retryAfterSeconds: 1 },
  }),
  not_refundable: row<{ paymentStatus: Status }>({
    status: 409,
    trpc: 'CONFLICT',
    title: 'The payment cannot be refunded',
    detail: ({ paymentStatus }) =>
      `Only a SUCCESS payment can be refunded; this one is ${paymentStatus}.`,
    example: { paymentStatus: 'FAILED' },
  }),
  not_capturable: row<{ paymentStatus: Status }>({
    status: 409,
    trpc: 'CONFLICT',
    title: 'The payment cannot be captured',
    detail: ({ paymentStatus }) =>
      `Only an AUTHORIZED payment can be captured; this one is ${paymentStatus}.`,
    example: { paymentStatus: 'SUCCESS' },
  }),
  not_cancellable: row<{ paymentStatus: Status }>({
    status: 409,
    trpc: 'CONFLICT',
    title: 'The payment cannot be cancelled',
    detail: ({ paymentStatus }) =>
      `A payment can be cancelled only before it is captured; this one is ${paymentStatus}.`,
    example: { paymentStatus: 'SUCCESS' },
  }),
  amount_exceeds_remaining: row<{ remaining: string }>({
    status: 409,
    trpc: 'CONFLICT',
    title: 'The amount is more than what remains',
    detail: ({ remaining }) =>
      `At most ${remaining} remains. Open refunds count until their outcome is known.`,
    example: { remaining: '50.00' },
  }),
  outcome_unknown: row<{ operation: OperationKind }>({
    status: 409,
    trpc: 'CONFLICT',
    title: 'An outcome is not known yet',
    detail: ({ operation }) =>
      `The outcome of this payment's ${operation} is not known yet. Look the payment up and try again when it is.`,
    example: { operation: 'charge' },
  }),
  status_not_reachable: row<{ from: Status; to: Status }>({
    status: 409,
    trpc: 'CONFLICT',
    title: 'The status does not lead there',
    detail: ({ from, to }) => `A payment that is ${from} cannot become ${to}.`,
    example: { from: 'FAILED', to: 'SUCCESS' },
  }),
  provider_decides: row<{ provider: string }>({
    status: 409,
    trpc: 'CONFLICT',
    title: 'The provider decides this status',
    detail: ({ provider }) =>
      `Provider "${provider}" decides what becomes of this payment; only CANCELLED can be asked for.`,
    example: { provider: 'sandbox' },
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
  idempotency_key_reused: row<{ fields: readonly string[] }>({
    status: 422,
    trpc: 'UNPROCESSABLE_CONTENT',
    title: 'The idempotency key was used for another request',
    detail: ({ fields }) =>
      `This idempotency key was used for another request; they differ in: ${fields.join(', ')}. Use a new key for a new request.`,
    example: { fields: ['amount'] },
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
