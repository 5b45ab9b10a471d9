/** A shop on Express that takes its payments by Florin. */
import { type Florin, idempotencyKey, isFlorinError, money } from '@florin/sdk';
import express, { type ErrorRequestHandler } from 'express';

export function createShop(florin: Florin): express.Express {
  const shop = express();
  shop.use(express.json());

  shop.post('/orders/:id/checkout', async (request, response) => {
    const { id } = request.params;
    const total = money('19.90', 'EUR').multiply(request.body.quantity);
    const payment = await florin.payments.create({
      orderId: id,
      ...total,
      idempotencyKey: idempotencyKey('checkout', id, request.body.attempt),
    });
    if (payment.status === 'FAILED') {
      response.status(402).json({ reason: payment.failure.message });
      return;
    }
    response.status(201).json({ paymentId: payment.id, total: total.format('de-DE') });
  });

  const onError: ErrorRequestHandler = (error, _, response, next) => {
    if (!isFlorinError(error)) return next(error);
    switch (error.code) {
      case 'order_already_paid':
      case 'order_payment_in_progress':
        response.status(409).json({ paymentId: error.paymentId });
        return;
      default:
        response.status(502).json({ code: error.code, requestId: error.requestId });
    }
  };
  shop.use(onError);
  return shop;
}
