import { idempotencyKey } from '@florin/sdk';
import { florin } from './florin.ts';

const first = await florin.payments.create({
  orderId: 'decline-1',
  amount: '19.99',
  idempotencyKey: idempotencyKey('decline-1', 'try', 1),
});
if (first.status === 'FAILED') console.log(first.failure.code, first.failure.message);

// The order is free again: another try is another payment, so it has another key.
const second = await florin.payments.create({
  orderId: 'decline-1',
  amount: '20.00',
  idempotencyKey: idempotencyKey('decline-1', 'try', 2),
});
console.log(second.status);
