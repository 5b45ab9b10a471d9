/** What the OpenAPI document tells of the procedures in `refunds.ts` that no schema says. */
import type { RestTold } from './trpc.ts';

export const told = {
  get: {
    summary: 'Look a refund up',
    description: 'A malformed id is answered like an unknown one.',
    answers: { 200: { means: 'The refund.' } },
    refusals: ['refund_not_found'],
  },
  listByPayment: {
    summary: "List a payment's refunds",
    description: 'Newest first; an empty page where nothing was refunded.',
    answers: { 200: { means: 'A page of refunds.' } },
    refusals: ['payment_not_found'],
  },
} as const satisfies Readonly<Record<string, RestTold>>;
