/** An operator settles what a provider reported and should not have been possible. */
import { describe, expect, test } from 'vitest';
import type { Account, Operation, Payment, SettlingAccount, State } from '../src/index.ts';
import {
  apply,
  before,
  caller,
  declined,
  given,
  ids,
  keyed,
  lease,
  manualIn,
  merchantId,
  now,
  operation,
  paymentId,
  paymentIn,
  resolve,
  run,
  succeeded,
  told,
} from './given.ts';
import { type RefusedRow, refusedRows } from './refused.ts';

const flagged = { discrepancy: true };
const inDoubt = { suspense: 'suspense' } as const;
const id = (digit: string) => `op_${digit.repeat(32)}` as const;
const charged = operation('charge', 'succeeded', { ...inDoubt, contradiction: 'declined' });
const voided = operation('void', 'succeeded', { id: id('b') });
const paidBack = operation('refund', 'declined', {
  ...inDoubt,
  id: id('c'),
  amount: 4_000n,
  contradiction: 'succeeded',
});
const doubtful = given(paymentIn('SUCCESS', flagged), charged);
const harmless = given(paymentIn('SUCCESS', flagged), operation('charge', 'succeeded'));
const settling: readonly SettlingAccount[] = ['merchant_payable', 'provider_receivable'];
const mismatch = 'suspense_to_mismatch';
const statuses = [
  'PENDING',
  'REQUIRES_ACTION',
  'AUTHORIZED',
  'SUCCESS',
  'REFUNDED',
  'FAILED',
  'CANCELLED',
] as const;

describe('a resolution that is refused', () => {
  const settled = operation('charge', 'succeeded', { suspense: 'merchant_payable' });
  refusedRows([
    ['no payment', given(null), resolve(), 'payment_not_found', {}],
    ...statuses.map(
      (status): RefusedRow => [status, given(paymentIn(status)), resolve(), 'no_discrepancy', {}],
    ),
    ['by hand', given(manualIn('SUCCESS')), resolve(), 'no_discrepancy', {}],
    [
      'nothing is flagged: that comes before the account',
      given(paymentIn('SUCCESS')),
      resolve('merchant_payable'),
      'no_discrepancy',
      {},
    ],
    ['it is not said where the money goes', doubtful, resolve(null), mismatch, { inSuspense: 1 }],
    [
      'it is not said where either goes',
      given(paymentIn('SUCCESS', flagged), charged, paidBack, voided),
      resolve(null),
      mismatch,
      { inSuspense: 2 },
    ],
    ...settling.flatMap((account): readonly RefusedRow[] => [
      [`nothing to go to ${account}`, harmless, resolve(account), mismatch, { inSuspense: 0 }],
      [
        `nothing that is not settled to go to ${account}`,
        given(paymentIn('SUCCESS', flagged), settled),
        resolve(account),
        mismatch,
        { inSuspense: 0 },
      ],
    ]),
  ]);
});

describe('a resolution', () => {
  type Line3 = readonly [Operation, Account, Account];
  type Row = readonly [string, State, SettlingAccount | null, readonly Line3[]];
  const success = paymentIn('SUCCESS', flagged);
  const settled = operation('capture', 'declined', {
    id: id('d'),
    contradiction: 'succeeded',
    suspense: 'provider_receivable',
  });
  const both = given(success, charged, voided, settled, paidBack);
  const rows: readonly Row[] = [
    // what is in suspense, where it goes, and what is debited and credited for which operation
    ['of nothing', harmless, null, []],
    ['of what is settled', given(success, settled), null, []],
    [
      'a charge that stands',
      doubtful,
      'merchant_payable',
      [[charged, 'suspense', 'merchant_payable']],
    ],
    [
      'a charge that was made undone',
      doubtful,
      'provider_receivable',
      [[charged, 'suspense', 'provider_receivable']],
    ],
    [
      'both that stand',
      both,
      'merchant_payable',
      [
        [charged, 'suspense', 'merchant_payable'],
        [paidBack, 'merchant_payable', 'suspense'],
      ],
    ],
    [
      'both that were made undone',
      both,
      'provider_receivable',
      [
        [charged, 'suspense', 'provider_receivable'],
        [paidBack, 'provider_receivable', 'suspense'],
      ],
    ],
  ];
  test.each(rows)('%s: all that is written', (_, state, account, lines) => {
    const command = resolve(account, { reason: 'the bank says so' });
    const payment = { ...state.payment, discrepancy: false, version: 4, updatedAt: now };
    const about = { merchantId, paymentId, createdAt: now };
    expect(apply(state, command)).toStrictEqual({
      kind: 'applied',
      payment,
      operation: null,
      otherOperations: lines.map(([of]) => ({ ...of, suspense: account })),
      postings: lines.map(([{ id: operationId, amount }, debit, credit]) => ({
        ...about,
        operationId,
        line: 3,
        debit,
        credit,
        amount,
        currency: 'USD',
      })),
      event: {
        ...about,
        version: 4,
        id: ids.eventId,
        type: 'discrepancy.resolved',
        actor: caller,
        operationId: null,
        reason: 'the bank says so',
        payment,
      },
      keyUse: {
        ...about,
        key: 'new-1',
        request: {
          command: 'resolve',
          paymentId,
          reason: 'the bank says so',
          ...(account === null ? {} : { suspenseTo: account }),
        },
        version: 4,
        leaseUntil: now + lease,
      },
      answersKey: null,
    });
  });

  test.each(statuses)('takes only the flag from a %s payment', (status) => {
    const payment: Payment = paymentIn(status, flagged);
    const changes = { discrepancy: false, version: 4, updatedAt: now };
    expect(apply(given(payment), resolve()).payment).toStrictEqual({ ...payment, ...changes });
  });

  test('does not wait for what is open', () => {
    const open = operation('void', 'open', { id: id('e') });
    const { payment } = apply(given(paymentIn('SUCCESS', flagged), charged, open), {
      ...resolve('merchant_payable', { idempotencyKey: null }),
    });
    expect(payment).toMatchObject({ discrepancy: false, openOperation: 'void' });
  });
});

describe('what a provider says after it', () => {
  const settled = operation('charge', 'succeeded', { suspense: 'merchant_payable' });
  const after = operation('charge', 'declined', {
    suspense: 'merchant_payable',
    contradiction: 'succeeded',
  });
  const open = operation('void', 'open', { id: id('e') });

  test.each([
    ['that it was declined', given(paymentIn('SUCCESS'), settled), told(declined)],
    [
      'that it was voided',
      given(paymentIn('SUCCESS'), settled, open),
      told(succeeded, { operationId: open.id }),
    ],
    // A charge that was declined first, and succeeded after that: nothing is captured.
    [
      'that it was voided, while it waits',
      given(paymentIn('REQUIRES_ACTION'), after, open),
      told(succeeded, { operationId: open.id }),
    ],
    [
      'that it was voided, while funds are held',
      given(paymentIn('AUTHORIZED'), { ...after, kind: 'capture' }, open),
      told(succeeded, { operationId: open.id }),
    ],
  ] as const)('%s: flagged again, nothing moves', (_, state, command) => {
    const decision = apply(state, command);
    expect(decision.payment.discrepancy).toBe(true);
    expect(decision.postings).toStrictEqual([]);
    expect(decision.otherOperations).toStrictEqual([]);
    const operations = [decision.operation ?? settled, settled];
    const again = apply(given(decision.payment, ...operations), resolve(null));
    expect(again).toMatchObject({ payment: { discrepancy: false }, postings: [] });
  });

  test('the same again changes nothing', () => {
    const all = operation('charge', 'succeeded', { ...settled, contradiction: 'declined' });
    for (const outcome of [declined, succeeded]) {
      expect(run(given(paymentIn('SUCCESS'), all), told(outcome)).kind).toBe('unchanged');
    }
  });
});

test('a resolution under a key that was used is that answer again', () => {
  const use = {
    merchantId,
    key: 'new-1',
    request: { command: 'resolve', paymentId, reason: 'asked them' },
    paymentId,
    version: 2,
    leaseUntil: before + lease,
    createdAt: before,
  };
  const state = keyed(use, given(paymentIn('SUCCESS')));
  expect(run(state, resolve())).toStrictEqual({ kind: 'replayed', paymentId, version: 2 });
  expect(run(state, resolve('merchant_payable'))).toMatchObject({
    refusal: { code: 'idempotency_key_reused', fields: { fields: ['suspenseTo'] } },
  });
});
