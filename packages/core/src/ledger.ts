/**
 * The double-entry ledger. A posting moves one amount from one account to another, so every row
 * balances by construction. `accounts.ts` has the accounts.
 *
 * An operation has at most three postings: 1 its movement, 2 into suspense where it came to be in
 * doubt later, 3 out of suspense. One that is in doubt from the start has no line 2.
 */
import type { Account, SettlingAccount } from './accounts.ts';
import type { MerchantId, OperationId, PaymentId } from './ids.ts';
import type { Currency } from './money.ts';
import type { Operation, OperationKind, Payment } from './payment.ts';

/** `amount` is minor units, more than zero; `createdAt` is milliseconds since the epoch. */
export interface Posting {
  readonly merchantId: MerchantId;
  readonly operationId: OperationId;
  /** Which of the operation's postings it is: 1, 2 or 3. */
  readonly line: number;
  readonly paymentId: PaymentId;
  readonly debit: Account;
  readonly credit: Account;
  readonly amount: bigint;
  readonly currency: Currency;
  readonly createdAt: number;
}

interface Entry {
  readonly debit: Account;
  readonly credit: Account;
}

/** What a success of each kind of operation posts. Authorizing and voiding move no money. */
const entries: Readonly<Record<OperationKind, Entry | null>> = {
  charge: { debit: 'provider_receivable', credit: 'merchant_payable' },
  authorize: null,
  capture: { debit: 'provider_receivable', credit: 'merchant_payable' },
  void: null,
  refund: { debit: 'merchant_payable', credit: 'provider_receivable' },
};

/** Whether a success of an operation of this kind moves money. */
export function movesMoney(kind: OperationKind): boolean {
  return entries[kind] !== null;
}

/** A success. Where the movement is in doubt, `suspense` stands in for what the merchant earned. */
export function postingsOf(
  payment: Payment,
  operation: Operation,
  inDoubt: boolean,
  now: number,
): readonly Posting[] {
  return post(payment, operation, 1, now, (entry) =>
    inDoubt ? renamed(entry, 'merchant_payable', 'suspense') : entry,
  );
}

/** A movement that came to be in doubt: out of what the merchant earned, into suspense. */
export function postingsIntoSuspense(
  payment: Payment,
  operation: Operation,
  now: number,
): readonly Posting[] {
  return post(payment, operation, 2, now, (entry) =>
    renamed(reversed(entry), 'provider_receivable', 'suspense'),
  );
}

/** Out of suspense: the movement stands (`merchant_payable`), or the provider made it undone. */
export function postingsOutOfSuspense(
  payment: Payment,
  operation: Operation,
  account: SettlingAccount,
  now: number,
): readonly Posting[] {
  return post(payment, operation, 3, now, (entry) =>
    account === 'merchant_payable'
      ? renamed(entry, 'provider_receivable', 'suspense')
      : renamed(reversed(entry), 'merchant_payable', 'suspense'),
  );
}

const reversed = ({ debit, credit }: Entry): Entry => ({ debit: credit, credit: debit });

const renamed = ({ debit, credit }: Entry, from: Account, to: Account): Entry => ({
  debit: debit === from ? to : debit,
  credit: credit === from ? to : credit,
});

function post(
  payment: Payment,
  operation: Operation,
  line: number,
  now: number,
  entryOf: (entry: Entry) => Entry,
): readonly Posting[] {
  const entry = entries[operation.kind];
  if (entry === null) return [];
  return [
    {
      merchantId: payment.merchantId,
      operationId: operation.id,
      line,
      paymentId: payment.id,
      ...entryOf(entry),
      amount: operation.amount,
      currency: payment.currency,
      createdAt: now,
    },
  ];
}
