/** What the merchant's accounts come to. `docs/LEDGER.md` says what is in them. */
import { formatAmount } from '@florin/core';
import type * as wire from '@florin/core/wire';
import { type Balance, readBalances } from '@florin/db';
import { z } from 'zod';
import { told } from './balances-told.ts';
import { currency } from './outputs.ts';
import { procedure, router } from './trpc.ts';

/** More digits than an amount: it is a sum, and may be below zero. */
const sum = (description: string, example: string) =>
  z.string().meta({
    description: `${description} A decimal string with exactly the currency's decimals.`,
    pattern: '^-?(0|[1-9][0-9]*)([.][0-9]{2,4})?$',
    examples: [example],
  });

const balance = z
  .object({
    currency,
    providerReceivable: sum(
      'What providers owe: debits less credits. What is captured and not refunded.',
      '150.00',
    ),
    merchantPayable: sum('What the merchant has earned: credits less debits.', '100.00'),
    suspense: sum(
      'What is in doubt until an operator resolves it: credits less debits. Below zero where it is refunds that are in doubt.',
      '50.00',
    ),
  })
  .meta({
    id: 'Balance',
    description: "A currency's three accounts.",
  }) satisfies z.ZodType<wire.Balance>;

const balancePage = z.object({
  items: z.array(balance).meta({ description: 'By currency.' }),
  nextCursor: z.null().meta({ description: 'All are on one page.' }),
});

export const balances = router({
  list: procedure
    .meta({ rest: { method: 'GET', path: '/balances/', page: 'cursor', ...told.list } })
    .input(z.strictObject({}))
    .output(balancePage)
    .query(async ({ ctx: { database, caller } }) => {
      const found = await readBalances(database, caller.merchantId);
      return { items: found.map(balanceView), nextCursor: null };
    }),
});

function balanceView({ currency, debits }: Balance): wire.Balance {
  return {
    currency,
    providerReceivable: formatAmount(debits.provider_receivable, currency),
    merchantPayable: formatAmount(-debits.merchant_payable, currency),
    suspense: formatAmount(-debits.suspense, currency),
  };
}
