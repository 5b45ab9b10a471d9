/** The shop's own tests: with a Florin in memory, and with a real one. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createFlorin, type Florin } from '@florin/sdk';
import { createTestFlorin } from '@florin/sdk/testing';
import { createShop } from './service.ts';

const url = process.env.FLORIN_URL ?? '';
const apiKey = process.env.FLORIN_KEY ?? null;

async function checkout(florin: Florin, orderId: string, ...attempts: readonly number[]) {
  const server = createShop(florin).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const answers: { status: number; body: Record<string, string> }[] = [];
  for (const attempt of attempts) {
    const answer = await fetch(`http://127.0.0.1:${port}/orders/${orderId}/checkout`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ quantity: 2, attempt }),
    });
    answers.push({ status: answer.status, body: await answer.json() });
  }
  server.close();
  server.closeAllConnections();
  return answers;
}

for (const [name, florin] of [
  ['a real Florin', createFlorin({ url, apiKey })],
  ['one in memory', createTestFlorin()],
] as const) {
  test(`with ${name}: paid once, whoever repeats it`, async () => {
    const [first, again, other] = await checkout(florin, `express-${process.pid}`, 1, 1, 2);
    assert.equal(first?.status, 201);
    assert.equal(first.body.total, '39,80\u00a0€');
    assert.deepEqual(again, first);
    assert.deepEqual(other, { status: 409, body: { paymentId: first.body.paymentId } });
  });
}

test('what goes wrong is told with the request it was', async () => {
  const florin = createTestFlorin({ maxRetries: 0 });
  florin.simulate.refusal('unavailable', { retryAfterSeconds: 1 });
  const [answer] = await checkout(florin, 'order-1', 1);
  assert.equal(answer?.status, 502);
  assert.equal(answer.body.code, 'unavailable');
  assert.match(answer.body.requestId ?? '', /./);
});
