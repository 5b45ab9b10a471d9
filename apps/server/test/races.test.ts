/** Many at once, at two processes on one database: one effect each, and the books stay sound. */
import { type TestDatabase, testDatabase } from '@florin/db/testing';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { expectSettledBooks } from './books.ts';
import { type Answer, create, creation, fresh, type Http } from './http.ts';
import { on, type ServerProcess, spawnServer } from './server.ts';

// Processes start and end here: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

let db: TestDatabase;
let processes: readonly ServerProcess[];
let http: Http;
beforeAll(async () => {
  db = await testDatabase();
  processes = await Promise.all([1, 2].map(() => spawnServer(on(db.url))));
  http = either(0);
});
afterAll(async () => {
  await Promise.all(processes.map((one) => one[Symbol.asyncDispose]()));
  await db[Symbol.asyncDispose]();
});

/** One process for the even, the other for the odd. */
function either(n: number): Http {
  const chosen = processes[n % processes.length];
  if (!chosen) throw new Error('No server is running.');
  return chosen.http;
}

const atOnce = (count: number, send: (server: Http, n: number) => Promise<Answer>) =>
  Promise.all(Array.from({ length: count }, (_, n) => send(either(n), n)));

const withStatus = (answers: readonly Answer[], status: number) =>
  answers.filter((answer) => answer.status === status);

/** How many operations of a kind, and postings, an order's payments have. */
async function countOf(order_id: string, kind: string) {
  const [counted] = await db.owner.sql`
    select count(distinct o.id)::int as operations, count(g.line)::int as postings
    from payments p join operations o on o.payment_id = p.id and o.kind = ${kind}
    left join postings g on g.operation_id = o.id where p.order_id = ${order_id}`;
  return counted;
}

it('64 creates for one order, each with its own key: one SUCCESS, 63 refusals that name it', async () => {
  const order_id = fresh('order');
  const answers = await atOnce(64, (server) => server.post('/payments/', creation({ order_id })));
  const [paid, ...others] = withStatus(answers, 201);
  expect([paid?.payment.status, others]).toEqual(['SUCCESS', []]);
  const refused = withStatus(answers, 409);
  expect(refused).toHaveLength(63);
  for (const { problem } of refused) {
    expect(['order_already_paid', 'order_payment_in_progress']).toContain(problem.code);
    expect(problem['payment_id']).toBe(paid?.payment.id);
  }
  expect((await http.get(`/payments/order/${order_id}/`)).payments).toHaveLength(1);
  expect(await countOf(order_id, 'charge')).toEqual({ operations: 1, postings: 1 });
});

it('64 creates with one key: one payment, one 201, the rest replays or told to wait', async () => {
  const request = creation();
  const answers = await atOnce(64, (server) => server.post('/payments/', request));
  const [created, ...others] = withStatus(answers, 201);
  expect(others).toEqual([]);
  for (const answer of withStatus(answers, 200)) expect(answer.text).toBe(created?.text);
  for (const answer of withStatus(answers, 409)) {
    expect(answer.problem.code).toBe('idempotency_key_in_flight');
  }
  expect(withStatus(answers, 200).length + withStatus(answers, 409).length).toBe(63);
  expect(await countOf(String(request['order_id']), 'charge')).toEqual({
    operations: 1,
    postings: 1,
  });
});

it('64 creates with one key and two orders: one payment, and 422 for the other request', async () => {
  const request = creation();
  const orders = [fresh('order'), fresh('order')];
  const answers = await atOnce(64, (server, n) =>
    server.post('/payments/', { ...request, order_id: orders[n % 4 < 2 ? 0 : 1] }),
  );
  expect(withStatus(answers, 201)).toHaveLength(1);
  expect(withStatus(answers, 422)).toHaveLength(32);
  const payments = await Promise.all(orders.map((order) => http.get(`/payments/order/${order}/`)));
  expect(payments.flatMap((answer) => answer.payments)).toHaveLength(1);
});

it('64 refunds of a tenth: ten succeed, and nothing is left', async () => {
  const paid = await create(http);
  const answers = await atOnce(64, (server) =>
    server.post(`/payments/${paid.id}/refund/`, { amount: '15.00' }),
  );
  expect(withStatus(answers, 200)).toHaveLength(10);
  expect(withStatus(answers, 409)).toHaveLength(54);
  const { payment } = await http.get(`/payments/${paid.id}/`);
  expect([payment.status, payment.refunded_amount]).toEqual(['REFUNDED', payment.amount]);
  expect(await countOf(paid.order_id, 'refund')).toEqual({ operations: 10, postings: 10 });
});

it('24 manual payments of one order reported SUCCESS: one is', async () => {
  const order_id = fresh('order');
  const made = await Promise.all(
    Array.from({ length: 24 }, () => create(http, { order_id, provider: 'manual' })),
  );
  const answers = await atOnce(24, (server, n) =>
    server.patch(`/payments/${made[n]?.id}/`, { status: 'SUCCESS' }),
  );
  const [paid, ...others] = withStatus(answers, 200);
  expect(others).toEqual([]);
  for (const { problem } of withStatus(answers, 409)) {
    expect(problem).toMatchObject({ code: 'order_already_paid', payment_id: paid?.payment.id });
  }
  expect(withStatus(answers, 409)).toHaveLength(23);
  expect(await countOf(order_id, 'charge')).toEqual({ operations: 1, postings: 1 });
});

it('reports and creates for one order: one payment holds it', async () => {
  const order_id = fresh('order');
  const made = await Promise.all(
    Array.from({ length: 16 }, () => create(http, { order_id, provider: 'manual' })),
  );
  const answers = await atOnce(48, (server, n) =>
    n % 3 === 0
      ? server.patch(`/payments/${made[n / 3]?.id}/`, { status: 'SUCCESS' })
      : server.post('/payments/', creation({ order_id })),
  );
  expect(answers.filter(({ status }) => status < 300)).toHaveLength(1);
  expect(withStatus(answers, 409)).toHaveLength(47);
});

/** Numbers below 1 that are the same in every run: mulberry32. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

it('200 rounds of everything on few orders and keys: no 5xx, and sound books', async () => {
  const random = seeded(20_260_101);
  const oneOf = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const orders = ['storm-a', 'storm-b', 'storm-c'];
  const known: string[] = [];
  const statuses = new Map<number, number>();
  for (let round = 0; round < 200; round++) {
    const keys = Array.from({ length: 4 }, (_, n) => `storm-${Math.floor(round / 4)}-${n}`);
    const send = (server: Http): Promise<Answer> => {
      const dice = random();
      const id = oneOf(known);
      const idempotency_key = random() < 0.5 ? oneOf(keys) : fresh('storm');
      const keyed = random() < 0.5 ? { idempotency_key } : {};
      if (id === undefined || dice < 0.45) {
        return server.post('/payments/', {
          order_id: oneOf(orders),
          amount: oneOf(['10.00', '10.00', '20.99']),
          idempotency_key,
          ...(random() < 0.4 ? { provider: 'manual' } : {}),
          ...(random() < 0.1 ? { payment_method: 'pm_requires_action' } : {}),
        });
      }
      if (dice < 0.75) {
        const amount = oneOf([{}, { amount: '2.50' }, { amount: '5.00' }]);
        return server.post(`/payments/${id}/refund/`, { ...amount, ...keyed });
      }
      const status = oneOf(['SUCCESS', 'FAILED', 'CANCELLED', 'REFUNDED']);
      return server.patch(`/payments/${id}/`, { status, ...keyed });
    };
    for (const answer of await atOnce(24, send)) {
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      expect(answer.status, answer.text).toBeLessThan(500);
      if (answer.status === 201) known.push(answer.payment.id);
    }
    known.splice(0, known.length - 12);
  }
  // Every road was taken.
  expect([...statuses.keys()].sort()).toEqual([200, 201, 409, 422]);
  await expectSettledBooks(db.owner.sql);
});
