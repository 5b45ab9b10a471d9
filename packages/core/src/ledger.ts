/**
 * The double-entry ledger. A posting moves one amount from one account to another, so every row
 * balances by construction.
 *
 *   provider_receivable  what providers owe the merchant
 *   merchant_payable     what the merchant has earned
 *   suspense             movements that should not have been possible, until an operator settles them
 */
import type { MerchantId, OperationId, PaymentId } from './ids.ts';
import type { Currency } from './money.ts';
import type { Operation, OperationKind, Payment } from './payment.ts';

export const accounts = ['provider_receivable', 'merchant_payable', 'suspense'] as const;
export type Account = (typeof accounts)[number];

/** `amount` is minor units, more than zero; `createdAt` is milliseconds since the epoch. */
export interface Posting {
  readonly merchantId: MerchantId;
  readonly operationId: OperationId;
  /** Numbers the postings of one operation, from 1. */
  readonly line: number;
  readonly paymentId: PaymentId;
  readonly debit: Account;
  readonly credit: Account;
  readonly amount: bigint;
  readonly currency: Currency;
  readonly createdAt: number;
}

/** What a success of each kind of operation posts. Authorizing and voiding move no money. */
const entries: Readonly<
  Record<OperationKind, readonly { readonly debit: Account; readonly credit: Account }[]>
> = {
  charge: [{ debit: 'provider_receivable', credit: 'merchant_payable' }],
  authorize: [],
  capture: [{ debit: 'provider_receivable', credit: 'merchant_payable' }],
  void: [],
  refund: [{ debit: 'merchant_payable', credit: 'provider_receivable' }],
};

/**
 * The postings of an operation that succeeded. Where it should not have been possible, `suspense`
 * stands in for what the merchant earned.
 */
export function postingsOf(
  payment: Payment,
  operation: Operation,
  impossible: boolean,
  now: number,
): readonly Posting[] {
  const settled = (account: Account): Account =>
    impossible && account === 'merchant_payable' ? 'suspense' : account;
  return entries[operation.kind].map(({ debit, credit }, index) => ({
    merchantId: payment.merchantId,
    operationId: operation.id,
    line: index + 1,
    paymentId: payment.id,
    debit: settled(debit),
    credit: settled(credit),
    amount: operation.amount,
    currency: payment.currency,
    createdAt: now,
  }));
}
