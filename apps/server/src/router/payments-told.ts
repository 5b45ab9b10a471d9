/** What the OpenAPI document tells of the procedures in `payments.ts` that no schema says. */
import type { RestTold } from './trpc.ts';

/** How the example of a 202 differs from that of a payment that succeeded. */
const pending = {
  status: 'PENDING',
  authorizedAmount: '0.00',
  capturedAmount: '0.00',
  allowedActions: [],
  transactionId: null,
  version: 1,
};

export const told = {
  create: {
    summary: 'Charge or authorize an order',
    description:
      'Repeat it with the same key as often as you like: it happens once. A decline is no refusal: it is a payment that is FAILED. With `capture: "manual"` the funds are only held: AUTHORIZED. Where the payer must act it is REQUIRES_ACTION, and goes on by itself when they have.',
    answers: {
      201: {
        means: 'The payment: charged, authorized, declined, or waiting for its payer.',
        headers: ['Location'],
      },
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
    refusals: [
      'provider_not_available',
      'capture_not_available',
      'order_already_paid',
      'order_payment_in_progress',
    ],
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
} as const satisfies Readonly<Record<string, RestTold>>;
