/** What the OpenAPI document tells of the procedures in `movements.ts` that no schema says. */
import type { RestTold } from './trpc.ts';

/** How the examples of answers differ from that of a payment that succeeded. */
const captured = { capturedAmount: '100.00', version: 4 };
const held = {
  status: 'AUTHORIZED',
  capturedAmount: '0.00',
  allowedActions: [],
  expiresAt: '2026-11-30T09:30:00.412Z',
  version: 3,
};
const cancelled = {
  status: 'CANCELLED',
  capturedAmount: '0.00',
  allowedActions: [],
  version: 4,
};
const refunded = {
  status: 'REFUNDED',
  refundedAmount: '150.00',
  allowedActions: [],
  version: 4,
};

const ofPayment = ['payment_not_found', 'outcome_unknown', 'discrepancy_unresolved'] as const;

export const told = {
  capture: {
    summary: 'Capture an authorized payment',
    description:
      'Takes what is held: all of it, or `amount`, and the rest of the hold is released. A payment is captured once.',
    answers: {
      200: {
        means: 'The payment; where the provider declined the capture, as it was before.',
        headers: ['Idempotent-Replayed'],
        example: captured,
      },
      202: {
        means: 'The payment as it is: the outcome of the capture is not known yet.',
        example: held,
      },
    },
    refusals: [...ofPayment, 'not_capturable', 'amount_exceeds_remaining'],
  },
  cancel: {
    summary: 'Cancel a payment',
    description:
      'Voids it at its provider, before anything is captured. What is captured can be refunded.',
    answers: {
      200: {
        means: 'The payment; where the provider declined the void, as it was before.',
        headers: ['Idempotent-Replayed'],
        example: cancelled,
      },
      202: {
        means: 'The payment as it is: the outcome of the void is not known yet.',
        example: held,
      },
    },
    refusals: [...ofPayment, 'not_cancellable'],
  },
  resolve: {
    summary: 'Resolve a discrepancy',
    description:
      'A provider reported what should not be possible, and you have settled with it what is true. The flag goes, with your reason in the history, and what is in suspense goes where you say. Status and amounts stay.',
    answers: {
      200: { means: 'The payment, without its flag.', headers: ['Idempotent-Replayed'] },
    },
    refusals: ['payment_not_found', 'no_discrepancy', 'suspense_to_mismatch'],
  },
  refund: {
    summary: 'Refund a payment',
    description: 'Gives back what was captured: all that remains of it, or `amount`.',
    answers: {
      200: {
        means: 'The payment; where the provider declined the refund, as it was before.',
        headers: ['Location', 'Idempotent-Replayed'],
        example: refunded,
      },
      202: {
        means: 'The payment as it is: the outcome of the refund is not known yet.',
        headers: ['Location'],
      },
    },
    refusals: [...ofPayment, 'not_refundable', 'amount_exceeds_remaining'],
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
        example: held,
      },
    },
    refusals: [
      ...ofPayment,
      'provider_decides',
      'status_not_reachable',
      'not_cancellable',
      'not_refundable',
      'order_already_paid',
      'order_payment_in_progress',
    ],
  },
} as const satisfies Readonly<Record<string, RestTold>>;
