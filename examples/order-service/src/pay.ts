/** Paying an order, and giving its money back. */
import { type Florin, idempotencyKey, type Payment, type PaymentStatus } from '@florin/sdk';
import type { Order } from './orders.ts';

/** What a payment's status means for its order. */
const states: Readonly<Record<PaymentStatus, Order['state']>> = {
  PENDING: 'paying',
  REQUIRES_ACTION: 'paying',
  AUTHORIZED: 'paying',
  SUCCESS: 'paid',
  FAILED: 'declined',
  CANCELLED: 'declined',
  REFUNDED: 'refunded',
};

/** Charges the order. Call it again after an error: the same try has the same key. */
export async function pay(florin: Florin, order: Order): Promise<Payment> {
  // A decline is final: whoever tries again means another try.
  if (order.state === 'declined') order.attempt += 1;
  order.state = 'paying';
  const payment = await florin.payments.create({
    orderId: order.id,
    amount: order.total,
    currency: order.currency,
    idempotencyKey: idempotencyKey(order.id, 'try', order.attempt),
  });
  order.paymentId = payment.id;
  order.state = states[payment.status];
  return payment;
}

/** Gives back `amount`, or all that is left. `returnId` names the return: the same one is paid once. */
export async function giveBack(
  florin: Florin,
  order: Order,
  returnId: string,
  amount?: string,
): Promise<Payment> {
  if (order.paymentId === null) throw new Error(`Order ${order.id} was never paid.`);
  const payment = await florin.payments.refund(order.paymentId, {
    amount,
    idempotencyKey: idempotencyKey(order.id, 'return', returnId),
  });
  order.state = states[payment.status];
  return payment;
}
