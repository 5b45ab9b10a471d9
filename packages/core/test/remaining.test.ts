/** What may still be captured and refunded: what an operator found to be true counts. */
import { describe, expect, test } from 'vitest';
import { type Operation, type Payment, remainingOf } from '../src/index.ts';
import { operation, paymentIn } from './given.ts';

const id = (digit: string) => `op_${digit.repeat(32)}` as const;
const stands = { suspense: 'merchant_payable' } as const;
const undone = { suspense: 'provider_receivable' } as const;
const doubted = { suspense: 'suspense' } as const;
const after = { contradiction: 'succeeded' } as const;

const held = operation('authorize', 'succeeded', { id: id('a') });
const charge = (changes: Partial<Operation> = {}) =>
  operation('charge', 'succeeded', { id: id('a'), ...changes });
const captureOf = (amount: bigint, changes: Partial<Operation> = {}) =>
  operation('capture', 'declined', { id: id('b'), amount, ...after, ...changes });
const refundOf = (amount: bigint, changes: Partial<Operation> = {}) =>
  operation('refund', 'declined', { id: id('c'), amount, ...after, ...changes });
const another = { id: id('d') } as const;

const authorized = paymentIn('AUTHORIZED');
const success = paymentIn('SUCCESS');
const captured = (amount: bigint) => paymentIn('SUCCESS', { captured: amount });
type Row = readonly [string, Payment, readonly Operation[], bigint];

describe('what is left to capture', () => {
  const rows: readonly Row[] = [
    // what was found, the payment, its operations, and what is left
    ['nothing was in doubt', authorized, [held], 15_000n],
    ['a declined one', authorized, [held, captureOf(9_000n, { contradiction: null })], 15_000n],
    [
      'one in doubt: the flag is in its way',
      authorized,
      [held, captureOf(9_000n, doubted)],
      15_000n,
    ],
    ['a part stands', authorized, [held, captureOf(9_000n, stands)], 6_000n],
    ['all of it stands', authorized, [held, captureOf(15_000n, stands)], 0n],
    [
      'two stand',
      authorized,
      [held, captureOf(9_000n, stands), captureOf(5_000n, { ...stands, ...another })],
      1_000n,
    ],
    [
      'two stand that are more than is held: nothing, not less',
      authorized,
      [held, captureOf(9_000n, stands), captureOf(9_000n, { ...stands, ...another })],
      0n,
    ],
    [
      'it was made undone: it can be captured again',
      authorized,
      [captureOf(9_000n, undone)],
      15_000n,
    ],
    [
      'one stands, one was made undone',
      authorized,
      [captureOf(9_000n, stands), captureOf(5_000n, { ...undone, ...another })],
      6_000n,
    ],
    ['another kind stands', authorized, [held, refundOf(9_000n, stands)], 15_000n],
    [
      'another kind was made undone',
      authorized,
      [held, charge({ ...undone, ...another })],
      15_000n,
    ],
    [
      'less is held than was asked for',
      paymentIn('AUTHORIZED', { authorized: 10_000n }),
      [held, captureOf(9_000n, stands)],
      1_000n,
    ],
  ];
  test.each(rows)('%s', (_, payment, operations, left) => {
    expect(remainingOf('capture', payment, operations)).toBe(left);
  });
});

describe('what is left to refund', () => {
  const partly = paymentIn('SUCCESS', { refunded: 4_000n });
  const paid = (changes: Partial<Operation> = {}) =>
    operation('refund', 'succeeded', { id: id('c'), amount: 4_000n, ...changes });
  const rows: readonly Row[] = [
    ['nothing was in doubt', success, [charge()], 15_000n],
    ['a declined one', success, [charge(), refundOf(4_000n, { contradiction: null })], 15_000n],
    [
      'one in doubt: the flag is in its way',
      success,
      [charge(), refundOf(4_000n, doubted)],
      15_000n,
    ],
    ['a part stands', success, [charge(), refundOf(4_000n, stands)], 11_000n],
    ['all of it stands', success, [charge(), refundOf(15_000n, stands)], 0n],
    ['all but the least stands', success, [charge(), refundOf(14_999n, stands)], 1n],
    [
      'a part stands beside one that is paid',
      partly,
      [charge(), paid(), refundOf(6_000n, { ...stands, ...another })],
      5_000n,
    ],
    [
      'a part stands beside an open one',
      paymentIn('SUCCESS', { refundPending: 4_000n }),
      [
        charge(),
        refundOf(6_000n, stands),
        operation('refund', 'open', { ...another, amount: 4_000n }),
      ],
      5_000n,
    ],
    [
      'more stands than was collected: nothing, not less',
      partly,
      [charge(), paid(), refundOf(15_000n, { ...stands, ...another })],
      0n,
    ],
    [
      'it was made undone: it can be refunded again',
      success,
      [charge(), refundOf(4_000n, undone)],
      15_000n,
    ],
    ['a paid one stands: it is not counted twice', partly, [charge(), paid(stands)], 11_000n],
    ['a paid one was made undone: it stays refunded', partly, [charge(), paid(undone)], 11_000n],
    ['the charge stands', success, [charge(stands)], 15_000n],
    ['the charge was made undone', success, [charge(undone)], 0n],
    ['the charge was made undone, a part refunded', partly, [charge(undone), paid()], 0n],
    ['both were made undone', success, [charge(undone), refundOf(4_000n, undone)], 0n],
    [
      'the charge was made undone, a refund stands',
      success,
      [charge(undone), refundOf(4_000n, stands)],
      0n,
    ],
    ['both stand', success, [charge(stands), refundOf(4_000n, stands)], 11_000n],
    [
      'the capture of a part was made undone',
      captured(9_000n),
      [held, captureOf(9_000n, { status: 'succeeded', contradiction: 'declined', ...undone })],
      0n,
    ],
    [
      'the capture of a part stands',
      captured(9_000n),
      [held, captureOf(9_000n, { status: 'succeeded', contradiction: 'declined', ...stands })],
      9_000n,
    ],
    [
      'a declined capture stands: only what is told as captured can be refunded',
      captured(6_000n),
      [
        held,
        captureOf(9_000n, stands),
        captureOf(6_000n, { ...another, status: 'succeeded', contradiction: null }),
      ],
      6_000n,
    ],
    [
      'a declined capture was made undone: it had nothing to give',
      captured(6_000n),
      [
        held,
        captureOf(9_000n, undone),
        captureOf(6_000n, { ...another, status: 'succeeded', contradiction: null }),
      ],
      6_000n,
    ],
  ];
  test.each(rows)('%s', (_, payment, operations, left) => {
    expect(remainingOf('refund', payment, operations)).toBe(left);
  });
});
