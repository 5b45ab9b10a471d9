import { describe, expect, test } from 'vitest';
import type { Capture, OperationStatus, Payment, Status } from '../src/index.ts';
import {
  apply,
  caller,
  cancel,
  capture,
  given,
  ids,
  lease,
  manualIn,
  merchantId,
  now,
  operation,
  paymentId,
  paymentIn,
  run,
} from './given.ts';
import { type RefusedRow, refusedRows } from './refused.ts';

const authorized = paymentIn('AUTHORIZED');
const held = operation('authorize', 'succeeded');
const waiting = paymentIn('REQUIRES_ACTION');
const exceeds = 'amount_exceeds_remaining';

const notCapturable: readonly Status[] = [
  'PENDING',
  'REQUIRES_ACTION',
  'SUCCESS',
  'REFUNDED',
  'FAILED',
  'CANCELLED',
];

describe('a capture that is refused', () => {
  refusedRows([
    ['no payment', given(null), capture(), 'payment_not_found', {}],
    ...notCapturable.map(
      (status): RefusedRow => [
        status,
        given(paymentIn(status)),
        capture(1n),
        'not_capturable',
        { paymentStatus: status },
      ],
    ),
    [
      'SUCCESS by a part: the rest was released',
      given(paymentIn('SUCCESS', { captured: 5_000n })),
      capture('rest'),
      'not_capturable',
      { paymentStatus: 'SUCCESS' },
    ],
    [
      'a capture is open',
      given(authorized, held, operation('capture')),
      capture(),
      'outcome_unknown',
      { operation: 'capture' },
    ],
    [
      'a void is open',
      given(authorized, held, operation('void')),
      capture(),
      'outcome_unknown',
      { operation: 'void' },
    ],
    [
      'an open capture comes before the amount',
      given(authorized, operation('capture')),
      capture(99_999n),
      'outcome_unknown',
      { operation: 'capture' },
    ],
    ['less than nothing', given(authorized), capture(-1n), 'amount_not_positive', {}],
    ['nothing', given(authorized), capture(0n), exceeds, { remaining: '150.00' }],
    ['one too many', given(authorized), capture(15_001n), exceeds, { remaining: '150.00' }],
    [
      'more than is held, though less than the amount',
      given(paymentIn('AUTHORIZED', { authorized: 9_000n })),
      capture(9_001n),
      exceeds,
      { remaining: '90.00' },
    ],
  ]);
});

describe('a capture that is opened', () => {
  type Row = readonly [string, Payment, Capture['amount'], bigint];
  const rows: readonly Row[] = [
    ['the least', authorized, 1n, 1n],
    ['all', authorized, 15_000n, 15_000n],
    ['the rest', authorized, 'rest', 15_000n],
    ['the rest of what is held', paymentIn('AUTHORIZED', { authorized: 9_000n }), 'rest', 9_000n],
  ];
  test.each(rows)('%s', (_, before, asked, amount) => {
    const { payment, operation: opened, event } = apply(given(before, held), capture(asked));
    const changes = { openOperation: 'capture', version: 4, updatedAt: now };
    expect(payment).toStrictEqual({ ...before, ...changes });
    expect(opened).toMatchObject({ id: ids.operationId, kind: 'capture', status: 'open', amount });
    expect(event).toMatchObject({ type: 'capture.opened', version: 4, actor: caller });
  });

  test('after a declined one', () => {
    const state = given(authorized, held, operation('capture', 'declined'));
    expect(apply(state, capture()).operation?.status).toBe('open');
  });
});

describe('a cancel that is refused', () => {
  const cases: readonly (readonly [Payment, Status])[] = [
    [paymentIn('SUCCESS'), 'SUCCESS'],
    [paymentIn('REFUNDED'), 'REFUNDED'],
    [paymentIn('FAILED'), 'FAILED'],
    [manualIn('SUCCESS'), 'SUCCESS'],
    [manualIn('REFUNDED'), 'REFUNDED'],
    [manualIn('FAILED'), 'FAILED'],
  ];
  refusedRows([
    ['no payment', given(null), cancel(), 'payment_not_found', {}],
    ...cases.map(
      ([payment, status]): RefusedRow => [
        `${status}, ${payment.provider}`,
        given(payment),
        cancel(),
        'not_cancellable',
        { paymentStatus: status },
      ],
    ),
    [
      'its charge is open',
      given(paymentIn('PENDING'), operation('charge')),
      cancel(),
      'outcome_unknown',
      { operation: 'charge' },
    ],
    [
      'its authorization is open',
      given(paymentIn('PENDING'), operation('authorize')),
      cancel(),
      'outcome_unknown',
      { operation: 'authorize' },
    ],
    [
      'its capture is open',
      given(authorized, held, operation('capture')),
      cancel(),
      'outcome_unknown',
      { operation: 'capture' },
    ],
    [
      'its void is open',
      given(waiting, operation('charge', 'requires_action'), operation('void')),
      cancel(),
      'outcome_unknown',
      { operation: 'void' },
    ],
  ]);
});

describe('a cancel that opens a void', () => {
  type Row = readonly [string, Payment, OperationStatus];
  const rows: readonly Row[] = [
    ['the payer never acted', waiting, 'requires_action'],
    ['the funds are held', authorized, 'succeeded'],
  ];
  test.each(rows)('%s', (_, before, status) => {
    const changes = { openOperation: 'void', version: 4, updatedAt: now } as const;
    const payment: Payment = { ...before, ...changes };
    const state = given(before, operation('authorize', status), operation('void', 'declined'));
    expect(apply(state, cancel())).toStrictEqual({
      kind: 'applied',
      payment,
      operation: operation('void', 'open', {
        id: ids.operationId,
        idempotencyKey: 'new-1',
        leaseUntil: now + lease,
        createdAt: now,
      }),
      otherOperations: [],
      postings: [],
      event: {
        merchantId,
        paymentId,
        version: 4,
        id: ids.eventId,
        type: 'void.opened',
        actor: caller,
        operationId: ids.operationId,
        reason: null,
        payment,
        createdAt: now,
      },
      keyUse: {
        merchantId,
        key: 'new-1',
        request: { command: 'cancel', paymentId },
        paymentId,
        version: null,
        leaseUntil: now + lease,
        createdAt: now,
      },
      answersKey: null,
    });
  });

  test('by hand it is done at once', () => {
    const before = manualIn('PENDING');
    const decision = apply(given(before), cancel());
    const changes = { status: 'CANCELLED', version: 4, updatedAt: now };
    expect(decision.payment).toStrictEqual({ ...before, ...changes });
    expect(decision.operation).toMatchObject({ kind: 'void', status: 'succeeded', closedAt: now });
    expect(decision.postings).toStrictEqual([]);
    expect(decision.event).toMatchObject({ type: 'void.succeeded', actor: caller, version: 4 });
    expect(decision.keyUse?.version).toBe(4);
  });

  test('by a worker, without a key', () => {
    const state = given(waiting, operation('charge', 'requires_action'));
    const decision = apply(state, cancel({ actor: 'worker:expire', idempotencyKey: null }));
    expect(decision.event.actor).toBe('worker:expire');
    expect(decision.operation?.idempotencyKey).toBeNull();
    expect(decision.keyUse).toBeNull();
  });
});

describe('a cancel of what is cancelled changes nothing', () => {
  test.each([paymentIn('CANCELLED'), manualIn('CANCELLED')])('$provider', (payment) => {
    const keyUse = {
      merchantId,
      key: 'new-1',
      request: { command: 'cancel', paymentId },
      paymentId,
      version: 3,
      leaseUntil: now + lease,
      createdAt: now,
    };
    expect(run(given(payment), cancel())).toStrictEqual({ kind: 'unchanged', payment, keyUse });
  });
});
