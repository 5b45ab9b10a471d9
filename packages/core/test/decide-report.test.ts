import { describe, expect, test } from 'vitest';
import type { Decision, Payment, RefusalCode, Status } from '../src/index.ts';
import {
  apply,
  caller,
  given,
  heldBy,
  ids,
  lease,
  manualIn,
  merchantId,
  now,
  operation,
  otherPaymentId,
  paymentId,
  paymentIn,
  report,
  run,
} from './given.ts';
import { refusedRows } from './refused.ts';

/** What came of it: `same`, the new status, `void` for an opened void, or why not. */
function cameOf(decision: Decision): string {
  if (decision.kind === 'refused') return decision.refusal.code;
  if (decision.kind === 'unchanged') return 'same';
  if (decision.kind !== 'applied') return decision.kind;
  return decision.operation?.status === 'open' ? decision.operation.kind : decision.payment.status;
}

const tos: readonly Status[] = [
  'PENDING',
  'REQUIRES_ACTION',
  'AUTHORIZED',
  'SUCCESS',
  'REFUNDED',
  'FAILED',
  'CANCELLED',
];
type Cell = 'same' | 'void' | Status | RefusalCode;
type Row = readonly [Status, Cell, Cell, Cell, Cell, Cell, Cell, Cell];

describe('by hand', () => {
  const no = 'status_not_reachable';
  const noRefund = 'not_refundable';
  const rows: readonly Row[] = [
    // from, then to each of: PENDING, REQUIRES_ACTION, AUTHORIZED, SUCCESS, REFUNDED, FAILED, CANCELLED
    ['PENDING', 'same', no, no, 'SUCCESS', noRefund, 'FAILED', 'CANCELLED'],
    ['SUCCESS', no, no, no, 'same', 'REFUNDED', no, no],
    ['REFUNDED', no, no, no, no, 'same', no, no],
    ['FAILED', no, no, no, no, noRefund, 'same', no],
    ['CANCELLED', no, no, no, no, noRefund, no, 'same'],
  ];
  test.each(rows)('from %s', (from, ...cells) => {
    const state = given(manualIn(from));
    expect(tos.map((to) => cameOf(run(state, report(to))))).toStrictEqual(cells);
  });
});

describe('of another provider', () => {
  const no = 'provider_decides';
  const late = 'not_cancellable';
  const rows: readonly Row[] = [
    ['PENDING', 'same', no, no, no, no, no, 'outcome_unknown'],
    ['REQUIRES_ACTION', no, 'same', no, no, no, no, 'void'],
    ['AUTHORIZED', no, no, 'same', no, no, no, 'void'],
    ['SUCCESS', no, no, no, 'same', no, no, late],
    ['REFUNDED', no, no, no, no, 'same', no, late],
    ['FAILED', no, no, no, no, no, 'same', late],
    ['CANCELLED', no, no, no, no, no, no, 'same'],
  ];
  test.each(rows)('from %s', (from, ...cells) => {
    const charge = operation('charge', from === 'PENDING' ? 'open' : 'succeeded');
    const state = given(paymentIn(from), charge);
    expect(tos.map((to) => cameOf(run(state, report(to))))).toStrictEqual(cells);
  });

  test('the void that it opens has the key of the report', () => {
    const {
      operation: opened,
      event,
      keyUse,
    } = apply(given(paymentIn('AUTHORIZED')), report('CANCELLED'));
    expect(opened).toMatchObject({ kind: 'void', amount: 15_000n, idempotencyKey: 'new-1' });
    expect(event.type).toBe('void.opened');
    expect(keyUse).toMatchObject({ version: null, request: { command: 'report' } });
  });
});

describe('a report that is refused', () => {
  const pending = given(manualIn('PENDING'));
  const holder = { paymentId: otherPaymentId };
  refusedRows([
    ['no payment', given(null), report('SUCCESS'), 'payment_not_found', {}],
    [
      'another one is paid',
      heldBy({ ...holder, paid: true }, pending),
      report('SUCCESS'),
      'order_already_paid',
      holder,
    ],
    [
      'another one is in progress',
      heldBy({ ...holder, paid: false }, pending),
      report('SUCCESS'),
      'order_payment_in_progress',
      holder,
    ],
    [
      'its fields: from and to',
      given(manualIn('FAILED')),
      report('SUCCESS'),
      'status_not_reachable',
      { from: 'FAILED', to: 'SUCCESS' },
    ],
    [
      'its field: the status',
      pending,
      report('REFUNDED'),
      'not_refundable',
      { paymentStatus: 'PENDING' },
    ],
    [
      'its field: the provider',
      given(paymentIn('SUCCESS', { provider: 'stripe' })),
      report('REFUNDED'),
      'provider_decides',
      { provider: 'stripe' },
    ],
  ]);

  test.each(['FAILED', 'CANCELLED'] as const)('but not %s: that holds no order', (status) => {
    const state = heldBy({ ...holder, paid: true }, pending);
    expect(apply(state, report(status)).payment.status).toBe(status);
  });

  test('nor REFUNDED: that gives the order up', () => {
    const state = heldBy({ paymentId, paid: true }, given(manualIn('SUCCESS')));
    expect(apply(state, report('REFUNDED')).payment.status).toBe('REFUNDED');
  });
});

describe('what a report by hand writes', () => {
  const reportedFailed = { code: 'reported_failed', message: 'Reported as failed.' };
  const whole = { authorized: 15_000n, captured: 15_000n };
  const debtor = { debit: 'provider_receivable', credit: 'merchant_payable', amount: 15_000n };
  const creditor = { debit: 'merchant_payable', credit: 'provider_receivable', amount: 9_000n };
  const partly = manualIn('SUCCESS', { refunded: 6_000n });
  type Written = readonly [Status, Payment, Partial<Payment>, string, readonly object[]];
  const rows: readonly Written[] = [
    // to, from, what changes, the event, the postings
    ['SUCCESS', manualIn('PENDING'), { ...whole, holdsOrder: true }, 'charge.succeeded', [debtor]],
    ['FAILED', manualIn('PENDING'), { failure: reportedFailed }, 'charge.declined', []],
    ['CANCELLED', manualIn('PENDING'), {}, 'void.succeeded', []],
    ['REFUNDED', partly, { refunded: 15_000n, holdsOrder: false }, 'refund.succeeded', [creditor]],
  ];
  test.each(rows)('%s', (status, before, changes, type, postings) => {
    const decision = apply(given(before), report(status));
    const payment = { ...before, ...changes, status, version: 4, updatedAt: now };
    expect(decision.payment).toStrictEqual(payment);
    const about = { merchantId, paymentId, operationId: ids.operationId, createdAt: now };
    expect(decision.event).toStrictEqual({
      ...about,
      version: 4,
      id: ids.eventId,
      type,
      actor: caller,
      reason: null,
      payment,
    });
    expect(decision.postings).toStrictEqual(
      postings.map((posting) => ({ ...about, line: 1, currency: 'USD', ...posting })),
    );
    const [kind, outcome] = type.split('.');
    expect(decision.operation).toMatchObject({ id: ids.operationId, kind, status: outcome });
    expect(decision.operation).toMatchObject({ leaseUntil: null, closedAt: now, reference: null });
    expect(decision.keyUse).toStrictEqual({
      merchantId,
      key: 'new-1',
      request: { command: 'report', paymentId, status },
      paymentId,
      version: 4,
      leaseUntil: now + lease,
      createdAt: now,
    });
    expect(decision.answersKey).toBeNull();
  });

  test.each([manualIn('SUCCESS'), paymentIn('SUCCESS')])(
    'the present status of a $provider payment: only the key',
    (payment) => {
      const decision = run(given(payment), report('SUCCESS'));
      const keyUse = { key: 'new-1', version: 3, leaseUntil: now + lease, createdAt: now };
      expect(decision).toMatchObject({ kind: 'unchanged', keyUse });
      expect(decision).toHaveProperty('payment', payment);
      const keyless = run(given(payment), report('SUCCESS', { idempotencyKey: null }));
      expect(keyless).toStrictEqual({ kind: 'unchanged', payment, keyUse: null });
    },
  );
});
