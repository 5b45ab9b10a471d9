/** What the OpenAPI document tells of the procedures in `payments.ts` that no schema says. */
import type { RestTold } from './trpc.ts';

/** How the examples of answers differ from that of a payment that succeeded. */
const pending = { status: 'PENDING', transactionId: null, version: 1 };
const waiting = { status: 'REQUIRES_ACTION', transactionId: null, version: 3 };
const refunded = { status: 'REFUNDED', refundedAmount: '150.00', version: 4 };

export const told = {
  create: {
    summary: 'Charge an order',
    description:
      'Repeat it with the same key as often as you like: it happens once. A decline is no refusal: it is a payment that is FAILED.',
    answers: {
      201: { means: 'The payment, charged or declined.', headers: ['Location'] },
      200: {
        means: 'The first answer again, byte for byte: nothing is done twice.',
        headers: ['Location', 'Idempotent-Replayed'],
      },
      202: {
        means: 'The payment as it is: the outcome is not known yet.',
        headers: ['Location'],
        example: pending,
      },
    },
    refusals: ['provider_not_available', 'order_already_paid', 'order_payment_in_progress'],
  },
  get: {
    summary: 'Look a payment up',
    description: 'A malformed id is answered like an unknown one.',
    answers: { 200: { means: 'The payment.' } },
    refusals: ['payment_not_found'],
  },
  list: {
    summary: 'List payments',
    description:
      'Newest first. What is there when paging begins is given once, whatever is created meanwhile.',
    answers: { 200: { means: 'A page of payments.' } },
    refusals: [],
  },
  listByOrder: {
    summary: "List an order's payments",
    description: 'Newest first; an empty page where the order has none.',
    answers: { 200: { means: 'A page of payments.' } },
    refusals: [],
  },
  refund: {
    summary: 'Refund a payment',
    description: 'Gives back what was captured: all that remains of it, or `amount`.',
    answers: {
      200: {
        means: 'The payment; where the provider declined the refund, as it was before.',
        headers: ['Idempotent-Replayed'],
        example: refunded,
      },
      202: { means: 'The payment as it is: the outcome of the refund is not known yet.' },
    },
    refusals: [
      'payment_not_found',
      'not_refundable',
      'amount_exceeds_remaining',
      'outcome_unknown',
    ],
  },
  updateStatus: {
    summary: 'Report a status, or cancel',
    description:
      'On a `manual` payment it reports what happened outside. Another provider takes CANCELLED before the capture. The present status is always taken, and changes nothing.',
    answers: {
      200: {
        means: 'The payment; where the provider declined the void, as it was before.',
        headers: ['Idempotent-Replayed'],
      },
      202: {
        means: 'The payment as it is: the outcome of the void is not known yet.',
        example: waiting,
      },
    },
    refusals: [
      'payment_not_found',
      'provider_decides',
      'status_not_reachable',
      'not_cancellable',
      'not_refundable',
      'outcome_unknown',
      'order_already_paid',
      'order_payment_in_progress',
    ],
  },
} as const satisfies Readonly<Record<string, RestTold>>;
