/** SIGKILL at every moment: nothing that was acknowledged is lost, nothing is done twice. */
import { type TestDatabase, testDatabase } from '@florin/db/testing';
import { describe, expect, it, vi } from 'vitest';
import { endLeases, expectSettledBooks, expectSoundBooks } from './books.ts';
import { type Answer, create, creation, fresh, type Http } from './http.ts';
import { fixture, on, spawnServer, startServer } from './server.ts';

// Processes start and end here: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

type Sql = TestDatabase['owner']['sql'];

/** A server that dies once the provider has done an operation of this kind. */
const spawnCrashing = (url: string, kind: string) =>
  spawnServer({ ...on(url), TEST_DIE_AT: kind }, fixture('crashing-server.ts'));

/** Once the database has noticed too: what was sent before the end may be committed after it. */
const gone = (sql: Sql) =>
  vi.waitFor(async () => {
    const others = await sql`select from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`;
    expect(others).toHaveLength(0);
  }, 120_000);

const settled = (sql: Sql) => vi.waitFor(() => expectSettledBooks(sql), 60_000);

async function historyOf(sql: Sql, kind: string) {
  return [
    ...(await sql`
      select p.status, p.version, o.status as operation, o.attempts, count(g.line)::int as postings
      from payments p join operations o on o.payment_id = p.id and o.kind = ${kind}
      left join postings g on g.operation_id = o.id
      group by p.status, p.version, o.id, o.status, o.attempts`),
  ];
}

describe.concurrent('between the provider’s answer and its commit', () => {
  it.each([
    {
      kind: 'charge',
      fields: {},
      before: { status: 'PENDING', version: 1 },
      after: { status: 'SUCCESS', version: 2, postings: 1 },
      path: '',
      body: {},
    },
    {
      kind: 'refund',
      fields: {},
      before: { status: 'SUCCESS', version: 3 },
      after: { status: 'REFUNDED', version: 4, postings: 1 },
      path: 'refund/',
      body: {},
    },
    {
      kind: 'void',
      fields: { payment_method: 'pm_requires_action' },
      before: { status: 'REQUIRES_ACTION', version: 3 },
      after: { status: 'CANCELLED', version: 4, postings: 0 },
      path: '',
      body: { status: 'CANCELLED' },
    },
  ])('of a $kind: it is open, then settled, and the repeat is a replay', async (row) => {
    const { kind, fields, before, after, path, body } = row;
    const request = creation(fields);
    const idempotency_key = fresh('key');
    await using db = await testDatabase();
    const { sql } = db.owner;
    await using crashing = await spawnCrashing(db.url, kind);
    /** The request that is under way at the crash, the same each time. */
    let send: (http: Http) => Promise<Answer> = (http) => http.post('/payments/', request);
    if (kind !== 'charge') {
      const { id } = await create(crashing.http, request);
      const method = kind === 'void' ? 'PATCH' : 'POST';
      send = (http) => http.send(method, `/payments/${id}/${path}`, { ...body, idempotency_key });
    }
    await expect(send(crashing.http)).rejects.toThrow('fetch failed');
    expect((await crashing.exited).signal).toBe('SIGKILL');
    await gone(sql);
    const open = { ...before, operation: 'open', attempts: 1, postings: 0 };
    expect(await historyOf(sql, kind)).toEqual([open]);
    await expectSoundBooks(sql);

    await endLeases(sql);
    await using server = await startServer(db.url);
    await settled(sql);
    expect(await historyOf(sql, kind)).toEqual([{ ...after, operation: 'succeeded', attempts: 2 }]);
    const again = await send(server.http);
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
    expect([again.payment.status, again.payment.version]).toEqual([after.status, after.version]);
  });
});

it('before anything is committed: no trace, and the repeat is the first', async () => {
  await using db = await testDatabase();
  const { sql } = db.owner;
  await using doomed = await spawnServer(on(db.url));
  const request = creation();
  await sql.begin(async (tx) => {
    await tx`lock table idempotency_keys in access exclusive mode`;
    const lost = expect(doomed.http.post('/payments/', request)).rejects.toThrow('fetch failed');
    const waiting = () => tx`select from pg_locks where not granted
      and relation = 'idempotency_keys'::regclass`;
    await vi.waitFor(async () => expect(await waiting()).not.toHaveLength(0), 10_000);
    await doomed.kill('SIGKILL');
    await lost;
  });
  await gone(sql);
  const [left] = await sql`select (select count(*)::int from payments) as payments,
    (select count(*)::int from idempotency_keys) as keys`;
  expect(left).toEqual({ payments: 0, keys: 0 });
  await using server = await startServer(db.url);
  expect((await server.http.post('/payments/', request)).status).toBe(201);
});

it('at any moment under load: what was acknowledged is true, the rest settles, nothing is twice', async () => {
  await using db = await testDatabase();
  const { sql } = db.owner;
  const requests: { readonly body: object; readonly answer: Answer | null }[] = [];
  // So many answers before the kill; what else is under way then is anyone's guess.
  for (const answers of [3, 40, 120]) {
    await using server = await spawnServer(on(db.url));
    const enough = Promise.withResolvers<void>();
    const before = requests.length;
    let killed = false;
    const shopper = async (n: number) => {
      while (!killed) {
        const body = creation({ order_id: `order-${n}-${requests.length}` });
        const answer = await server.http.post('/payments/', body).catch(() => null);
        requests.push({ body, answer });
        if (requests.length - before >= answers) enough.resolve();
        if (answer?.status !== 201) continue;
        await server.http
          .post(`/payments/${answer.payment.id}/refund/`, { amount: '10.00' })
          .catch(() => null);
      }
    };
    const shoppers = Array.from({ length: 16 }, (_, n) => shopper(n));
    await enough.promise;
    killed = true;
    await server.kill('SIGKILL');
    await Promise.all(shoppers);
    await gone(sql);
    await endLeases(sql);
  }

  await using server = await startServer(db.url);
  await settled(sql);
  expect(requests.filter(({ answer }) => answer?.status === 201).length).toBeGreaterThan(0);
  for (const { body, answer } of requests) {
    const again = await server.http.post('/payments/', body);
    expect([200, 201]).toContain(again.status);
    expect(again.payment.status).toBe('SUCCESS');
    if (answer) expect([again.status, again.text]).toEqual([200, answer.text]);
  }
  const [charged] = await sql`
    select count(*)::int as charges from operations where kind = 'charge' and status = 'succeeded'`;
  expect(charged).toEqual({ charges: requests.length });
  await expectSettledBooks(sql);
});
