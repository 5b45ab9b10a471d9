import { createFlorin, idempotencyKey, isFlorinError } from '@florin/sdk';

const florin = createFlorin({
  url: process.env['FLORIN_URL'] ?? 'http://127.0.0.1:8000',
  apiKey: process.env['FLORIN_KEY'] ?? null,
});

const paid = await florin.payments.create({
  orderId: 'order-44',
  amount: '150.00',
  idempotencyKey: idempotencyKey('order-44', 'try', 1),
});
console.log(paid.status); // SUCCESS

try {
  await florin.payments.create({ orderId: 'order-44', amount: '150.00' });
} catch (error) {
  if (!isFlorinError(error, 'order_already_paid')) throw error;
  console.log(error.code, error.paymentId === paid.id); // order_already_paid true
}

const refunded = await florin.payments.refund(paid.id, { amount: '50.00' });
console.log(refunded.status, refunded.refundedAmount); // SUCCESS 50.00

const held = await florin.payments.create({
  orderId: 'order-46',
  amount: '150.00',
  capture: 'manual',
});
const captured = await florin.payments.capture(held.id, { amount: '100.00' });
console.log(captured.status, captured.capturedAmount); // SUCCESS 100.00

const { actions } = await florin.payments.explain(held.id);
console.log(actions.find(({ action }) => action === 'capture')?.obstacle?.code); // not_capturable

const declined = await florin.payments.create({ orderId: 'order-47', amount: '19.99' });
if (declined.status === 'FAILED') console.log(declined.failure.code); // card_declined
