/** The cases against a real Florin, and what only a real one can refuse. */
import { describe, expect, inject, test } from 'vitest';
import { createFlorin } from '../src/index.ts';
import { order } from './case.ts';
import { casesOf } from './cases.ts';
import { proxyTo } from './proxy.ts';

const server = inject('florin');

describe('the server', () => casesOf(async () => createFlorin(server)));

test('a wrong key', async () => {
  const stranger = createFlorin({ url: server.url, apiKey: 'fk_test_00000000000000000000' });
  await expect(stranger.payments.get('pay_1')).rejects.toMatchObject({
    code: 'unauthorized',
    status: 401,
    requestId: expect.stringMatching(/./),
  });
});

test('no answer', async () => {
  const gone = await proxyTo(server.url);
  await gone[Symbol.asyncDispose]();
  const nobody = createFlorin({ url: gone.url, apiKey: server.apiKey, maxRetries: 0 });
  await expect(nobody.payments.create(order())).rejects.toMatchObject({
    code: 'connection_failed',
    status: null,
    message: expect.stringContaining('ECONNREFUSED'),
  });
});
