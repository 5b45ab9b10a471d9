import { describe, expect, test } from 'vitest';
import type { Create, OperationKind } from '../src/index.ts';
import {
  apply,
  caller,
  create,
  given,
  heldBy,
  ids,
  lease,
  merchantId,
  now,
  otherPaymentId,
} from './given.ts';
import { refusedRows } from './refused.ts';

const inProgress = heldBy({ paymentId: otherPaymentId, paid: false });
const paid = heldBy({ paymentId: otherPaymentId, paid: true });
const holder = { paymentId: otherPaymentId };
const manual = { provider: 'manual' };
const byHand = create({ provider: 'manual', capture: 'manual' });

describe('a create that is refused', () => {
  refusedRows([
    ['nothing', given(null), create({ amount: 0n }), 'amount_not_positive', {}],
    ['less than nothing', given(null), create({ amount: -1n }), 'amount_not_positive', {}],
    ['nothing, on a held order', paid, create({ amount: 0n }), 'amount_not_positive', {}],
    ['held, not paid yet', inProgress, create(), 'order_payment_in_progress', holder],
    ['held and paid', paid, create(), 'order_already_paid', holder],
    [
      'held, by hand',
      inProgress,
      create({ provider: 'manual' }),
      'order_payment_in_progress',
      holder,
    ],
    ['paid, by hand', paid, create({ provider: 'manual' }), 'order_already_paid', holder],
    ['by hand, to authorize', given(null), byHand, 'capture_not_available', manual],
    ['by hand, to authorize, on a held order', paid, byHand, 'capture_not_available', manual],
    [
      'by hand, to authorize nothing',
      given(null),
      { ...byHand, amount: 0n },
      'amount_not_positive',
      {},
    ],
    ['paid, to authorize', paid, create({ capture: 'manual' }), 'order_already_paid', holder],
  ]);
});

describe('a create that is taken', () => {
  type Row = readonly [string, Create['capture'], OperationKind | null, boolean];
  const rows: readonly Row[] = [
    // provider, capture, the operation that it opens, whether it holds the order
    ['sandbox', 'automatic', 'charge', true],
    ['sandbox', 'manual', 'authorize', true],
    ['stripe', 'automatic', 'charge', true],
    ['stripe', 'manual', 'authorize', true],
    ['manual', 'automatic', null, false],
  ];
  test.each(rows)('%s, capture %s', (provider, capture, kind, holdsOrder) => {
    const { payment, operation, keyUse, event } = apply(given(null), create({ provider, capture }));
    const openOperation = kind;
    expect(payment).toMatchObject({ status: 'PENDING', provider, holdsOrder, openOperation });
    expect(operation?.kind ?? null).toBe(kind);
    expect(event.operationId).toBe(kind && ids.operationId);
    // By hand there is nobody to wait for: PENDING is the final answer.
    expect(keyUse?.version).toBe(kind ? null : 1);
  });

  test.each([1n, 15_000n, 9_999_999_999_999_999n])('%s minor units', (amount) => {
    const { payment, operation } = apply(given(null), create({ amount }));
    expect(payment.amount).toBe(amount);
    expect(operation?.amount).toBe(amount);
  });

  test('all that is written', () => {
    const command = create({
      currency: 'KWD',
      paymentMethod: 'card_1',
      metadata: { cart: '42', note: 'x' },
    });
    const payment = {
      merchantId,
      id: ids.paymentId,
      orderId: 'order-1',
      currency: 'KWD',
      amount: 15_000n,
      authorized: 0n,
      captured: 0n,
      refunded: 0n,
      refundPending: 0n,
      status: 'PENDING',
      holdsOrder: true,
      provider: 'sandbox',
      paymentMethod: 'card_1',
      transactionId: null,
      idempotencyKey: 'new-1',
      failure: null,
      nextAction: null,
      metadata: { cart: '42', note: 'x' },
      discrepancy: false,
      openOperation: 'charge',
      expiresAt: null,
      version: 1,
      createdAt: now,
      updatedAt: now,
    };
    expect(apply(given(null), command)).toStrictEqual({
      kind: 'applied',
      payment,
      operation: {
        merchantId,
        id: ids.operationId,
        paymentId: ids.paymentId,
        kind: 'charge',
        amount: 15_000n,
        status: 'open',
        reference: null,
        failure: null,
        reason: null,
        idempotencyKey: 'new-1',
        contradiction: null,
        suspense: null,
        attempts: 1,
        leaseUntil: now + lease,
        createdAt: now,
        closedAt: null,
      },
      otherOperations: [],
      postings: [],
      event: {
        merchantId,
        paymentId: ids.paymentId,
        version: 1,
        id: ids.eventId,
        type: 'payment.created',
        actor: caller,
        operationId: ids.operationId,
        reason: null,
        payment,
        createdAt: now,
      },
      keyUse: {
        merchantId,
        key: 'new-1',
        request: {
          command: 'create',
          orderId: 'order-1',
          amount: '15000',
          currency: 'KWD',
          capture: 'automatic',
          provider: 'sandbox',
          paymentMethod: 'card_1',
          'metadata.cart': '42',
          'metadata.note': 'x',
        },
        paymentId: ids.paymentId,
        version: null,
        leaseUntil: now + lease,
        createdAt: now,
      },
      answersKey: null,
    });
  });
});
