import { describe, expect, test } from 'vitest';
import type { Payment, Refund, Status } from '../src/index.ts';
import {
  apply,
  caller,
  given,
  ids,
  lease,
  manualIn,
  merchantId,
  now,
  operation,
  operationId,
  paymentId,
  paymentIn,
  refund,
} from './given.ts';
import { refusedRows } from './refused.ts';

const success = paymentIn('SUCCESS');
const reserved = (amount: bigint) => paymentIn('SUCCESS', { refundPending: amount });
const open = (amount: bigint) => operation('refund', 'open', { amount });
const yen = paymentIn('SUCCESS', { currency: 'JPY' });
const exceeds = 'amount_exceeds_remaining';

describe('a refund that is refused', () => {
  refusedRows([
    ['no payment', given(null), refund(), 'payment_not_found', {}],
    ...(['PENDING', 'REQUIRES_ACTION', 'AUTHORIZED', 'REFUNDED', 'FAILED', 'CANCELLED'] as const)
      .flatMap((status: Status) => [
        [given(paymentIn(status)), 'sandbox', status] as const,
        [given(manualIn(status)), 'manual', status] as const,
      ])
      .map(
        ([state, provider, status]) =>
          [
            `${status}, ${provider}`,
            state,
            refund(1n),
            'not_refundable',
            { paymentStatus: status },
          ] as const,
      ),
    ['less than nothing', given(success), refund(-1n), 'amount_not_positive', {}],
    ['nothing', given(success), refund(0n), exceeds, { remaining: '150.00' }],
    ['one too many', given(success), refund(15_001n), exceeds, { remaining: '150.00' }],
    ['one too many yen', given(yen), refund(15_001n), exceeds, { remaining: '15000' }],
    [
      'more than is left beside a refund that was paid',
      given(paymentIn('SUCCESS', { refunded: 4_000n })),
      refund(11_001n),
      exceeds,
      { remaining: '110.00' },
    ],
    [
      'more than is left beside an open refund',
      given(reserved(4_000n), open(4_000n)),
      refund(11_001n),
      exceeds,
      { remaining: '110.00' },
    ],
    [
      'the rest of nothing: open refunds reserve it all',
      given(reserved(15_000n), open(15_000n)),
      refund('rest'),
      exceeds,
      { remaining: '0.00' },
    ],
    [
      'a void is still open, which may give the money back',
      given(success, operation('charge', 'succeeded'), operation('void', 'open')),
      refund('rest'),
      'outcome_unknown',
      { operation: 'void' },
    ],
    [
      'more than was captured, though more was authorized',
      given(paymentIn('SUCCESS', { captured: 5_000n })),
      refund(5_001n),
      exceeds,
      { remaining: '50.00' },
    ],
  ]);
});

describe('a refund that is opened', () => {
  type Row = readonly [string, Payment, Refund['amount'], bigint, bigint];
  const rows: readonly Row[] = [
    // payment, asked for, the operation's amount, reserved in all
    ['the least', success, 1n, 1n, 1n],
    ['all but one', success, 14_999n, 14_999n, 14_999n],
    ['all of it', success, 15_000n, 15_000n, 15_000n],
    ['the rest: all of it', success, 'rest', 15_000n, 15_000n],
    ['all beside an open one', reserved(4_000n), 11_000n, 11_000n, 15_000n],
    ['the rest beside an open one', reserved(4_000n), 'rest', 11_000n, 15_000n],
    ['the rest after one', paymentIn('SUCCESS', { refunded: 4_000n }), 'rest', 11_000n, 11_000n],
    ['the rest of a part', paymentIn('SUCCESS', { captured: 5_000n }), 'rest', 5_000n, 5_000n],
  ];
  test.each(rows)('%s', (_, before, asked, amount, refundPending) => {
    const { payment, operation: opened } = apply(given(before), refund(asked));
    expect(opened).toMatchObject({ kind: 'refund', status: 'open', amount });
    expect(payment).toStrictEqual({ ...before, refundPending, version: 4, updatedAt: now });
  });

  test('beside other open operations: refunds do not wait for each other', () => {
    const state = given(reserved(4_000n), open(4_000n), operation('charge', 'succeeded'));
    expect(apply(state, refund(1n)).payment.refundPending).toBe(4_001n);
  });

  test('all that is written', () => {
    const payment: Payment = { ...success, refundPending: 5_000n, version: 4, updatedAt: now };
    expect(apply(given(success), refund(5_000n, { reason: 'broken' }))).toStrictEqual({
      kind: 'applied',
      payment,
      operation: operation('refund', 'open', {
        id: ids.operationId,
        amount: 5_000n,
        reason: 'broken',
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
        type: 'refund.opened',
        actor: caller,
        operationId: ids.operationId,
        reason: null,
        payment,
        createdAt: now,
      },
      keyUse: {
        merchantId,
        key: 'new-1',
        request: { command: 'refund', paymentId, amount: '5000', reason: 'broken' },
        paymentId,
        version: null,
        leaseUntil: now + lease,
        createdAt: now,
      },
      answersKey: null,
    });
  });
});

describe('a refund by hand is settled at once', () => {
  const manual = manualIn('SUCCESS');
  const afterOne = manualIn('SUCCESS', { refunded: 4_000n });
  type Row = readonly [string, Payment, Refund['amount'], Status, bigint, bigint, boolean];
  const rows: readonly Row[] = [
    // payment, asked for, status, moved, refunded in all, whether it still holds the order
    ['a part', manual, 4_000n, 'SUCCESS', 4_000n, 4_000n, true],
    ['all but one', manual, 14_999n, 'SUCCESS', 14_999n, 14_999n, true],
    ['all', manual, 15_000n, 'REFUNDED', 15_000n, 15_000n, false],
    ['the rest', manual, 'rest', 'REFUNDED', 15_000n, 15_000n, false],
    ['the rest after one', afterOne, 'rest', 'REFUNDED', 11_000n, 15_000n, false],
    ['one more', afterOne, 1n, 'SUCCESS', 1n, 4_001n, true],
  ];
  test.each(rows)('%s', (_, before, asked, status, amount, refunded, holdsOrder) => {
    const decision = apply(given(before, operation('charge', 'succeeded')), refund(asked));
    const changes = { status, refunded, holdsOrder, version: 4, updatedAt: now };
    expect(decision.payment).toStrictEqual({ ...before, ...changes });
    expect(decision.operation).toMatchObject({
      id: ids.operationId,
      kind: 'refund',
      status: 'succeeded',
      amount,
      leaseUntil: null,
      closedAt: now,
    });
    expect(decision.postings).toStrictEqual([
      {
        merchantId,
        operationId: ids.operationId,
        line: 1,
        paymentId,
        debit: 'merchant_payable',
        credit: 'provider_receivable',
        amount,
        currency: 'USD',
        createdAt: now,
      },
    ]);
    expect(decision.event).toMatchObject({ type: 'refund.succeeded', actor: caller, version: 4 });
    expect(decision.event.payment).toStrictEqual(decision.payment);
    expect(decision.keyUse).toMatchObject({ key: 'new-1', version: 4 });
    expect(decision.answersKey).toBeNull();
  });

  test('its reason is kept', () => {
    const { operation: done } = apply(given(manual), refund(1n, { reason: 'broken' }));
    expect(done).toMatchObject({ reason: 'broken', idempotencyKey: 'new-1' });
    expect(done?.id).not.toBe(operationId);
  });
});
