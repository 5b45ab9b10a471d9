/** What may be done next where a provider contradicted itself, before it is resolved and after. */
import { describe, expect, test } from 'vitest';
import type { Operation, Payment } from '../src/index.ts';
import { atOnce, type ExplainedRow, explained, isCaptured, nothingToResolve } from './explained.ts';
import { manualIn, operation, paymentIn } from './given.ts';

const flagged = { discrepancy: true };
const unresolved = [
  'discrepancy_unresolved',
  'Resolve the discrepancy: `POST …/resolve/`, with a key that has the scope `admin`.',
] as const;
const doubted = { suspense: 'suspense' } as const;
const stands = { suspense: 'merchant_payable', contradiction: 'succeeded' } as const;
const undone = { suspense: 'provider_receivable', contradiction: 'declined' } as const;
const other = { id: `op_${'e'.repeat(32)}` } as const;

const charge = (changes: Partial<Operation> = {}) => operation('charge', 'succeeded', changes);
const held = operation('authorize', 'succeeded');
const byHand = 'Nothing: it is reported on, not captured.';

const rows: readonly ExplainedRow[] = [
  [
    'SUCCESS, its charge in doubt',
    paymentIn('SUCCESS', flagged),
    [charge({ ...doubted, contradiction: 'declined' })],
    {
      capture: ['not_capturable', atOnce],
      cancel: ['not_cancellable', isCaptured],
      refund: unresolved,
      resolve: 'yes',
    },
  ],
  [
    'AUTHORIZED, a capture in doubt',
    paymentIn('AUTHORIZED', flagged),
    [held, operation('capture', 'declined', { ...other, ...stands, ...doubted })],
    {
      capture: unresolved,
      cancel: unresolved,
      refund: ['not_refundable', 'Once the capture succeeds.'],
      resolve: 'yes',
    },
  ],
  [
    'REQUIRES_ACTION, a void in doubt',
    paymentIn('REQUIRES_ACTION', flagged),
    [
      operation('charge', 'requires_action'),
      operation('void', 'declined', { ...other, contradiction: 'succeeded' }),
    ],
    {
      capture: ['not_capturable', atOnce],
      cancel: unresolved,
      refund: ['not_refundable', 'Once the charge succeeds.'],
      resolve: 'yes',
    },
  ],
  [
    'PENDING, flagged: that comes before what is open',
    paymentIn('PENDING', { ...flagged, openOperation: 'charge' }),
    [operation('charge')],
    {
      capture: ['not_capturable', atOnce],
      cancel: unresolved,
      refund: ['not_refundable', 'Once the charge succeeds.'],
      resolve: 'yes',
    },
  ],
  [
    'manual, SUCCESS, its charge in doubt',
    manualIn('SUCCESS', flagged),
    [charge({ ...doubted, contradiction: 'declined' })],
    {
      capture: ['not_capturable', byHand],
      cancel: ['not_cancellable', isCaptured],
      refund: unresolved,
      report: ['status_not_reachable', 'Nothing: it is what was asked for.'],
      resolve: 'yes',
    },
  ],
  [
    'manual, FAILED, its charge in doubt',
    manualIn('FAILED', flagged),
    [operation('charge', 'declined', { ...stands, ...doubted })],
    {
      capture: ['not_capturable', byHand],
      cancel: [
        'not_cancellable',
        'Nothing: no way leads there from FAILED. Create another payment for the order.',
      ],
      refund: [
        'not_refundable',
        'Nothing: no way leads there from FAILED. Create another payment for the order.',
      ],
      report: unresolved,
      resolve: 'yes',
    },
  ],
  [
    'resolved: the charge stands',
    paymentIn('SUCCESS'),
    [charge({ ...undone, suspense: 'merchant_payable' })],
    {
      capture: ['not_capturable', atOnce],
      cancel: ['not_cancellable', isCaptured],
      refund: 15_000n,
      resolve: nothingToResolve,
    },
  ],
  [
    'resolved: a declined refund of a part stands',
    paymentIn('SUCCESS'),
    [charge(), operation('refund', 'declined', { ...other, ...stands, amount: 4_000n })],
    {
      capture: ['not_capturable', atOnce],
      cancel: ['not_cancellable', isCaptured],
      refund: 11_000n,
      resolve: nothingToResolve,
    },
  ],
  [
    'resolved: a declined capture of a part stands',
    paymentIn('AUTHORIZED'),
    [held, operation('capture', 'declined', { ...other, ...stands, amount: 9_000n })],
    {
      capture: 6_000n,
      cancel: 'yes',
      refund: ['not_refundable', 'Once the capture succeeds.'],
      resolve: nothingToResolve,
    },
  ],
];
test.each(rows)('%s', (_, payment, operations, expected) => {
  expect(explained(payment, operations)).toStrictEqual(expected);
});

describe('resolved, and nothing is left of it', () => {
  type Row = readonly [string, Payment, readonly Operation[], 'capture' | 'refund'];
  const left: readonly Row[] = [
    // what was found, the payment, its operations, the action
    ['the charge was made undone', paymentIn('SUCCESS'), [charge(undone)], 'refund'],
    [
      'a declined refund of all of it stands',
      paymentIn('SUCCESS'),
      [charge(), operation('refund', 'declined', { ...other, ...stands })],
      'refund',
    ],
    [
      'a declined capture of all of it stands',
      paymentIn('AUTHORIZED'),
      [held, operation('capture', 'declined', { ...other, ...stands })],
      'capture',
    ],
  ];
  test.each(left)('%s', (_, payment, operations, action) => {
    const [code, remedy] = explained(payment, operations)[action] as readonly string[];
    expect(code).toBe('amount_exceeds_remaining');
    expect(remedy).toBe(
      'Nothing: by what was found when its discrepancy was resolved, none of it is left.',
    );
  });
});
