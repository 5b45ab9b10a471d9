/** What the OpenAPI document tells of the procedure in `explain.ts` that no schema says. */
import type { RestTold } from './trpc.ts';

export const told = {
  explain: {
    summary: 'Explain a payment',
    description:
      'What was asked and said, on a timeline; what may be done next, and for each thing that may not, why not and what would make it so. For people: the words may change, `code` and `action` do not.',
    answers: { 200: { means: 'The explanation.' } },
    refusals: ['payment_not_found'],
  },
} as const satisfies Readonly<Record<string, RestTold>>;
