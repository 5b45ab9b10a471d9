/** One idempotency key, one effect. */
import { describe, expect, test } from 'vitest';
import {
  type CallerCommand,
  type Command,
  differingFields,
  type KeyUse,
  keyOf,
  type Payment,
  type RefusalCode,
  requestOf,
  type State,
} from '../src/index.ts';
import {
  apply,
  before,
  cancel,
  capture,
  create,
  expire,
  given,
  heldBy,
  keyed,
  lease,
  manualIn,
  merchantId,
  now,
  operation,
  otherPaymentId,
  paymentId,
  paymentIn,
  refund,
  report,
  resolve,
  run,
  succeeded,
  told,
} from './given.ts';

/** The use that `command` left behind a minute ago; answered by version 2 unless told otherwise. */
const useOf = (command: CallerCommand, changes: Partial<KeyUse> = {}): KeyUse => ({
  merchantId,
  key: 'new-1',
  request: requestOf(command),
  paymentId,
  version: 2,
  leaseUntil: before + lease,
  createdAt: before,
  ...changes,
});

const success = given(paymentIn('SUCCESS'));
const each: readonly (readonly [string, CallerCommand, State])[] = [
  ['create', create(), given(null)],
  ['create by hand', create({ provider: 'manual' }), given(null)],
  ['capture', capture(5_000n), given(paymentIn('AUTHORIZED'))],
  ['cancel', cancel(), given(paymentIn('AUTHORIZED'))],
  ['refund', refund(5_000n, { reason: 'broken' }), success],
  ['refund by hand', refund(), given(manualIn('SUCCESS'))],
  ['resolve', resolve(), given(paymentIn('SUCCESS', { discrepancy: true }))],
  ['report', report('SUCCESS'), given(manualIn('PENDING'))],
  ['report of the present status', report('SUCCESS'), given(manualIn('SUCCESS'))],
  ['report to another provider', report('CANCELLED'), given(paymentIn('AUTHORIZED'))],
];

describe('the same request again', () => {
  test.each(each)('%s: the answer that it had', (_, command, state) => {
    const decision = run(keyed(useOf(command), state), command);
    expect(decision).toStrictEqual({ kind: 'replayed', paymentId, version: 2 });
  });

  test.each(each)('%s, in flight: wait', (_, command, state) => {
    const use = useOf(command, { version: null, leaseUntil: now + 1 });
    const fields = { paymentId, retryAfterSeconds: 1 };
    expect(run(keyed(use, state), command)).toStrictEqual({
      kind: 'refused',
      refusal: { code: 'idempotency_key_in_flight', fields },
    });
  });

  test.each(each)('%s, when its lease is over: the payment as it is', (_, command, state) => {
    const use = useOf(command, { version: null, leaseUntil: now });
    expect(run(keyed(use, state), command)).toStrictEqual({ kind: 'unsettled', paymentId });
  });

  test('answered, though its lease still runs', () => {
    const use = useOf(create(), { leaseUntil: now + lease });
    expect(run(keyed(use), create()).kind).toBe('replayed');
  });

  test('by another caller of the merchant', () => {
    const command = create({ actor: 'key_other' });
    expect(run(keyed(useOf(create())), command).kind).toBe('replayed');
  });

  test('of a create by another payment than the one that holds the order', () => {
    const held = heldBy({ paymentId: otherPaymentId, paid: true });
    expect(run(keyed(useOf(create()), held), create()).kind).toBe('replayed');
  });

  // What would be refused now was not refused then.
  test.each<readonly [string, CallerCommand, State]>([
    ['a create on its own order', create(), heldBy({ paymentId, paid: true })],
    ['a create of nothing', create({ amount: 0n }), given(null)],
    ['a capture, since captured', capture(), success],
    ['a capture, still open', capture(), given(paymentIn('AUTHORIZED'), operation('capture'))],
    ['a cancel, since failed', cancel(), given(paymentIn('FAILED'))],
    ['a refund, since refunded', refund(), given(paymentIn('REFUNDED'))],
    ['a resolution, since resolved', resolve(), success],
    ['a report, since refunded', report('SUCCESS'), given(manualIn('REFUNDED'))],
  ])('%s', (_, command, state) => {
    expect(run(keyed(useOf(command), state), command).kind).toBe('replayed');
  });
});

describe('the key of another request', () => {
  const metadata = { a: '1', b: '2' };
  const card = { paymentMethod: 'card_1' };
  type Row = readonly [string, CallerCommand, CallerCommand, readonly string[]];
  const rows: readonly Row[] = [
    ['order', create(), create({ orderId: 'order-2' }), ['orderId']],
    ['amount', create(), create({ amount: 15_001n }), ['amount']],
    ['currency', create(), create({ currency: 'EUR' }), ['currency']],
    ['capture', create(), create({ capture: 'manual' }), ['capture']],
    ['provider', create(), create({ provider: 'stripe' }), ['provider']],
    ['method set', create(), create(card), ['paymentMethod']],
    ['method gone', create(card), create(), ['paymentMethod']],
    ['metadata set', create(), create({ metadata }), ['metadata.a', 'metadata.b']],
    ['metadata gone', create({ metadata }), create({ metadata: { a: '1' } }), ['metadata.b']],
    ['metadata', create({ metadata }), create({ metadata: { a: '1', b: '3' } }), ['metadata.b']],
    [
      'several, in alphabetical order',
      create(),
      create({ provider: 'manual', orderId: 'o', amount: 1n, currency: 'JPY' }),
      ['amount', 'currency', 'orderId', 'provider'],
    ],
    ['payment', refund(), refund('rest', { paymentId: otherPaymentId }), ['paymentId']],
    ['a part for the rest', refund('rest'), refund(15_000n), ['amount']],
    ['refund', refund(1n), refund(2n), ['amount']],
    ['reason', refund(), refund('rest', { reason: 'broken' }), ['reason']],
    ['captured', capture(1n), capture(2n), ['amount']],
    ['status', report('SUCCESS'), report('FAILED'), ['status']],
    ['why resolved', resolve(), resolve(null, { reason: 'other' }), ['reason']],
    ['where to', resolve('merchant_payable'), resolve('provider_receivable'), ['suspenseTo']],
    ['where to, or nowhere', resolve('merchant_payable'), resolve(), ['suspenseTo']],
    ['command', capture(), refund(), ['command']],
    ['cancel or report', cancel(), report('CANCELLED'), ['command', 'status']],
    [
      'create, then cancel',
      create(),
      cancel(),
      ['amount', 'capture', 'command', 'currency', 'orderId', 'paymentId', 'provider'],
    ],
  ];
  test.each(rows)('%s', (_, first, second, fields) => {
    const refusal = { code: 'idempotency_key_reused', fields: { fields } };
    for (const use of [
      useOf(first),
      useOf(first, { version: null, leaseUntil: now + lease }),
      useOf(first, { version: null }),
    ]) {
      const state = keyed(use, given(paymentIn('SUCCESS')));
      expect(run(state, second)).toStrictEqual({ kind: 'refused', refusal });
    }
    expect(differingFields(requestOf(second), requestOf(first))).toStrictEqual(fields);
  });

  test('metadata in another order is the same request', () => {
    const first = create({ metadata: { a: '1', b: '2' } });
    const second = create({ metadata: { b: '2', a: '1' } });
    expect(run(keyed(useOf(first)), second).kind).toBe('replayed');
  });

  // The key comes before every other guard but the payment's own existence.
  const reused = 'idempotency_key_reused';
  const use = useOf(create({ orderId: 'order-9' }));
  test.each<readonly [string, CallerCommand, State, RefusalCode]>([
    ['a create of nothing', create({ amount: 0n }), given(null), reused],
    ['a create, held', create(), heldBy({ paymentId: otherPaymentId, paid: true }), reused],
    ['a capture', capture(), success, reused],
    ['a cancel', cancel(), success, reused],
    ['a cancel of what is cancelled', cancel(), given(paymentIn('CANCELLED')), reused],
    ['a refund', refund(), given(paymentIn('FAILED')), reused],
    ['a report', report('FAILED'), success, reused],
    ['a resolution of nothing', resolve(), success, reused],
    ['a report of the present status', report('SUCCESS'), success, reused],
    ['a capture of no payment', capture(), given(null), 'payment_not_found'],
    ['a cancel of no payment', cancel(), given(null), 'payment_not_found'],
    ['a refund of no payment', refund(), given(null), 'payment_not_found'],
    ['a resolution of no payment', resolve(), given(null), 'payment_not_found'],
    ['a report of no payment', report('SUCCESS'), given(null), 'payment_not_found'],
  ])('%s', (_, command, state, code) => {
    expect(run(keyed(use, state), command)).toMatchObject({ kind: 'refused', refusal: { code } });
  });
});

describe('what a request leaves behind', () => {
  const keyless = { idempotencyKey: null };
  test.each<readonly [string, Command, Payment]>([
    ['capture', capture(1n, keyless), paymentIn('AUTHORIZED')],
    ['cancel', cancel(keyless), paymentIn('AUTHORIZED')],
    ['refund', refund(1n, keyless), paymentIn('SUCCESS')],
    ['refund by hand', refund(1n, keyless), manualIn('SUCCESS')],
    ['report', report('FAILED', keyless), manualIn('PENDING')],
    ['expire', expire(), paymentIn('AUTHORIZED', { expiresAt: now })],
    ['resolve', resolve(null, keyless), paymentIn('SUCCESS', { discrepancy: true })],
  ])('without a key, nothing: %s', (_, command, payment) => {
    const { keyUse, operation: asked } = apply(given(payment), command);
    expect(keyUse).toBeNull();
    expect(asked?.idempotencyKey ?? null).toBeNull();
  });

  const keys: readonly (readonly [Command, string | null])[] = [
    [create(), 'new-1'],
    [refund('rest', { idempotencyKey: 'k' }), 'k'],
    [refund('rest', keyless), null],
    [expire(), null],
    [told(succeeded), null],
  ];
  for (const [command, key] of keys) {
    test(`the key of ${command.type} is ${key}`, () => expect(keyOf(command)).toBe(key));
  }

  test.each<readonly [Record<string, string>, CallerCommand]>([
    [{ command: 'capture', paymentId }, capture()],
    [{ command: 'capture', paymentId, amount: '5' }, capture(5n)],
    [{ command: 'cancel', paymentId }, cancel()],
    [{ command: 'refund', paymentId }, refund()],
    [{ command: 'refund', paymentId, amount: '5', reason: 'r' }, refund(5n, { reason: 'r' })],
    [{ command: 'report', paymentId, status: 'FAILED' }, report('FAILED')],
    [{ command: 'expire', paymentId }, expire()],
    [{ command: 'resolve', paymentId, reason: 'asked them' }, resolve()],
  ])('the request that it keeps: %j', (request, command) => {
    expect(requestOf(command)).toStrictEqual(request);
  });
});
