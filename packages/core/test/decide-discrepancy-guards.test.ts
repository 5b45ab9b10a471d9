/** While a provider contradicts itself nothing more is moved: every status with every command. */
import { describe, expect, test } from 'vitest';
import type { Command, Operation, Payment, RefusalCode, State, Status } from '../src/index.ts';
import {
  apply,
  before,
  cancel,
  capture,
  declined,
  expire,
  given,
  keyed,
  lease,
  manualIn,
  merchantId,
  now,
  operation,
  paymentId,
  paymentIn,
  refund,
  report,
  resolve,
  run,
  succeeded,
  told,
} from './given.ts';
import { type RefusedRow, refusedRows } from './refused.ts';

const flagged: Partial<Payment> = { discrepancy: true };
const flag = 'discrepancy_unresolved';
const tos = ['PENDING', 'REQUIRES_ACTION', 'AUTHORIZED', 'SUCCESS', 'REFUNDED', 'FAILED'] as const;
const commands: readonly Command[] = [
  capture('rest'),
  cancel(),
  refund('rest'),
  expire(),
  ...tos.map((to) => report(to)),
  report('CANCELLED'),
];

/** What came of each command: the refusal, or `same` where nothing changes. */
const cameOf = (state: State) =>
  commands.map((command) => {
    const decision = run(state, command);
    return decision.kind === 'refused'
      ? decision.refusal.code
      : decision.kind.replace('unchanged', 'same');
  });

type Cell = 'same' | RefusalCode;
type Row = readonly [Status, readonly [Cell, Cell, Cell, Cell], readonly Cell[]];
const noCapture = 'not_capturable';
const noRefund = 'not_refundable';
const late = 'not_cancellable';

describe('with a provider', () => {
  const not = 'provider_decides';
  const rows: readonly Row[] = [
    // status, then capture, cancel, refund and expire; then a report of each status
    ['PENDING', [noCapture, flag, noRefund, 'same'], ['same', not, not, not, not, not, flag]],
    [
      'REQUIRES_ACTION',
      [noCapture, flag, noRefund, 'same'],
      [not, 'same', not, not, not, not, flag],
    ],
    ['AUTHORIZED', [flag, flag, noRefund, 'same'], [not, not, 'same', not, not, not, flag]],
    ['SUCCESS', [noCapture, late, flag, 'same'], [not, not, not, 'same', not, not, late]],
    ['REFUNDED', [noCapture, late, noRefund, 'same'], [not, not, not, not, 'same', not, late]],
    ['FAILED', [noCapture, late, noRefund, 'same'], [not, not, not, not, not, 'same', late]],
    ['CANCELLED', [noCapture, 'same', noRefund, 'same'], [not, not, not, not, not, not, 'same']],
  ];
  test.each(rows)('%s', (status, asked, reported) => {
    const payment = paymentIn(status, { ...flagged, expiresAt: now });
    expect(cameOf(given(payment))).toStrictEqual([...asked, ...reported]);
  });
});

describe('by hand: no report is taken before it is settled, possible or not', () => {
  const rows: readonly Row[] = [
    ['PENDING', [noCapture, flag, noRefund, 'same'], ['same', flag, flag, flag, flag, flag, flag]],
    ['SUCCESS', [noCapture, late, flag, 'same'], [flag, flag, flag, 'same', flag, flag, flag]],
    ['REFUNDED', [noCapture, late, noRefund, 'same'], [flag, flag, flag, flag, 'same', flag, flag]],
    ['FAILED', [noCapture, late, noRefund, 'same'], [flag, flag, flag, flag, flag, 'same', flag]],
    [
      'CANCELLED',
      [noCapture, 'same', noRefund, 'same'],
      [flag, flag, flag, flag, flag, flag, 'same'],
    ],
  ];
  test.each(rows)('%s', (status, asked, reported) => {
    expect(cameOf(given(manualIn(status, flagged)))).toStrictEqual([...asked, ...reported]);
  });
});

const authorized = paymentIn('AUTHORIZED', flagged);
const waiting = paymentIn('REQUIRES_ACTION', flagged);
const success = paymentIn('SUCCESS', flagged);
const held = operation('authorize', 'succeeded');
const charged = operation('charge', 'succeeded');
const asks: readonly (readonly [string, Payment, Command])[] = [
  ['capture', authorized, capture(1n)],
  ['cancel', waiting, cancel()],
  ['refund', success, refund(1n)],
  ['report', authorized, report('CANCELLED')],
];

describe('which guard comes first', () => {
  const open = operation('void', 'open', { id: `op_${'e'.repeat(32)}` });
  refusedRows([
    ...asks.map(
      ([name, payment, command]): RefusedRow => [
        `${name}: before what is open`,
        given(payment, open),
        command,
        flag,
        {},
      ],
    ),
    ['before too large a capture', given(authorized, held), capture(15_001n), flag, {}],
    ['before a capture of nothing', given(authorized, held), capture(0n), flag, {}],
    ['before too large a refund', given(success, charged), refund(15_001n), flag, {}],
    ['before a refund of less than nothing', given(success, charged), refund(-1n), flag, {}],
    [
      'after another request under the key',
      keyed(useOf({ command: 'refund', paymentId, amount: '2' }), given(success, charged)),
      refund(1n),
      'idempotency_key_reused',
      { fields: ['amount'] },
    ],
  ]);

  test('after the answer of the key', () => {
    const use = useOf({ command: 'refund', paymentId, amount: '1' });
    const decision = run(keyed(use, given(success, charged)), refund(1n));
    expect(decision).toStrictEqual({ kind: 'replayed', paymentId, version: 2 });
  });
});

function useOf(request: Readonly<Record<string, string>>) {
  const key = { merchantId, key: 'new-1', request, paymentId };
  return { ...key, version: 2, leaseUntil: before + lease, createdAt: before };
}

describe('once it is resolved, the same is taken', () => {
  test.each(asks)('%s', (_, payment, command) => {
    const resolved = apply(given(payment), resolve());
    expect(apply(given(resolved.payment), command).operation).toMatchObject({ status: 'open' });
  });

  test('expire', () => {
    const resolved = apply(given({ ...waiting, expiresAt: now }), resolve());
    expect(apply(given(resolved.payment), expire()).event.type).toBe('void.opened');
  });
});

describe('what was asked for before is still told of', () => {
  const pending = { ...success, refundPending: 4_000n };
  const refunding = operation('refund', 'open', { amount: 4_000n });
  type Told = readonly [string, Payment, Operation, Partial<Payment>, Partial<Payment>];
  const rows: readonly Told[] = [
    // what is open, the payment, the operation, what success changes, what a decline changes
    [
      'a refund',
      pending,
      refunding,
      { refunded: 4_000n, refundPending: 0n },
      { refunded: 0n, refundPending: 0n },
    ],
    [
      'a capture',
      authorized,
      operation('capture'),
      { status: 'SUCCESS', captured: 15_000n },
      { status: 'AUTHORIZED', captured: 0n },
    ],
    [
      'a void',
      waiting,
      operation('void'),
      { status: 'CANCELLED' },
      { status: 'REQUIRES_ACTION', openOperation: null },
    ],
  ];
  test.each(rows)('%s', (_, payment, asked, done, not) => {
    const state = given(payment, asked);
    expect(apply(state, told(succeeded)).payment).toMatchObject({ ...done, ...flagged });
    expect(apply(state, told(declined)).payment).toMatchObject({ ...not, ...flagged });
  });
});
