/** The order service's own API. */
import { type Florin, isFlorinError } from '@florin/sdk';
import { Hono } from 'hono';
import { newOrder, type Order, type Orders } from './orders.ts';
import { giveBack, pay } from './pay.ts';

export function createHttp(florin: Florin, orders: Orders): Hono {
  const app = new Hono();

  app.post('/orders', async (http) => {
    const { id, total } = await http.req.json<{ id: string; total: string }>();
    const order = orders.get(id) ?? newOrder(id, total, 'USD');
    orders.set(id, order);
    return http.json(order, 201);
  });

  app.get('/orders/:id', (http) => http.json(find(orders, http.req.param('id'))));

  app.post('/orders/:id/pay', async (http) => {
    const order = find(orders, http.req.param('id'));
    const { failure } = await pay(florin, order);
    return http.json({ ...order, reason: failure?.message ?? null }, failure ? 402 : 200);
  });

  app.post('/orders/:id/returns/:return', async (http) => {
    const order = find(orders, http.req.param('id'));
    const { amount } = await http.req.json<{ amount?: string }>();
    const { refundedAmount } = await giveBack(florin, order, http.req.param('return'), amount);
    return http.json({ ...order, refunded: refundedAmount });
  });

  app.onError((error, http) => {
    if (error instanceof NoSuchOrder) return http.json({ error: error.message }, 404);
    if (!isFlorinError(error)) throw error;
    // Refused for good, such as a refund of more than is left; or worth the same request again.
    const isOfFlorin = error.status !== null && error.code !== 'unexpected_answer';
    const isRefused = isOfFlorin && error.status < 500;
    return http.json({ error: error.message, code: error.code }, isRefused ? 409 : 503);
  });
  return app;
}

class NoSuchOrder extends Error {}

function find(orders: Orders, id: string): Order {
  const order = orders.get(id);
  if (!order) throw new NoSuchOrder(`There is no order ${id}.`);
  return order;
}
