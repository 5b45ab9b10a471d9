/** Captures and cancels of one payment at once, at two servers: one of them happens, whole. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectSettledBooks } from './books.ts';
import { type Answer, create, creation, fresh, type Http } from './http.ts';
import { createScripted } from './scripted.ts';
import { startFlorin, startServer, type TestServer } from './server.ts';

const { providers, performed } = createScripted({});
let florin: Awaited<ReturnType<typeof startFlorin>>;
let second: TestServer;
let http: Http;
beforeAll(async () => {
  florin = await startFlorin(providers);
  ({ http } = florin);
  second = await startServer(florin.db.url, providers);
});
afterAll(async () => {
  await second[Symbol.asyncDispose]();
  try {
    await expectSettledBooks(florin.db.owner.sql);
  } finally {
    await florin[Symbol.asyncDispose]();
  }
});

const hold = () => create(http, { capture: 'manual' });
const now = async (id: string) => (await http.get(`/payments/${id}/`)).payment;

/** Each server gets every other call, so that neither can rely on what it remembers. */
const atOnce = (id: string, calls: readonly (readonly [path: string, body: object])[]) =>
  Promise.all(
    calls.map(([path, body], n) => {
      const server = n % 2 === 0 ? florin : second;
      return server.http.post(`/payments/${id}/${path}/`, body);
    }),
  );

/** Those that were done, and the codes of those that were refused. */
function sorted(answers: readonly Answer[]) {
  const done = answers.filter(({ status }) => status === 200);
  const codes = answers.filter((it) => !done.includes(it)).map(({ problem }) => problem.code);
  return { done, codes };
}

it('captures with different keys: exactly one moves money', async () => {
  const { id } = await hold();
  const answers = await atOnce(
    id,
    Array.from({ length: 8 }, (_, n) => [
      'capture',
      { amount: `${n + 1}.00`, idempotency_key: fresh('capture') },
    ]),
  );
  const { done, codes } = sorted(answers);
  expect([done.length, codes.length]).toEqual([1, 7]);
  for (const code of codes) expect(['outcome_unknown', 'not_capturable']).toContain(code);
  expect(performed(id, 'capture')).toBe(1);
  expect((await now(id)).captured_amount).toBe(done[0]?.payment.captured_amount);
});

it.each([
  ['capture', 'capture', { amount: '7.00' }],
  ['cancel', 'void', {}],
] as const)(
  'each %s with one key: one is done, and every 200 is its answer',
  async (path, kind, body) => {
    const { id } = await hold();
    const same = { ...body, idempotency_key: fresh('key') };
    const { done, codes } = sorted(await atOnce(id, Array(8).fill([path, same])));
    expect(new Set(done.map(({ text }) => text)).size).toBe(1);
    expect(done.filter(({ headers }) => headers.get('idempotent-replayed') === null)).toHaveLength(
      1,
    );
    for (const code of codes) expect(code).toBe('idempotency_key_in_flight');
    expect(performed(id, kind)).toBe(1);
  },
);

it('cancels with different keys: one void, and the others find it open or done', async () => {
  const { id } = await hold();
  const calls = Array.from(
    { length: 8 },
    () => ['cancel', { idempotency_key: fresh('key') }] as const,
  );
  const { done, codes } = sorted(await atOnce(id, calls));
  expect(new Set(done.map(({ payment }) => payment.status))).toEqual(new Set(['CANCELLED']));
  expect(new Set(done.map(({ text }) => text)).size).toBe(1);
  for (const code of codes) expect(code).toBe('outcome_unknown');
  expect(performed(id, 'void')).toBe(1);
});

it.each([
  ['capture', 'cancel'],
  ['cancel', 'capture'],
  ['capture', 'cancel'],
  ['cancel', 'capture'],
])('a %s and a %s: one of them, and nothing of the other', async (...paths) => {
  const { id, order_id } = await hold();
  const { done, codes } = sorted(
    await atOnce(
      id,
      paths.map((path) => [path, {}] as const),
    ),
  );
  expect(done).toHaveLength(1);
  expect(['outcome_unknown', 'not_capturable', 'not_cancellable']).toContain(codes[0]);
  const { status } = await now(id);
  const moves = [performed(id, 'capture'), performed(id, 'void')];
  expect([status, moves]).toEqual(
    status === 'SUCCESS' ? ['SUCCESS', [1, 0]] : ['CANCELLED', [0, 1]],
  );
  const next = await http.post('/payments/', creation({ order_id }));
  expect(next.status).toBe(status === 'SUCCESS' ? 409 : 201);
});
