/** What is added up on the way: how much was looked at, and what was debited and credited where. */
import { type Account, accounts, type Currency } from '@florin/core';
import type { AccountTotals, Counts } from './findings.ts';
import type { Audited } from './page.ts';

export interface Totals {
  add(audited: Audited): void;
  counts(): Counts;
  balances(): readonly AccountTotals[];
}

/** Of one merchant. */
export function createTotals(): Totals {
  const counted = { payments: 0, operations: 0, events: 0, postings: 0 };
  const sums = new Map<Currency, Record<Account, { debits: bigint; credits: bigint }>>();
  return {
    add({ operations, events, postings }) {
      counted.payments += 1;
      counted.operations += operations.length;
      counted.events += events.length;
      counted.postings += postings.length;
      for (const { currency, debit, credit, amount } of postings) {
        const of = sums.get(currency) ?? nothing();
        sums.set(currency, of);
        of[debit].debits += amount;
        of[credit].credits += amount;
      }
    },
    counts: () => ({ ...counted }),
    balances: () =>
      [...sums]
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .flatMap(([currency, of]) =>
          accounts.map((account) => ({ currency, account, ...of[account] })),
        ),
  };
}

const nothing = () => ({
  provider_receivable: { debits: 0n, credits: 0n },
  merchant_payable: { debits: 0n, credits: 0n },
  suspense: { debits: 0n, credits: 0n },
});
