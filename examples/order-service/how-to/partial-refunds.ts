import { idempotencyKey, isFlorinError } from '@florin/sdk';
import { florin } from './florin.ts';

const { id } = await florin.payments.create({
  orderId: 'parts-1',
  amount: '150.00',
  idempotencyKey: idempotencyKey('parts-1', 'try', 1),
});

// A key for each return: the same one sent again gives nothing back twice.
const keyOf = (returned: string) => idempotencyKey('parts-1', 'return', returned);
const part = { amount: '50.00', reason: 'One item came back', idempotencyKey: keyOf('a') };
const once = await florin.payments.refund(id, part);
const again = await florin.payments.refund(id, part);
console.log(once.status, once.refundedAmount, again.refundedAmount);

try {
  await florin.payments.refund(id, { amount: '101.00', idempotencyKey: keyOf('b') });
} catch (error) {
  if (!isFlorinError(error, 'amount_exceeds_remaining')) throw error;
  console.log(error.code, error.remaining);
}

// Without an amount it is all that remains.
const rest = await florin.payments.refund(id, { idempotencyKey: keyOf('c') });
console.log(rest.status, rest.refundedAmount);
