/** History of the replaced system: what becomes of each of its statuses, and of its keys. */
import { describe, expect, test } from 'vitest';
import {
  begins,
  type Decision,
  type ImportedStatus,
  type KeyUse,
  keepsOrder,
  type Payment,
  type Posting,
  requestOf,
} from '../src/index.ts';
import {
  apply,
  before,
  create,
  given,
  heldBy,
  ids,
  imported,
  keyed,
  lease,
  manualIn,
  merchantId,
  now,
  otherPaymentId,
  refund,
  report,
  resolve,
  run,
} from './given.ts';

const { createdAt, updatedAt, refundId } = imported();
const paidElsewhere = heldBy({ paymentId: otherPaymentId, paid: true });

describe('each status: its amounts, operations and postings, with the times of then', () => {
  const paid = { authorized: 15_000n, captured: 15_000n, transactionId: 'txn_17' };
  const failure = {
    code: 'imported_failed',
    message: 'Failed in the system that it was imported from.',
  };
  const posted = (posting: Partial<Posting>) => ({ line: 1, amount: 15_000n, ...posting });
  const charged = posted({
    debit: 'provider_receivable',
    credit: 'merchant_payable',
    createdAt,
  });
  const refunded = posted({
    debit: 'merchant_payable',
    credit: 'provider_receivable',
    createdAt: updatedAt,
    operationId: refundId,
  });
  type Row = readonly [
    ImportedStatus,
    Partial<Payment>,
    readonly (readonly [kind: string, status: string, at: number])[],
    readonly object[],
  ];
  const rows: readonly Row[] = [
    ['PENDING', {}, [], []],
    ['SUCCESS', { ...paid, holdsOrder: true }, [['charge', 'succeeded', createdAt]], [charged]],
    ['FAILED', { failure }, [['charge', 'declined', createdAt]], []],
    ['CANCELLED', {}, [['void', 'succeeded', updatedAt]], []],
    [
      'REFUNDED',
      { ...paid, refunded: 15_000n },
      [
        ['charge', 'succeeded', createdAt],
        ['refund', 'succeeded', updatedAt],
      ],
      [charged, refunded],
    ],
  ];
  test.each(rows)('%s', (status, changes, operations, postings) => {
    const decision = apply(given(null), imported({ status }));
    const nothing = { authorized: 0n, captured: 0n, refunded: 0n, holdsOrder: false };
    const payment = manualIn('PENDING', {
      id: ids.paymentId,
      idempotencyKey: 'new-1',
      metadata: { legacy_id: '17' },
      ...nothing,
      ...changes,
      status,
      version: 1,
      createdAt,
      updatedAt,
    });
    expect(decision.payment).toStrictEqual(payment);
    expect(decision.event).toStrictEqual({
      merchantId,
      paymentId: ids.paymentId,
      version: 1,
      id: ids.eventId,
      type: 'payment.imported',
      actor: 'import:django',
      operationId: status === 'PENDING' ? null : ids.operationId,
      reason: null,
      payment,
      createdAt: updatedAt,
    });
    const all = [decision.operation, ...decision.otherOperations].filter((one) => one !== null);
    expect(all).toStrictEqual(
      operations.map(([kind, outcome, at]) => ({
        merchantId,
        id: kind === 'refund' ? refundId : ids.operationId,
        paymentId: ids.paymentId,
        kind,
        amount: 15_000n,
        status: outcome,
        reference: kind === 'charge' ? payment.transactionId : null,
        failure: payment.failure,
        reason: null,
        idempotencyKey: null,
        contradiction: null,
        suspense: null,
        attempts: 1,
        leaseUntil: null,
        createdAt: at,
        closedAt: at,
      })),
    );
    expect(decision.answersKey).toBeNull();
    expect(decision.postings).toEqual(postings.map((one) => expect.objectContaining(one)));
  });

  test('one that was touched before it was made was touched when it was made', () => {
    const { payment } = apply(given(null), imported({ updatedAt: createdAt - 1 }));
    expect(payment).toMatchObject({ createdAt, updatedAt: createdAt });
  });
});

describe('an order that is paid twice', () => {
  const second = apply(paidElsewhere, imported());

  test('is flagged, holds no order, and its money is in suspense', () => {
    expect(second.payment).toMatchObject({
      status: 'SUCCESS',
      discrepancy: true,
      holdsOrder: false,
    });
    expect(second.operation).toMatchObject({ kind: 'charge', suspense: 'suspense' });
    expect(second.postings).toEqual([
      expect.objectContaining({ debit: 'provider_receivable', credit: 'suspense' }),
    ]);
  });

  test.each(['PENDING', 'FAILED', 'CANCELLED', 'REFUNDED'] as const)('%s is not', (status) => {
    expect(apply(paidElsewhere, imported({ status })).payment.discrepancy).toBe(false);
  });

  test('cannot be refunded before it is resolved; then in parts, and it never holds the order', () => {
    const { payment, operation } = second;
    if (!operation) throw new Error('no charge');
    const flagged = given(payment, operation);
    expect(run(flagged, refund())).toMatchObject({ refusal: { code: 'discrepancy_unresolved' } });
    const resolved = apply(flagged, resolve('merchant_payable'));
    const [charge = operation] = resolved.otherOperations;
    const half = apply(given(resolved.payment, charge), refund(5_000n));
    expect(half.payment).toMatchObject({ status: 'SUCCESS', refunded: 5_000n, holdsOrder: false });
    const whole = apply(given(half.payment, charge), refund());
    expect(whole.payment).toMatchObject({ status: 'REFUNDED', holdsOrder: false });
  });

  test('and whose charge the provider made undone has nothing to refund', () => {
    const { payment, operation } = second;
    if (!operation) throw new Error('no charge');
    const resolved = apply(given(payment, operation), resolve('provider_receivable'));
    const state = given(resolved.payment, ...resolved.otherOperations);
    expect(run(state, refund())).toMatchObject({ refusal: { code: 'amount_exceeds_remaining' } });
  });
});

test('what was SUCCESS beside the holder never holds the order; all else does as ever', () => {
  const beside = manualIn('SUCCESS', { holdsOrder: false });
  expect(keepsOrder(beside, 'SUCCESS')).toBe(false);
  expect(keepsOrder(manualIn('SUCCESS'), 'SUCCESS')).toBe(true);
  expect(keepsOrder(manualIn('PENDING', { holdsOrder: false }), 'SUCCESS')).toBe(true);
  expect(keepsOrder(manualIn('SUCCESS'), 'REFUNDED')).toBe(false);
});

test.each([
  ['create', create(), true],
  ['import', imported(), true],
  ['refund', refund(), false],
  ['report', report('SUCCESS'), false],
] as const)('%s: whether it brings a payment into being', (_, command, expected) => {
  expect(begins(command)).toBe(expected);
});

describe('its key', () => {
  const use: KeyUse = {
    merchantId,
    key: 'new-1',
    request: requestOf(imported()),
    paymentId: otherPaymentId,
    version: 1,
    leaseUntil: before + lease,
    createdAt: before,
  };
  const replayed: Decision = { kind: 'replayed', paymentId: otherPaymentId, version: 1 };
  const refusedFor = (...fields: readonly string[]) => ({
    kind: 'refused',
    refusal: { code: 'idempotency_key_reused', fields: { fields } },
  });

  test('is kept with the old request, answered at once', () => {
    expect(apply(given(null), imported()).keyUse).toStrictEqual({
      ...use,
      paymentId: ids.paymentId,
      leaseUntil: now + lease,
      createdAt: now,
    });
  });

  test.each(['sandbox', 'manual', 'stripe'])(
    'answers the old request again, although it now goes to %s',
    (provider) => {
      expect(run(keyed(use), create({ provider }))).toStrictEqual(replayed);
    },
  );

  test('answers it by where it came from, whatever else of it was kept', () => {
    const { legacyId: _, ...request } = requestOf(imported());
    expect(run(keyed({ ...use, request }), create())).toStrictEqual(replayed);
  });

  test.each([
    ['amount', { amount: 14_999n }],
    ['currency', { currency: 'EUR' }],
    ['orderId', { orderId: 'order-2' }],
    ['capture', { capture: 'manual' }],
    ['paymentMethod', { paymentMethod: 'pm_1' }],
    ['metadata.cart', { metadata: { cart: '7' } }],
  ] as const)('is refused for another %s', (field, changes) => {
    expect(run(keyed(use), create(changes))).toMatchObject(refusedFor(field));
  });

  test('answers the same import again, whatever has become of the payment there', () => {
    expect(run(keyed(use), imported({ status: 'REFUNDED' }))).toStrictEqual(replayed);
  });

  test('is refused to another payment of the old system, and where Florin used it by itself', () => {
    expect(run(keyed(use), imported({ legacyId: 18 }))).toMatchObject(refusedFor('legacyId'));
    const own = { ...use, request: requestOf(create({ provider: 'manual' })) };
    const fields = refusedFor('importedFrom', 'legacyId');
    expect(run(keyed(own), imported())).toMatchObject(fields);
  });

  test('is refused to a report of the same payment: that is another request', () => {
    expect(run(keyed(use, given(manualIn('SUCCESS'))), report('SUCCESS'))).toHaveProperty(
      'refusal.code',
      'idempotency_key_reused',
    );
  });
});

test('the smallest amount is taken', () => {
  expect(apply(given(null), imported({ amount: 1n })).payment.amount).toBe(1n);
});

test('what was charged beside the holder is in suspense', () => {
  const { operation, payment } = apply(paidElsewhere, imported());
  expect(payment.discrepancy).toBe(true);
  expect(operation?.suspense).toBe('suspense');
});

test.each([0n, -1n])('an amount of %s is refused', (amount) => {
  expect(run(given(null), imported({ amount }))).toMatchObject({
    refusal: { code: 'amount_not_positive' },
  });
});

test('one that is PENDING is reported on, as any payment by hand', () => {
  const { payment } = apply(given(null), imported({ status: 'PENDING', transactionId: null }));
  expect(apply(given(payment), report('SUCCESS')).payment).toMatchObject({
    status: 'SUCCESS',
    holdsOrder: true,
    createdAt,
    updatedAt: now,
  });
});
