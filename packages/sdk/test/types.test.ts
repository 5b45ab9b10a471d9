/** What does not compile, and what is known once it does. */
import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  createFlorin,
  type Florin,
  FlorinError,
  type FlorinErrorCode,
  type FlorinErrorOf,
  isFlorinError,
  type Money,
  money,
  type NextAction,
  type Payment,
  type PaymentStatus,
  type Refund,
} from '../src/index.ts';
import type { InputOf, KindOf, OutputOf, Path } from '../src/router.ts';

/** Compiled, never called. */
const never = (_: (florin: Florin) => unknown) => {};
const fields = { orderId: 'order-42', amount: '150.00' };

describe('what does not compile', () => {
  test('ids, currencies, amounts, fields and statuses that are none', () => {
    // @ts-expect-error -- an id of another kind
    never((florin) => florin.payments.get('op_1'));
    // @ts-expect-error -- any text as an id
    never((florin) => florin.payments.refund('order-42' as string));
    // @ts-expect-error -- a payment's id for a refund's
    never((florin) => florin.refunds.get('pay_1'));
    // @ts-expect-error -- an unknown currency
    never((florin) => florin.payments.create({ ...fields, currency: 'XXZ' }));
    // @ts-expect-error -- amounts are strings
    never((florin) => florin.payments.create({ orderId: 'order-42', amount: 150 }));
    // @ts-expect-error -- a misspelt field
    never((florin) => florin.payments.create({ ...fields, oderId: 'order-42' }));
    // @ts-expect-error -- a field that is missing
    never((florin) => florin.payments.create({ amount: '150.00' }));
    // @ts-expect-error -- a misspelt field of a refund
    never((florin) => florin.payments.refund('pay_1', { ammount: '1.00' }));
    // @ts-expect-error -- a status that is none
    never((florin) => florin.payments.updateStatus('pay_1', 'PAID'));
    // @ts-expect-error -- a status that is none
    never((florin) => florin.payments.waitFor('pay_1', 'PAID'));
    // @ts-expect-error -- a reason that is missing
    never((florin) => florin.payments.resolve('pay_1', {}));
    // @ts-expect-error -- an account that is none
    never((florin) => florin.payments.resolve('pay_1', { reason: 'x', suspenseTo: 'suspense' }));
    // @ts-expect-error -- a key must be said to be none
    createFlorin.length || createFlorin({ url: 'http://127.0.0.1' });
    // @ts-expect-error -- null is not absent
    never((florin) => florin.payments.refund('pay_1', { amount: null }));
  });

  test('currencies that are mixed', () => {
    const usd = money('1.00', 'USD');
    // @ts-expect-error -- euros to dollars
    expect(() => usd.add(money('1.00', 'EUR'))).toThrow(TypeError);
    // @ts-expect-error -- euros with dollars
    expect(() => usd.compare(money('1.00', 'EUR'))).toThrow(TypeError);
    expectTypeOf(usd.add(usd)).toEqualTypeOf<Money<'USD'>>();
    // @ts-expect-error -- no such currency
    expect(() => money('1.00', 'XXZ')).toThrow(RangeError);
  });
});

describe('a payment is a union on its status', () => {
  const payment = { status: 'PENDING' } as Payment;

  test('failure exactly in FAILED, nextAction exactly in REQUIRES_ACTION', () => {
    expectTypeOf<Payment['status']>().toEqualTypeOf<PaymentStatus>();
    expectTypeOf<Extract<Payment, { failure: object }>['status']>().toEqualTypeOf<'FAILED'>();
    expectTypeOf<
      Extract<Payment, { nextAction: object }>['status']
    >().toEqualTypeOf<'REQUIRES_ACTION'>();
    if (payment.status === 'FAILED') expectTypeOf(payment.failure.message).toBeString();
    else expectTypeOf(payment.failure).toBeNull();
    if (payment.status === 'REQUIRES_ACTION') {
      expectTypeOf(payment.nextAction).toEqualTypeOf<NextAction>();
    } else expectTypeOf(payment.nextAction).toBeNull();
    // @ts-expect-error -- it may not have failed
    never(() => payment.failure.code);
  });

  test('waitFor gives those of the union that were waited for', () => {
    never(async (florin) => {
      const paid = await florin.payments.waitFor('pay_1', 'SUCCESS');
      expectTypeOf(paid.status).toEqualTypeOf<'SUCCESS'>();
      const ended = await florin.payments.waitFor('pay_1', ['SUCCESS', 'FAILED']);
      expectTypeOf(ended.status).toEqualTypeOf<'SUCCESS' | 'FAILED'>();
    });
  });

  test('a refund has a failure where it failed', () => {
    const refund = { status: 'PENDING' } as Refund;
    if (refund.status === 'FAILED') expectTypeOf(refund.failure.code).toBeString();
  });

  test('ids are of their kind', () => {
    expectTypeOf<Payment['id']>().toEqualTypeOf<`pay_${string}`>();
    expectTypeOf<Refund['id']>().toEqualTypeOf<`op_${string}`>();
  });
});

describe('errors are a closed set', () => {
  const refused = new FlorinError(
    'order_already_paid',
    'The order is already paid.',
    { paymentId: 'pay_1' },
    { status: 409, requestId: 'r-1', attempts: 1 },
  );
  const thrown: unknown = refused;

  test('isFlorinError narrows to the fields of the code', () => {
    if (!isFlorinError(thrown, 'order_already_paid')) throw thrown;
    expectTypeOf(thrown.paymentId).toEqualTypeOf<`pay_${string}`>();
    expectTypeOf(thrown.code).toEqualTypeOf<'order_already_paid'>();
    // @ts-expect-error -- a field of another code
    expect(thrown.remaining).toBeUndefined();
    expect(thrown).toMatchObject({
      paymentId: 'pay_1',
      status: 409,
      requestId: 'r-1',
      attempts: 1,
    });
    expect(isFlorinError(thrown, 'amount_exceeds_remaining')).toBe(false);
  });

  test('each code has its own', () => {
    expectTypeOf<FlorinErrorOf<'amount_exceeds_remaining'>['remaining']>().toBeString();
    expectTypeOf<FlorinErrorOf<'idempotency_key_reused'>['fields']>().toEqualTypeOf<
      readonly string[]
    >();
    expectTypeOf<FlorinErrorOf<'not_refundable'>['paymentStatus']>().toEqualTypeOf<PaymentStatus>();
    expectTypeOf<FlorinErrorOf<'timed_out'>['timeoutMs']>().toBeNumber();
    expectTypeOf<FlorinErrorOf<'invalid_request'>['errors'][number]['message']>().toBeString();
  });

  test('without a code it narrows to the union of all, for a switch', () => {
    const paymentOf = (error: unknown): string => {
      if (!isFlorinError(error)) return 'not ours';
      switch (error.code) {
        case 'order_already_paid':
        case 'order_payment_in_progress':
          return error.paymentId;
        case 'amount_exceeds_remaining':
          return error.remaining;
        default:
          return error.code satisfies FlorinErrorCode;
      }
    };
    expect(paymentOf(refused)).toBe('pay_1');
    expect(paymentOf(new Error('another'))).toBe('not ours');
    expect(paymentOf(null)).toBe('not ours');
  });

  test('a code that is none does not compile', () => {
    // @ts-expect-error -- no such code
    expect(isFlorinError(thrown, 'order_paid')).toBe(false);
  });
});

test('the calls are those of the router', () => {
  expectTypeOf<KindOf<'payments.create'>>().toEqualTypeOf<'mutation'>();
  expectTypeOf<KindOf<'events.list'>>().toEqualTypeOf<'query'>();
  expectTypeOf<InputOf<'payments.create'>['orderId']>().toBeString();
  expectTypeOf<OutputOf<'payments.get'>['status']>().toEqualTypeOf<PaymentStatus>();
  type Offered = {
    [R in keyof Florin & string]: `${R}.${keyof Florin[R] & string}`;
  }[keyof Florin & string];
  // Everything that the server offers, and one thing that it does not.
  expectTypeOf<Exclude<Path, Offered>>().toBeNever();
  expectTypeOf<Exclude<Offered, Path>>().toEqualTypeOf<'payments.waitFor'>();
});
