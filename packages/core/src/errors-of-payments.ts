/** Refusals of what is asked of a payment: rows of `errors.ts`. */
import { row } from './error-row.ts';
import type { PaymentId } from './ids.ts';
import type { OperationKind, Status } from './payment.ts';

const examplePayment = 'pay_01a208fccbe67123bed89f6fcf1bb363';

export const paymentRefusals = {
  provider_not_available: row<{ provider: string; available: readonly string[] }>({
    status: 400,
    trpc: 'BAD_REQUEST',
    title: 'The provider is not available to this merchant',
    detail: ({ provider, available }) =>
      `Provider "${provider}" is not available to this merchant. Use one of: ${available.join(', ')}.`,
    example: { provider: 'sandbox', available: ['manual'] },
  }),
  capture_not_available: row<{ provider: string }>({
    status: 400,
    trpc: 'BAD_REQUEST',
    title: 'The provider has no capture of its own',
    detail: ({ provider }) =>
      `Provider "${provider}" takes no capture: "manual". Leave it out, and report the payment when it is paid.`,
    example: { provider: 'manual' },
  }),
  amount_not_positive: row({
    status: 400,
    trpc: 'BAD_REQUEST',
    title: 'The amount is not positive',
    detail: () => 'The amount must be more than zero.',
    example: {},
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
  refund_not_found: row({
    status: 404,
    trpc: 'NOT_FOUND',
    title: 'No such refund',
    detail: () => 'There is no refund with this id. Check the id and the API key.',
    example: {},
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
  discrepancy_unresolved: row({
    status: 409,
    trpc: 'CONFLICT',
    title: 'The provider contradicted itself about this payment',
    detail: () =>
      'The provider reported of this payment what should not be possible. Settle with it what is true and resolve the discrepancy; until then nothing more is moved.',
    example: {},
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
  no_discrepancy: row({
    status: 409,
    trpc: 'CONFLICT',
    title: 'There is nothing to resolve',
    detail: () => 'This payment has no discrepancy. If it had one, it is resolved.',
    example: {},
  }),
  suspense_to_mismatch: row<{ inSuspense: number }>({
    status: 409,
    trpc: 'CONFLICT',
    title: 'Where the money in suspense goes must be said, if there is any',
    detail: ({ inSuspense }) =>
      inSuspense > 0
        ? `${inSuspense} of this payment's movements are in suspense. Say where they go: merchant_payable if they stand, provider_receivable if the provider made them undone.`
        : "None of this payment's movements is in suspense. Leave the account out.",
    example: { inSuspense: 1 },
  }),
  idempotency_key_reused: row<{ fields: readonly string[] }>({
    status: 422,
    trpc: 'UNPROCESSABLE_CONTENT',
    title: 'The idempotency key was used for another request',
    detail: ({ fields }) =>
      `This idempotency key was used for another request; they differ in: ${fields.join(', ')}. Use a new key for a new request.`,
    example: { fields: ['amount'] },
  }),
} as const;
