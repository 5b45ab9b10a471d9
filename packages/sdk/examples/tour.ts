import { createFlorin, FlorinError } from '@florin/sdk';

const florin = createFlorin({
  url: process.env['FLORIN_URL'] ?? 'http://127.0.0.1:8000',
  apiKey: process.env['FLORIN_KEY'] ?? '',
});

const paid = await florin.payments.create({
  orderId: 'order-44',
  amount: '150.00',
  idempotencyKey: 'order-44-first-try',
});
console.log(paid.status); // SUCCESS

try {
  await florin.payments.create({
    orderId: 'order-44',
    amount: '150.00',
    idempotencyKey: 'order-44-second-try',
  });
} catch (error) {
  if (!(error instanceof FlorinError)) throw error;
  console.log(error.code); // order_already_paid
}

const refunded = await florin.payments.refund({ id: paid.id, amount: '50.00' });
console.log(refunded.status, refunded.refundedAmount); // SUCCESS 50.00

const held = await florin.payments.create({
  orderId: 'order-46',
  amount: '150.00',
  capture: 'manual',
  idempotencyKey: 'order-46-first-try',
});
const captured = await florin.payments.capture({ id: held.id, amount: '100.00' });
console.log(captured.status, captured.capturedAmount); // SUCCESS 100.00

const { actions } = await florin.payments.explain({ id: held.id });
console.log(actions.find(({ action }) => action === 'capture')?.obstacle?.code); // not_capturable
