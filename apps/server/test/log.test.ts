/** The log: a line for each request, and nothing in it that a caller would not want to be read. */

import { type TestDatabase, testDatabase } from '@florin/db/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { create, creation } from './http.ts';
import { on, type ServerProcess, spawnServer, testKey } from './server.ts';

let db: TestDatabase;
let server: ServerProcess;
beforeAll(async () => {
  db = await testDatabase();
  server = await spawnServer({ ...on(db.url), FLORIN_LOG: 'trace' });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await db[Symbol.asyncDispose]();
});

interface Line {
  readonly level: number;
  readonly msg: string;
  readonly requestId: string;
  readonly method: string;
  readonly route: string | null;
  readonly status: number;
  readonly ms: number;
  readonly merchantId: string | null;
}

/** The log's lines so far; what is printed besides is no JSON. */
const lines = (): readonly Line[] =>
  server
    .printed()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line);

async function lineOf(requestId: string): Promise<Line> {
  const found = () =>
    lines().filter((line) => line.requestId === requestId && line.msg === 'request');
  await vi.waitFor(() => expect(found()).toHaveLength(1), 20_000);
  return found()[0] as Line;
}

const secret = 'hunter2secret';

describe('a line for each request', () => {
  it.each([
    ['POST', '/payments/', '/payments/', 400],
    ['GET', '/payments/?limit=5', '/payments/', 200],
    ['GET', `/payments/order/${secret}/`, '/payments/order/{order_id}/', 200],
    ['GET', `/payments/${secret}/`, '/payments/{id}/', 404],
    ['GET', `/${secret}`, null, 404],
    ['GET', '/trpc/payments.list?input=%7B%7D', '/trpc/payments.list', 200],
    ['GET', `/trpc/${secret}`, '/trpc/', 404],
  ] as const)('%s %s: %s %i', async (method, path, route, status) => {
    const requestId = `log-${Math.random()}`;
    const answer = await server.http.send(method, path, undefined, { 'x-request-id': requestId });
    expect(answer.headers.get('x-request-id')).toBe(requestId);
    const line = await lineOf(requestId);
    expect(line).toMatchObject({ method, route, status, ms: expect.any(Number) });
    const isKnown = route !== null;
    expect(line.merchantId).toEqual(isKnown ? expect.stringMatching(/^mer_/) : null);
  });

  it('a request id that is none is not taken over', async () => {
    const answer = await server.http.get('/payments/', { 'x-request-id': `${secret} "x"` });
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('what never stands in it', () => {
  it('keys, bodies and metadata: neither where all is well, nor where the server fails', async () => {
    const fields = {
      order_id: `${secret}-order`,
      idempotency_key: `${secret}-key`,
      payment_method: `${secret}-method`,
      metadata: { [`${secret}-name`]: `${secret}-value` },
    };
    const { id } = await create(server.http, { ...fields, payment_method: 'pm_approved' });
    await server.http.post('/payments/', creation(fields));
    await server.http.post('/payments/', `{"${secret}": `);
    await server.http.post(`/payments/${id}/refund/`, { amount: '1.00', reason: secret });
    await server.http.as(`fk_test_${secret}aaaaaaaaaaaaaaaaaaa`).get('/payments/');

    await db.owner.sql`alter table payments rename to payments_away`;
    const failed = await server.http.post(
      '/payments/',
      creation({ ...fields, order_id: `${secret}-2` }),
    );
    expect(failed.refusal).toEqual([500, 'internal_error']);
    expect((await server.http.get(`/payments/order/${secret}/`)).status).toBe(500);
    await db.owner.sql`alter table payments_away rename to payments`;

    // A worker that looked at the table meanwhile has said so too.
    const failures = () => lines().filter(({ msg }) => msg === 'request failed');
    await vi.waitFor(() => expect(failures().map(({ level }) => level)).toEqual([50, 50]), 20_000);
    const { stdout, stderr } = await server.kill('SIGTERM');
    expect(stdout + stderr).not.toContain(secret);
    expect(stdout + stderr).not.toContain(testKey.slice(8));
  });
});
