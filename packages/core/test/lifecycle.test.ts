/** The lifecycle, cell by cell, written out by hand from the design's table. */
import { describe, expect, test } from 'vitest';
import {
  allows,
  holdsOrder,
  nextStatus,
  type OperationKind,
  operationKinds,
  remaining,
  type Status,
  statuses,
} from '../src/index.ts';
import { paymentIn } from './given.ts';

// status, operation, then where it leads: succeeded, declined, requires_action
const none = null;
type Cells = readonly [Status, OperationKind, Status | null, Status | null, Status | null];
const table: readonly Cells[] = [
  ['PENDING', 'charge', 'SUCCESS', 'FAILED', 'REQUIRES_ACTION'],
  ['PENDING', 'authorize', 'AUTHORIZED', 'FAILED', 'REQUIRES_ACTION'],
  ['PENDING', 'capture', none, none, none],
  ['PENDING', 'void', 'CANCELLED', 'PENDING', none],
  ['PENDING', 'refund', none, none, none],
  ['REQUIRES_ACTION', 'charge', 'SUCCESS', 'FAILED', none],
  ['REQUIRES_ACTION', 'authorize', 'AUTHORIZED', 'FAILED', none],
  ['REQUIRES_ACTION', 'capture', none, none, none],
  ['REQUIRES_ACTION', 'void', 'CANCELLED', 'REQUIRES_ACTION', none],
  ['REQUIRES_ACTION', 'refund', none, none, none],
  ['AUTHORIZED', 'charge', none, none, none],
  ['AUTHORIZED', 'authorize', none, none, none],
  ['AUTHORIZED', 'capture', 'SUCCESS', 'AUTHORIZED', none],
  ['AUTHORIZED', 'void', 'CANCELLED', 'AUTHORIZED', none],
  ['AUTHORIZED', 'refund', none, none, none],
  ['SUCCESS', 'charge', none, none, none],
  ['SUCCESS', 'authorize', none, none, none],
  ['SUCCESS', 'capture', none, none, none],
  ['SUCCESS', 'void', none, none, none],
  ['SUCCESS', 'refund', 'SUCCESS', 'SUCCESS', none],
  ['REFUNDED', 'charge', none, none, none],
  ['REFUNDED', 'authorize', none, none, none],
  ['REFUNDED', 'capture', none, none, none],
  ['REFUNDED', 'void', none, none, none],
  ['REFUNDED', 'refund', none, none, none],
  ['FAILED', 'charge', none, none, none],
  ['FAILED', 'authorize', none, none, none],
  ['FAILED', 'capture', none, none, none],
  ['FAILED', 'void', none, none, none],
  ['FAILED', 'refund', none, none, none],
  ['CANCELLED', 'charge', none, none, none],
  ['CANCELLED', 'authorize', none, none, none],
  ['CANCELLED', 'capture', none, none, none],
  ['CANCELLED', 'void', none, none, none],
  ['CANCELLED', 'refund', none, none, none],
];

test.each(table)('%s, %s', (status, kind, succeeded, declined, requiresAction) => {
  expect(nextStatus(status, kind, 'succeeded')).toBe(succeeded);
  expect(nextStatus(status, kind, 'declined')).toBe(declined);
  expect(nextStatus(status, kind, 'requires_action')).toBe(requiresAction);
  expect(allows(status, kind)).toBe(succeeded !== null);
});

test('the rows above are all there are', () => {
  const cells = table.map(([status, kind]) => `${status} ${kind}`);
  const all = statuses.flatMap((status) => operationKinds.map((kind) => `${status} ${kind}`));
  expect(cells).toStrictEqual(all);
});

describe('who holds the order', () => {
  // status, sandbox, stripe, manual
  const rows: readonly (readonly [Status, boolean, boolean, boolean])[] = [
    ['PENDING', true, true, false],
    ['REQUIRES_ACTION', true, true, false],
    ['AUTHORIZED', true, true, false],
    ['SUCCESS', true, true, true],
    ['REFUNDED', false, false, false],
    ['FAILED', false, false, false],
    ['CANCELLED', false, false, false],
  ];
  test.each(rows)('%s', (status, sandbox, stripe, manual) => {
    expect(holdsOrder('sandbox', status)).toBe(sandbox);
    expect(holdsOrder('stripe', status)).toBe(stripe);
    expect(holdsOrder('manual', status)).toBe(manual);
  });
});

describe('what remains', () => {
  const fresh = paymentIn('PENDING');
  const held = paymentIn('AUTHORIZED', { authorized: 12_000n });
  const partly = paymentIn('SUCCESS', { captured: 9_000n, refunded: 2_000n, refundPending: 500n });
  const rows: readonly (readonly [string, OperationKind, typeof fresh, bigint])[] = [
    ['to charge', 'charge', fresh, 15_000n],
    ['to authorize', 'authorize', fresh, 15_000n],
    ['to capture, of nothing held', 'capture', fresh, 0n],
    ['to capture, of what is held', 'capture', held, 12_000n],
    ['to capture, beside what is captured', 'capture', partly, 6_000n],
    ['to void, before all', 'void', fresh, 15_000n],
    ['to void, of what is held', 'void', held, 15_000n],
    ['to void, beside what is captured', 'void', partly, 6_000n],
    ['to refund, of nothing captured', 'refund', held, 0n],
    ['to refund, less what is refunded or reserved', 'refund', partly, 6_500n],
  ];
  test.each(rows)('%s', (_, kind, payment, amount) => {
    expect(remaining[kind](payment)).toBe(amount);
  });
});
