/** Starts the order service: `FLORIN_KEY=$(cat .florin/api-key) node examples/order-service/src/main.ts`. */
import { createFlorin } from '@florin/sdk';
import { serve } from '@hono/node-server';
import { createHttp } from './http.ts';

const florin = createFlorin({
  url: process.env['FLORIN_URL'] ?? 'http://127.0.0.1:8000',
  apiKey: process.env['FLORIN_KEY'] ?? null,
});
const port = Number(process.env['PORT'] ?? 3000);

serve({ fetch: createHttp(florin, new Map()).fetch, port, hostname: '127.0.0.1' }, () => {
  console.log(`The order service listens on http://127.0.0.1:${port}`);
});
