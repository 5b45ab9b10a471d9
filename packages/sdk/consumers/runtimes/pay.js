import process from 'node:process';
import { createFlorin, isFlorinError, money } from '@florin/sdk';
import { createTestFlorin } from '@florin/sdk/testing';

const { FLORIN_URL: url, FLORIN_KEY: apiKey, RUNTIME: runtime } = process.env;

function mustBe(expected, found) {
  if (found !== expected) throw new Error(`${runtime}: ${found} in place of ${expected}`);
}

const major = process.versions.node.split('.')[0];
mustBe(runtime, globalThis.Bun ? 'bun' : globalThis.Deno ? 'deno' : `node-${major}`);

for (const florin of [createFlorin({ url, apiKey }), createTestFlorin()]) {
  const orders = [1, 2, 3].map((at) => ({
    orderId: `${runtime}-${process.pid}-${at}`,
    ...money('10.00', 'EUR').multiply(at),
  }));
  const paid = await Promise.all(orders.map((order) => florin.payments.create(order)));
  mustBe('10.00 20.00 30.00', paid.map(({ capturedAmount }) => capturedAmount).join(' '));
  const error = await florin.payments.create(orders[0]).catch((it) => it);
  mustBe(true, isFlorinError(error, 'order_already_paid') && error.paymentId === paid[0].id);
  let found = 0;
  for await (const _ of florin.payments.list({ limit: 2, createdFrom: paid[0].createdAt }))
    found += 1;
  mustBe(true, found >= 3);
  const signal = AbortSignal.abort(new Error('enough'));
  const ended = await florin.payments.get(paid[0].id, { signal }).catch((it) => it);
  mustBe('aborted', ended.code);
}
