/** What a merchant's accounts come to, added up from its postings. */
import { type Account, accounts, type Currency, type MerchantId, uuidOf } from '@florin/core';
import type { TransactionSql } from 'postgres';
import type { Database } from './connect.ts';

/** Minor units that were debited to each account, less those that were credited to it. */
export interface Balance {
  readonly currency: Currency;
  readonly debits: Readonly<Record<Account, bigint>>;
}

interface Sum {
  readonly currency: Currency;
  readonly debit: Account;
  readonly credit: Account;
  /** `sum` of bigint is numeric: more than JavaScript's numbers hold. */
  readonly amount: string;
}

/** By currency, in alphabetical order; none where the merchant has no posting. */
export async function readBalances(
  { sql }: Database,
  merchantId: MerchantId,
): Promise<readonly Balance[]> {
  const sums = await sql.begin('read only', async (tx) => {
    const [, rows] = await Promise.all([letPlannerChoose(tx), readSums(tx, merchantId)]);
    return rows;
  });
  const byCurrency = Map.groupBy(sums, ({ currency }) => currency);
  return [...byCurrency]
    .map(([currency, of]) => ({ currency, debits: debitsOf(of) }))
    .sort((one, other) => (one.currency < other.currency ? -1 : 1));
}

/**
 * The one statement of the server that may have to read a whole table, and the planner knows how much
 * of it is the merchant's. Of 1,035,000 postings, the merchant's being 1,005,000 of them: 420 ms in
 * place of 770 by the index; being 30,000: by the index either way, 25 ms. A generic plan would not
 * look at whose they are.
 */
const letPlannerChoose = (tx: TransactionSql) => tx`
  select set_config('enable_seqscan', 'on', true),
    set_config('plan_cache_mode', 'force_custom_plan', true)`;

const readSums = (tx: TransactionSql, merchantId: MerchantId) => tx<Sum[]>`
  select currency, debit, credit, sum(amount)::text as amount from postings
  where merchant_id = ${uuidOf(merchantId)} group by currency, debit, credit`;

function debitsOf(sums: readonly Sum[]): Record<Account, bigint> {
  const balance = (account: Account): bigint =>
    sums.reduce((total, { debit, credit, amount }) => {
      const sign = (debit === account ? 1n : 0n) - (credit === account ? 1n : 0n);
      return total + sign * BigInt(amount);
    }, 0n);
  return Object.fromEntries(accounts.map((one) => [one, balance(one)])) as Record<Account, bigint>;
}
