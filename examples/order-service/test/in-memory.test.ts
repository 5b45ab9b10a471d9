import { createTestFlorin } from '@florin/sdk/testing';
import { expect, test } from 'vitest';
import { newOrder } from '../src/orders.ts';
import { giveBack, pay } from '../src/pay.ts';

test('a return is paid back once, although the answer was lost', async () => {
  const florin = createTestFlorin();
  const order = newOrder('order-1', '150.00', 'USD');
  await pay(florin, order);
  florin.simulate.lostAnswer();
  const { refundedAmount } = await giveBack(florin, order, 'a', '50.00');
  expect([order.state, refundedAmount]).toEqual(['paid', '50.00']);
});

test('a decline is told', async () => {
  const order = newOrder('order-2', '19.99', 'USD');
  const { failure } = await pay(createTestFlorin(), order);
  expect([order.state, failure?.code]).toEqual(['declined', 'card_declined']);
});
