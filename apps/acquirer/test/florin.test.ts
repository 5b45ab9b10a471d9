/** A real Florin and a real acquirer that does everything wrong: in the end their books are the same. */
import { testDatabase } from '@florin/db/testing';
import { expect, it } from 'vitest';
import type { Entry } from '../src/books.ts';
import type { FaultName } from '../src/faults.ts';
import {
  call,
  type Florin,
  operationsOf,
  passTime,
  settingsOn,
  startFlorin,
  type Told,
  type WirePayment,
} from './florin.ts';
import { client, freshFile, spawned, startAcquirer, testSecret } from './given.ts';

/** As Florin tells of an operation. */
const toldBy = (entry: Entry): Told => {
  const { id, order_id, kind, amount, currency, outcome } = entry;
  const reference = entry.outcome === 'succeeded' ? entry.reference : null;
  return { id, order_id, kind, amount, currency, outcome, reference };
};
const byId = (one: Told, other: Told): number => (one.id < other.id ? -1 : 1);

/** What a caller who never gives up makes of an order's payment, until nothing is left to wish for. */
async function shop({ url }: Florin, payers: (id: string, act: string) => unknown, n: number) {
  const order = { order_id: `order ${n}`, amount: '150.00', provider: 'acquirer' };
  const capture = n % 3 === 0 ? 'manual' : 'automatic';
  const create = { ...order, capture, idempotency_key: `create ${n}` };
  let [, payment] = await call(url, '', create);
  const ask = (what: string, body: object) => call(url, `${payment.id}/${what}/`, body);
  const now = async () => (await call(url, `${payment.id}/`))[1];
  const settled = async (): Promise<WirePayment> => {
    payment = await now();
    // While an outcome is not known nothing is allowed.
    const isOpen = payment.status === 'PENDING' || payment.allowed_actions.length === 0;
    if (!isOpen || ['FAILED', 'CANCELLED', 'REFUNDED'].includes(payment.status)) return payment;
    await new Promise((resolve) => setTimeout(resolve, 200));
    return settled();
  };

  for (let step = 0; step < 12; step += 1) {
    const { status } = await settled();
    const idempotency_key = `step ${n} ${step}`;
    if (status === 'REQUIRES_ACTION') {
      if (n % 5 === 0) await ask('cancel', { idempotency_key });
      // It may be settled in the meantime, or its void declined: either way the payer decides.
      else await payers(payment.id, n % 7 === 0 ? 'declined' : 'approved');
    } else if (status === 'AUTHORIZED') {
      if (n % 2 === 0) await ask('capture', { amount: '100.00', idempotency_key });
      else await ask('cancel', { idempotency_key });
    } else if (status === 'SUCCESS') {
      const parts = ['30.00', '40.00', '50.00'].map((amount, part) =>
        ask('refund', { amount, idempotency_key: `${idempotency_key} ${part}` }),
      );
      await Promise.all(parts);
      return;
    } else return;
  }
}

it('under all faults, until all is settled: one operation there, one movement here', async () => {
  await using acquirer = await startAcquirer({
    // With it each fault strikes some of the first askings already.
    seed: '93',
    faults: { all: 0.12, down: 0.03, slow_ms: 30, late_ms: 150, down_ms: 60 },
  });
  await using florin = await startFlorin(acquirer.url);
  await acquirer.reports([florin.url]);
  let isOver = false;
  const time = (async () => {
    while (!isOver) {
      await passTime(florin.db);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  })();
  const orders = Array.from({ length: 28 }, (_, n) => shop(florin, acquirer.act, n));
  await Promise.all(orders);
  const open = async () => (await operationsOf(florin.db)).filter((it) => it.outcome === 'open');
  await expect.poll(open, { timeout: 60_000 }).toEqual([]);
  await expect.poll(() => acquirer.reports()).toMatchObject([200, { waiting: 0, dead: 0 }]);
  isOver = true;
  await time;

  const lines = await acquirer.record();
  expect(lines.filter(({ type }) => type !== 'movement')).toEqual([]);
  const movements = await acquirer.movements();
  const operations = await operationsOf(florin.db);
  expect(operations.length).toBeGreaterThan(60);
  expect([...operations].sort(byId)).toEqual(movements.map(toldBy).sort(byId));
  const collected = movements.filter(
    (it) => it.outcome === 'succeeded' && (it.kind === 'charge' || it.kind === 'authorize'),
  );
  expect(new Set(collected.map((it) => it.order_id)).size).toBe(collected.length);
  const flagged = await florin.db.owner.sql`select id from payments where discrepancy`;
  expect([...flagged]).toEqual([]);
  const struck = await acquirer.struck();
  const idle = Object.keys(struck).filter((name) => struck[name as FaultName] === 0);
  expect(idle, 'faults that never struck').toEqual([]);
  expect(acquirer.warned).toEqual([]);
});

it('as two processes, the acquirer’s killed in between: its record has what Florin has', async () => {
  await using db = await testDatabase();
  const record = freshFile();
  const args = ['--record', record, '--secret', testSecret];
  const first = await spawned('main.ts', [...args, '--faults', 'reported_late=1,late_ms=60000']);
  const { port } = new URL(first.url);
  await using florin = await spawned('florin.ts', [], {
    ...settingsOn(db.url),
    FLORIN_ACQUIRER_URL: first.url,
    FLORIN_ACQUIRER_SECRET: testSecret,
  });
  const order = { order_id: 'order 1', amount: '150.00', provider: 'acquirer' };
  const [status, payment] = await call(florin.url, '', { ...order, idempotency_key: 'one' });
  expect([status, payment.status]).toEqual([201, 'SUCCESS']);
  await first.kill('SIGKILL');
  const refund = { amount: '50.00', idempotency_key: 'two' };
  expect((await call(florin.url, `${payment.id}/refund/`, refund))[0]).toBe(202);

  const more = ['--port', port, '--report-to', florin.url];
  await using second = await spawned('main.ts', [...args, ...more]);
  await passTime(db);
  const now = async () => (await call(florin.url, `${payment.id}/`))[1];
  await expect.poll(now).toMatchObject({ status: 'SUCCESS', refunded_amount: '50.00' });
  const acquirer = client(second.url);
  const movements = await acquirer.movements();
  expect(movements.map(({ kind }) => kind)).toEqual(['charge', 'refund']);
  expect([...(await operationsOf(db))].sort(byId)).toEqual(movements.map(toldBy).sort(byId));
  // The charge's, which was not due when its acquirer was killed.
  await expect.poll(() => acquirer.reports()).toMatchObject([200, { waiting: 0, applied: 1 }]);
  expect(await second.kill('SIGTERM')).toBe(0);
  expect(await florin.kill('SIGTERM')).toBe(0);
});
