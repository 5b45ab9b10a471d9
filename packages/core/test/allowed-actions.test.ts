/** What may be asked for now: every status, provider and open operation. */
import { describe, expect, test } from 'vitest';
import {
  type Action,
  actions,
  allowedActions,
  collects,
  type OperationKind,
  operationKinds,
  operationOfAction,
  type Payment,
  type Status,
  statuses,
} from '../src/index.ts';
import { manualIn, paymentIn } from './given.ts';

type Row = readonly [Status, string, string];
const rows: readonly Row[] = [
  // status, with a provider, by hand
  ['PENDING', '', 'cancel report'],
  // By hand no payment ever is in these two: what would be, follows from the lifecycle.
  ['REQUIRES_ACTION', 'cancel', 'cancel report'],
  ['AUTHORIZED', 'capture cancel', 'capture cancel'],
  ['SUCCESS', 'refund', 'refund'],
  ['REFUNDED', '', ''],
  ['FAILED', '', ''],
  ['CANCELLED', '', ''],
];
const listed = (payment: Payment) => allowedActions(payment).join(' ');

describe.each(rows)('%s', (status, sandbox, manual) => {
  test('where nothing is open', () => {
    expect(listed(paymentIn(status))).toBe(sandbox);
    expect(listed(paymentIn(status, { provider: 'stripe' }))).toBe(sandbox);
    expect(listed(manualIn(status))).toBe(manual);
  });

  // Of all but refunds one is open at a time: nothing may be asked for meanwhile.
  const kinds: readonly OperationKind[] = ['charge', 'authorize', 'capture', 'void'];
  test.each(kinds)('while a %s is open: nothing', (openOperation) => {
    expect(listed(paymentIn(status, { openOperation }))).toBe('');
    expect(listed(manualIn(status, { openOperation }))).toBe('');
  });

  test('while it is flagged: nothing', () => {
    expect(listed(paymentIn(status, { discrepancy: true }))).toBe('');
    expect(listed(manualIn(status, { discrepancy: true }))).toBe('');
  });
});

test('the rows above are all there are', () => {
  expect(rows.map(([status]) => status)).toStrictEqual(statuses);
});

describe('while something is left of it', () => {
  type Left = readonly [string, Payment, readonly Action[]];
  const left: readonly Left[] = [
    ['a part is refunded', paymentIn('SUCCESS', { refunded: 14_999n }), ['refund']],
    ['a part is pending', paymentIn('SUCCESS', { refundPending: 14_999n }), ['refund']],
    ['all is pending', paymentIn('SUCCESS', { refundPending: 15_000n }), []],
    [
      'all is refunded or pending',
      paymentIn('SUCCESS', { refunded: 1n, refundPending: 14_999n }),
      [],
    ],
    [
      'all that was captured is pending',
      paymentIn('SUCCESS', { captured: 5n, refundPending: 5n }),
      [],
    ],
    ['a part is held', paymentIn('AUTHORIZED', { authorized: 1n }), ['capture', 'cancel']],
    ['by hand, a part is refunded', manualIn('SUCCESS', { refunded: 1n }), ['refund']],
  ];
  test.each(left)('%s', (_, payment, expected) => {
    expect(allowedActions(payment)).toStrictEqual(expected);
  });
});

test('the actions, in the order in which they are listed, and what each comes down to', () => {
  expect(actions).toStrictEqual(['capture', 'cancel', 'refund', 'report']);
  const kinds = actions.map((action) => operationOfAction[action]);
  expect(kinds).toStrictEqual(['capture', 'void', 'refund', 'charge']);
});

test('what collects: charges and authorizations', () => {
  expect(operationKinds.filter(collects)).toStrictEqual(['charge', 'authorize']);
});
