/** What the OpenAPI document tells of the procedures in `balances.ts` that no schema says. */
import type { RestTold } from './trpc.ts';

export const told = {
  list: {
    summary: 'List the balances',
    description:
      'What the ledger comes to in each currency in which any money has moved, all on one page, in alphabetical order. `provider_receivable` is always `merchant_payable` and `suspense` together.',
    answers: { 200: { means: 'The balances; empty where no money has moved.' } },
    refusals: [],
  },
} as const satisfies Readonly<Record<string, RestTold>>;
