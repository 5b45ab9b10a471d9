/**
 * Every refusal, one row each: HTTP status, tRPC code, title, and what to tell the caller to do
 * next. A refusal is a caller's fault (or our load); a decline is a payment's status, and what no
 * row maps is a bug. `detail` is also the text `error` that clients of the replaced system read.
 */
import type { PaymentId } from './ids.ts';
import type { OperationKind, Status } from './payment.ts';

interface Row<Fields> {
  readonly status: 400 | 401 | 404 | 405 | 409 | 413 | 415 | 422 | 500 | 503;
  readonly trpc:
    | 'BAD_REQUEST'
    | 'UNAUTHORIZED'
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
}

/** One bad field: `path` from the body's root (or a query name), `message` what it must be. */
export interface FieldError {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

type None = Readonly<Record<never, never>>;
const row = <Fields extends object = None>(
  status: Row<Fields>['status'],
  trpc: Row<Fields>['trpc'],
  title: string,
  detail: Row<Fields>['detail'],
): Row<Fields> => ({ status, trpc, title, detail });

export const refusals = {
  invalid_request: row<{ errors: readonly FieldError[] }>(
    400,
    'BAD_REQUEST',
    'The request is not valid',
    ({ errors }) =>
      errors
        .map(({ path, message }) => (path.length ? `${path.join('.')}: ${message}` : message))
        .join('; '),
  ),
  malformed_json: row(
    400,
    'BAD_REQUEST',
    'The body is not JSON',
    () => 'The body must be one JSON object. Send valid JSON, in UTF-8.',
  ),
  idempotency_key_mismatch: row(
    400,
    'BAD_REQUEST',
    'Two different idempotency keys',
    () =>
      'The Idempotency-Key header and the idempotency_key of the body differ. Send one, or the same twice.',
  ),
  provider_not_available: row<{ provider: string; available: readonly string[] }>(
    400,
    'BAD_REQUEST',
    'The provider is not available to this merchant',
    ({ provider, available }) =>
      `Provider "${provider}" is not available to this merchant. Use one of: ${available.join(', ')}.`,
  ),
  amount_not_positive: row(
    400,
    'BAD_REQUEST',
    'The amount is not positive',
    () => 'The amount must be more than zero.',
  ),
  unauthorized: row(
    401,
    'UNAUTHORIZED',
    'No valid API key',
    () => 'Send a valid API key as "Authorization: Bearer fk_…".',
  ),
  payment_not_found: row(
    404,
    'NOT_FOUND',
    'No such payment',
    () => 'There is no payment with this id. Check the id and the API key.',
  ),
  operation_not_found: row(
    404,
    'NOT_FOUND',
    'No such operation',
    () => 'This payment has no operation with this id.',
  ),
  route_not_found: row(
    404,
    'NOT_FOUND',
    'No such path',
    () => 'There is nothing at this path. Check the URL.',
  ),
  method_not_allowed: row<{ allow: readonly string[] }>(
    405,
    'METHOD_NOT_SUPPORTED',
    'The path does not take this method',
    ({ allow }) => `This path takes ${allow.join(', ')}.`,
  ),
  order_already_paid: row<{ paymentId: PaymentId }>(
    409,
    'CONFLICT',
    'The order is already paid',
    ({ paymentId }) =>
      `Order already has a successful payment: ${paymentId}. Do not charge it again; refund that payment first if it must be.`,
  ),
  order_payment_in_progress: row<{ paymentId: PaymentId }>(
    409,
    'CONFLICT',
    'A payment of the order is in progress',
    ({ paymentId }) =>
      `Payment ${paymentId} of this order is in progress. Wait for its outcome before trying again.`,
  ),
  idempotency_key_in_flight: row<{ paymentId: PaymentId; retryAfterSeconds: number }>(
    409,
    'CONFLICT',
    'The first request with this key is still under way',
    ({ paymentId, retryAfterSeconds }) =>
      `The first request with this idempotency key (payment ${paymentId}) is still under way. Send the same request again in ${retryAfterSeconds} s.`,
  ),
  not_refundable: row<{ paymentStatus: Status }>(
    409,
    'CONFLICT',
    'The payment cannot be refunded',
    ({ paymentStatus }) => `Only a SUCCESS payment can be refunded; this one is ${paymentStatus}.`,
  ),
  not_capturable: row<{ paymentStatus: Status }>(
    409,
    'CONFLICT',
    'The payment cannot be captured',
    ({ paymentStatus }) =>
      `Only an AUTHORIZED payment can be captured; this one is ${paymentStatus}.`,
  ),
  not_cancellable: row<{ paymentStatus: Status }>(
    409,
    'CONFLICT',
    'The payment cannot be cancelled',
    ({ paymentStatus }) =>
      `A payment can be cancelled only before it is captured; this one is ${paymentStatus}.`,
  ),
  amount_exceeds_remaining: row<{ remaining: string }>(
    409,
    'CONFLICT',
    'The amount is more than what remains',
    ({ remaining }) =>
      `At most ${remaining} remains. Open refunds count until their outcome is known.`,
  ),
  outcome_unknown: row<{ operation: OperationKind }>(
    409,
    'CONFLICT',
    'An outcome is not known yet',
    ({ operation }) =>
      `The outcome of this payment's ${operation} is not known yet. Look the payment up and try again when it is.`,
  ),
  status_not_reachable: row<{ from: Status; to: Status }>(
    409,
    'CONFLICT',
    'The status does not lead there',
    ({ from, to }) => `A payment that is ${from} cannot become ${to}.`,
  ),
  provider_decides: row<{ provider: string }>(
    409,
    'CONFLICT',
    'The provider decides this status',
    ({ provider }) =>
      `Provider "${provider}" decides what becomes of this payment; only CANCELLED can be asked for.`,
  ),
  payload_too_large: row<{ limitBytes: number }>(
    413,
    'PAYLOAD_TOO_LARGE',
    'The body is too large',
    ({ limitBytes }) => `The body may have at most ${limitBytes} bytes.`,
  ),
  unsupported_media_type: row(
    415,
    'UNSUPPORTED_MEDIA_TYPE',
    'The body is not declared as JSON',
    () => 'Send the body as "Content-Type: application/json".',
  ),
  idempotency_key_reused: row<{ fields: readonly string[] }>(
    422,
    'UNPROCESSABLE_CONTENT',
    'The idempotency key was used for another request',
    ({ fields }) =>
      `This idempotency key was used for another request; they differ in: ${fields.join(', ')}. Use a new key for a new request.`,
  ),
  internal_error: row(
    500,
    'INTERNAL_SERVER_ERROR',
    'Something went wrong on our side',
    () => 'Repeat the same request with the same idempotency key; nothing is done twice.',
  ),
  unavailable: row<{ retryAfterSeconds: number }>(
    503,
    'SERVICE_UNAVAILABLE',
    'Not able to answer right now',
    ({ retryAfterSeconds }) =>
      `Repeat the same request with the same idempotency key in ${retryAfterSeconds} s; nothing is done twice.`,
  ),
} as const;

export type RefusalCode = keyof typeof refusals;
export type RefusalFields<C extends RefusalCode> = Parameters<(typeof refusals)[C]['detail']>[0];

/** A code and that code's own fields: `refusal.code === 'order_already_paid'` narrows them. */
export type Refusal = {
  readonly [C in RefusalCode]: { readonly code: C; readonly fields: RefusalFields<C> };
}[RefusalCode];

export function refuse<C extends RefusalCode>(code: C, fields: RefusalFields<C>): Refusal {
  return { code, fields } as Refusal;
}

/** What the caller is told, in one or two sentences. */
export function detailOf({ code, fields }: Refusal): string {
  return (refusals[code].detail as (fields: object) => string)(fields);
}
