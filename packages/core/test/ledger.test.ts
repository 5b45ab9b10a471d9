import { expect, test } from 'vitest';
import { type Account, type OperationKind, postingsOf } from '../src/index.ts';
import { merchantId, now, operation, operationId, paymentId, paymentIn } from './given.ts';

type Row = readonly [OperationKind, boolean, readonly [Account, Account] | null];
const rows: readonly Row[] = [
  // operation, whether it should not have been possible, debit and credit
  ['charge', false, ['provider_receivable', 'merchant_payable']],
  ['charge', true, ['provider_receivable', 'suspense']],
  ['authorize', false, null],
  ['authorize', true, null],
  ['capture', false, ['provider_receivable', 'merchant_payable']],
  ['capture', true, ['provider_receivable', 'suspense']],
  ['void', false, null],
  ['void', true, null],
  ['refund', false, ['merchant_payable', 'provider_receivable']],
  ['refund', true, ['suspense', 'provider_receivable']],
];
test.each(rows)('%s, impossible: %s', (kind, impossible, accounts) => {
  const payment = paymentIn('SUCCESS', { currency: 'KWD' });
  const moved = operation(kind, 'succeeded', { amount: 1_234n });
  const expected = accounts && {
    merchantId,
    operationId,
    line: 1,
    paymentId,
    debit: accounts[0],
    credit: accounts[1],
    amount: 1_234n,
    currency: 'KWD',
    createdAt: now,
  };
  expect(postingsOf(payment, moved, impossible, now)).toStrictEqual(expected ? [expected] : []);
});
