/** The service over its own HTTP, with a real Florin behind it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFlorin } from '@florin/sdk';
import { createTRPCProxyClient, httpBatchLink, TRPCClientError } from '@trpc/client';
import { createHTTPServer } from '@trpc/server/adapters/standalone';
import { type Bookings, bookings } from './service.ts';

test('a booking is paid once, and told by the service', async () => {
  let requests = 0;
  const florin = createFlorin({
    url: process.env.FLORIN_URL ?? '',
    apiKey: process.env.FLORIN_KEY ?? null,
    fetch: (...request) => {
      requests += 1;
      return fetch(...request);
    },
  });
  const service = createHTTPServer({ router: bookings, createContext: () => ({ florin }) });
  const { port } = service.listen(0) as { port: number };
  const links = [httpBatchLink({ url: `http://127.0.0.1:${port}` })];
  const client = createTRPCProxyClient<Bookings>({ links });

  const seat = (at: number) => ({ seat: `seat-${process.pid}-${at}`, price: '30.00' });
  const booked = await Promise.all([1, 2, 3].map((at) => client.book.mutate(seat(at))));
  assert.deepEqual(
    booked.map(({ status }) => status),
    ['SUCCESS', 'SUCCESS', 'SUCCESS'],
  );
  assert.deepEqual(await client.book.mutate(seat(1)), booked[0]);

  await assert.rejects(client.book.mutate({ ...seat(1), price: '31.00' }), (error) => {
    assert(error instanceof TRPCClientError);
    assert.match(error.message, /amount differ/);
    return true;
  });

  requests = 0;
  assert.equal(await client.paid.query(booked.map(({ paymentId }) => paymentId)), 3);
  assert.equal(requests, 1);
  service.server.close();
  service.server.closeAllConnections();
});
