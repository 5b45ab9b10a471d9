// A service of plain CommonJS JavaScript.
const assert = require('node:assert/strict');
const { createFlorin, FlorinError, isFlorinError, money } = require('@florin/sdk');
const { createTestFlorin } = require('@florin/sdk/testing');

async function main() {
  const { FLORIN_URL: url, FLORIN_KEY: apiKey } = process.env;
  for (const florin of [createFlorin({ url, apiKey }), createTestFlorin()]) {
    const orderId = `commonjs-${process.pid}`;
    const declined = await florin.payments.create({ orderId, ...money('19.99', 'USD') });
    assert.equal(declined.failure.code, 'card_declined');
    const paid = await florin.payments.create({ orderId, amount: '20.00' });
    const error = await florin.payments.create({ orderId, amount: '20.00' }).catch((it) => it);
    assert(error instanceof FlorinError);
    assert(isFlorinError(error, 'order_already_paid'));
    assert.equal(error.paymentId, paid.id);
    // What TypeScript would refuse, the server does.
    const wrong = await florin.payments.create({ orderId, amount: 20 }).catch((it) => it);
    assert.equal(wrong.errors[0].message, 'must be a decimal string such as "150.00"');
  }
  // Both kinds of module, in one process: an error of the one is known by the other.
  const esm = await import('@florin/sdk');
  const strange = new esm.FlorinError('aborted', 'ended', {});
  assert.equal(strange instanceof FlorinError, false);
  assert(isFlorinError(strange, 'aborted'));
}

void main();
