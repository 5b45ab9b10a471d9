/** The operations and postings that are stored, against those that the events tell of. */
import type { Account } from '../accounts.ts';
import type { Posting } from '../ledger.ts';
import type { Operation, Outcome } from '../payment.ts';
import { compare, shownAmount } from './compare.ts';
import type { Difference, Story, ToldOperation } from './story.ts';

export function operationDifferences(story: Story): readonly Difference[] {
  return [...story.rows.values()].flatMap((row) => {
    const what = `operation ${row.id}`;
    const told = story.operations.get(row.id);
    if (!told) return [{ what, expected: 'an event that opened it', found: 'none' }];
    const must = mustBe(story, told);
    const { currency } = story.payment;
    return [...compare(what, must, row, namesOf(must), currency), ...presence(what, told, row)];
  });
}

/** What the events, and the payment that it is of, say of an operation's row. */
function mustBe({ payment }: Story, told: ToldOperation) {
  const { row, amount } = told;
  return {
    merchantId: payment.merchantId,
    paymentId: payment.id,
    amount: amount ?? row.amount,
    status: told.status,
    contradiction: told.contradiction,
    suspense: told.suspense,
    createdAt: told.openedAt,
    closedAt: told.closedAt,
  } satisfies Partial<Operation>;
}

const namesOf = <T extends object>(object: T) => Object.keys(object) as (keyof T & string)[];

/** What is there exactly when something was said; its words only the row keeps. */
function presence(what: string, told: ToldOperation, row: Operation): readonly Difference[] {
  const wasSaid = (outcome: Outcome) => told.status === outcome || told.contradiction === outcome;
  const presences = [
    ['failure', row.failure !== null, wasSaid('declined')],
    ['reference', row.reference !== null, wasSaid('succeeded') && row.reference !== null],
    ['lease_until', row.leaseUntil !== null, told.status === 'open'],
    ['attempts', row.attempts >= 1, true],
  ] as const;
  return presences
    .filter(([, isThere, mustBeThere]) => isThere !== mustBeThere)
    .map(([name, isThere, mustBeThere]) => ({
      what: `${what}, ${name}`,
      expected: mustBeThere ? 'one' : 'none',
      found: isThere ? 'one' : 'none',
    }));
}

const nameOf = ({ operationId, line }: Posting): string => `posting ${line} of ${operationId}`;

export function postingDifferences(
  { payment, postings }: Story,
  stored: readonly Posting[],
): readonly Difference[] {
  const expected = new Map(postings.map((posting) => [nameOf(posting), posting]));
  const found = new Map(stored.map((posting) => [nameOf(posting), posting]));
  const text = ({ debit, credit, amount }: Posting) =>
    `${debit} to ${credit}, ${shownAmount(amount, payment.currency)}`;
  return [
    ...[...expected].flatMap(([what, posting]) => {
      const there = found.get(what);
      if (!there) return [{ what, expected: text(posting), found: 'none' }];
      return compare(what, posting, there, namesOf(posting), payment.currency);
    }),
    ...[...found]
      .filter(([what]) => !expected.has(what))
      .map(([what, posting]) => ({ what, expected: 'none', found: text(posting) })),
  ];
}

/**
 * Where nothing ever was in doubt, the accounts' balances are what was captured and not refunded:
 * added up from the stored postings alone, whatever the table in `ledger.ts` says.
 */
export function balanceDifferences(
  { payment, facts, operations }: Story,
  stored: readonly Posting[],
): readonly Difference[] {
  if ([...operations.values()].some(({ suspense }) => suspense !== null)) return [];
  const debits = (account: Account): bigint =>
    stored.reduce(
      (sum, { debit, credit, amount }) =>
        sum + (debit === account ? amount : 0n) - (credit === account ? amount : 0n),
      0n,
    );
  const kept = facts.captured - facts.refunded;
  const expected = { provider_receivable: kept, merchant_payable: kept, suspense: 0n };
  const found = {
    provider_receivable: debits('provider_receivable'),
    merchant_payable: -debits('merchant_payable'),
    suspense: -debits('suspense'),
  };
  return compare('balances', expected, found, namesOf(expected), payment.currency);
}
