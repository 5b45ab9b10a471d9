/** The same types, from CommonJS. */
import sdk = require('@florin/sdk');
import testing = require('@florin/sdk/testing');

async function pay(florin: sdk.Florin = testing.createTestFlorin()): Promise<string | null> {
  const payment = await florin.payments.create({ orderId: 'legacy', amount: '1.99' });
  return payment.status === 'FAILED' ? payment.failure.code : null;
}

export = { pay };
