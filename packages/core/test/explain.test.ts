/** What may be done next; for what may not, why not and what would make it so. */
import { describe, expect, test } from 'vitest';
import { explainActions, statuses } from '../src/index.ts';
import { atOnce, type ExplainedRow, explained, isCaptured, nothingToResolve } from './explained.ts';
import { manualIn, now, operation, otherPaymentId, paymentIn } from './given.ts';

const charge = operation('charge', 'succeeded');
const authorized = operation('authorize', 'succeeded');
const wait = (kind: string) =>
  `Wait: the provider is asked again until the outcome of the ${kind} is known.`;
const dead = (status: string) =>
  `Nothing: no way leads there from ${status}. Create another payment for the order.`;

const rows: readonly ExplainedRow[] = [
  [
    'PENDING, its charge open',
    paymentIn('PENDING', { openOperation: 'charge' }),
    [operation('charge')],
    {
      capture: ['not_capturable', atOnce],
      cancel: ['outcome_unknown', wait('charge')],
      refund: ['not_refundable', 'Once the charge succeeds.'],
      resolve: nothingToResolve,
    },
  ],
  [
    'PENDING, its authorization open',
    paymentIn('PENDING', { openOperation: 'authorize' }),
    [operation('authorize')],
    {
      capture: ['not_capturable', 'Once the authorize succeeds.'],
      cancel: ['outcome_unknown', wait('authorize')],
      refund: ['not_refundable', 'Once the authorize succeeds, and the capture succeeds.'],
      resolve: nothingToResolve,
    },
  ],
  [
    'REQUIRES_ACTION',
    paymentIn('REQUIRES_ACTION'),
    [operation('charge', 'requires_action')],
    {
      capture: ['not_capturable', atOnce],
      cancel: 'yes',
      refund: ['not_refundable', 'Once the charge succeeds.'],
      resolve: nothingToResolve,
    },
  ],
  [
    'AUTHORIZED',
    paymentIn('AUTHORIZED'),
    [authorized],
    {
      capture: 15_000n,
      cancel: 'yes',
      refund: ['not_refundable', 'Once the capture succeeds.'],
      resolve: nothingToResolve,
    },
  ],
  [
    'AUTHORIZED, a void open',
    paymentIn('AUTHORIZED', { openOperation: 'void' }),
    [authorized, operation('void', 'open', { id: 'op_2' })],
    {
      capture: ['outcome_unknown', wait('void')],
      cancel: ['outcome_unknown', wait('void')],
      refund: ['not_refundable', 'Once the capture succeeds.'],
      resolve: nothingToResolve,
    },
  ],
  [
    'SUCCESS, in part refunded',
    paymentIn('SUCCESS', { refunded: 4_000n }),
    [charge],
    {
      capture: ['not_capturable', atOnce],
      cancel: ['not_cancellable', isCaptured],
      refund: 11_000n,
      resolve: nothingToResolve,
    },
  ],
  [
    'SUCCESS, a refund of all of it open',
    paymentIn('SUCCESS', { refundPending: 15_000n }),
    [charge, operation('refund', 'open', { id: 'op_2' })],
    {
      capture: ['not_capturable', atOnce],
      cancel: ['not_cancellable', isCaptured],
      refund: [
        'amount_exceeds_remaining',
        'A refund of 150.00 is open: what is declined of it can be refunded again.',
      ],
      resolve: nothingToResolve,
    },
  ],
  [
    'FAILED, with money in suspense',
    paymentIn('FAILED', { discrepancy: true }),
    [operation('charge', 'declined', { contradiction: 'succeeded', suspense: 'suspense' })],
    {
      capture: ['not_capturable', atOnce],
      cancel: ['not_cancellable', dead('FAILED')],
      refund: ['not_refundable', dead('FAILED')],
      resolve: 'yes',
    },
  ],
  [
    'CANCELLED',
    paymentIn('CANCELLED'),
    [authorized, operation('void', 'succeeded', { id: 'op_2' })],
    {
      capture: ['not_capturable', dead('CANCELLED')],
      cancel: ['status_not_reachable', 'Nothing: it is what was asked for.'],
      refund: ['not_refundable', dead('CANCELLED')],
      resolve: nothingToResolve,
    },
  ],
  [
    'manual, PENDING',
    manualIn('PENDING'),
    [],
    {
      capture: ['not_capturable', 'Nothing: it is reported on, not captured.'],
      cancel: 'yes',
      refund: ['not_refundable', 'Once the charge succeeds.'],
      report: 'yes',
      resolve: nothingToResolve,
    },
  ],
  [
    'manual, SUCCESS',
    manualIn('SUCCESS'),
    [charge],
    {
      capture: ['not_capturable', 'Nothing: it is reported on, not captured.'],
      cancel: ['not_cancellable', isCaptured],
      refund: 15_000n,
      report: ['status_not_reachable', 'Nothing: it is what was asked for.'],
      resolve: nothingToResolve,
    },
  ],
];

test.each(rows)('%s', (_, payment, operations, expected) => {
  expect(explained(payment, operations)).toStrictEqual(expected);
});

test('an order that another payment holds', () => {
  const holder = { paymentId: otherPaymentId, paid: true };
  const { report } = explained(manualIn('PENDING'), [], holder);
  const remedy = "Refund or cancel the order's other payment first.";
  expect(report).toStrictEqual(['order_already_paid', remedy]);
});

describe('every obstacle says why', () => {
  test.each(statuses)('%s', (status) => {
    for (const { obstacle } of explainActions(paymentIn(status), [charge], null, now)) {
      if (obstacle) expect(obstacle.why).toMatch(/^[A-Z].*\.$/);
    }
  });
});
