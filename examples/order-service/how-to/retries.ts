import { createFlorin, idempotencyKey, isFlorinError } from '@florin/sdk';
import { florin } from './florin.ts';

const request = {
  orderId: 'retry-1',
  amount: '10.00',
  idempotencyKey: idempotencyKey('retry-1', 'try', 1),
};

// Where nobody answers, the client sends it again by itself, and gives up after the last try.
const away = createFlorin({ url: 'http://127.0.0.1:2', apiKey: 'fk_test_any', maxRetries: 2 });
try {
  await away.payments.create(request);
} catch (error) {
  if (!isFlorinError(error, 'connection_failed')) throw error;
  console.log(error.code, error.attempts);
}

// It may have taken effect: the same call with the same key, now or much later, finds out.
const one = await florin.payments.create(request);
const other = await florin.payments.create(request);
console.log(one.status, one.id === other.id);

// PENDING: the provider's answer is not known yet. Florin goes on asking; this waits for it.
const settled = await florin.payments.waitFor(one.id, ['SUCCESS', 'FAILED']);
console.log(settled.status);
