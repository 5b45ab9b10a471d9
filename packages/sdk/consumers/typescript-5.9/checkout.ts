/** A TypeScript service: what it may write compiles, what it may not does not, and it runs. */
import assert from 'node:assert/strict';
import { createFlorin, type FlorinErrorOf, isFlorinError, money, type Payment } from '@florin/sdk';
import { createTestFlorin } from '@florin/sdk/testing';

function tell(payment: Payment): string {
  switch (payment.status) {
    case 'FAILED':
      return payment.failure.message;
    case 'REQUIRES_ACTION':
      return payment.nextAction.url;
    case 'PENDING':
    case 'AUTHORIZED':
    case 'SUCCESS':
    case 'REFUNDED':
    case 'CANCELLED':
      return payment.status;
    default:
      return payment satisfies never;
  }
}

const held = (error: FlorinErrorOf<'order_already_paid'>): `pay_${string}` => error.paymentId;

const florin = createFlorin({
  url: process.env['FLORIN_URL'] ?? '',
  apiKey: process.env['FLORIN_KEY'] ?? null,
});

for (const [name, client] of [
  ['real', florin],
  ['memory', createTestFlorin()],
] as const) {
  const total = money('19.90', 'EUR').multiply(3);
  const input = { orderId: `typescript-${name}-${process.pid}`, ...total };
  const payment = await client.payments.create(input);
  assert.equal(tell(payment), 'SUCCESS');
  assert.deepEqual([payment.amount, payment.currency], ['59.70', 'EUR']);
  try {
    await client.payments.create(input);
    assert.fail('It was paid twice.');
  } catch (error) {
    assert(isFlorinError(error, 'order_already_paid'));
    assert.equal(held(error), payment.id);
    assert.ok(error.requestId);
  }
  const wrong = client.payments.list({ createdFrom: 'yesterday', limit: 1000 });
  const errors = await wrong.catch((error: unknown) =>
    isFlorinError(error, 'invalid_request') ? error.errors : [],
  );
  assert.deepEqual(errors, [
    { path: ['limit'], message: 'must be at most 100' },
    { path: ['createdFrom'], message: 'must be a time such as "2026-11-23T09:30:00Z"' },
  ]);
  for await (const one of client.payments.listByOrder(input.orderId))
    assert.equal(one.id, payment.id);
}

export const doesNotCompile = (): unknown => [
  // @ts-expect-error -- an id of another kind
  florin.payments.get('op_1'),
  // @ts-expect-error -- an unknown currency
  florin.payments.create({ orderId: 'x', amount: '1.00', currency: 'XXZ' }),
  // @ts-expect-error -- a misspelt field
  florin.payments.create({ orderId: 'x', amount: '1.00', curency: 'USD' }),
  // @ts-expect-error -- currencies that are mixed
  money('1', 'USD').add(money('1', 'EUR')),
];
