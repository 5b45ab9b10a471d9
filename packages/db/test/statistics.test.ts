/** What the planner knows of the tables: brought up to date as they double, by the server's role. */
import { expect, it } from 'vitest';
import { commit } from '../src/commit.ts';
import { analyzeGrown } from '../src/statistics.ts';
import { type TestDatabase, testDatabase } from '../src/testing.ts';
import { newMerchant } from './given.ts';
import { hold } from './held.ts';

const { create } = newMerchant();

/** A database that PostgreSQL does not look at by itself, as it otherwise may at any moment. */
async function unattended(): Promise<TestDatabase> {
  const db = await testDatabase();
  for (const table of ['events', 'idempotency_keys', 'payments']) {
    await db.owner.sql.unsafe(`alter table ${table} set (autovacuum_enabled = off)`);
  }
  return db;
}

/** Payments with all of their rows, half a kB and more each. */
async function pay({ app }: TestDatabase, count: number): Promise<void> {
  const creates = Array.from({ length: count }, () => create({ provider: 'manual' }));
  const results = await commit(app.sql, creates);
  expect(new Set(results.map(({ kind }) => kind))).toEqual(new Set(['applied']));
}

/** How many rows the planner takes a table for; -1: nobody has looked. */
async function believed({ owner }: TestDatabase, table: string): Promise<number> {
  const [row] = await owner.sql<{ rows: number }[]>`
    select reltuples::int as rows from pg_class where oid = ${table}::regclass`;
  return row?.rows ?? Number.NaN;
}

it('empty tables are left alone, then each time that they have doubled', async () => {
  await using db = await unattended();
  expect(await analyzeGrown(db.app)).toEqual([]);
  expect(await believed(db, 'payments')).toBe(-1);

  await pay(db, 400);
  expect(await analyzeGrown(db.app)).toEqual(
    expect.arrayContaining(['public.events', 'public.idempotency_keys', 'public.payments']),
  );
  for (const table of ['events', 'idempotency_keys', 'payments']) {
    expect(await believed(db, table)).toBe(400);
  }
  expect(await analyzeGrown(db.app)).toEqual([]);

  await pay(db, 100);
  expect(await analyzeGrown(db.app)).toEqual([]);
  expect(await believed(db, 'payments')).toBe(400);
  await pay(db, 800);
  expect(await analyzeGrown(db.app)).toContain('public.payments');
  expect(await believed(db, 'payments')).toBe(1_300);
});

it('nobody is waited for: what is locked comes the next time', async () => {
  await using db = await unattended();
  await pay(db, 400);
  // As a vacuum of it does.
  await using held = await hold(
    db,
    (sql) => sql`lock table payments in share update exclusive mode`,
  );
  await analyzeGrown(db.app);
  expect(await believed(db, 'events')).toBe(400);
  await held.commit();
  expect(await believed(db, 'payments')).toBe(-1);
  expect(await analyzeGrown(db.app)).toEqual(['public.payments']);
  expect(await believed(db, 'payments')).toBe(400);
});

it('several processes at once do no harm', async () => {
  await using db = await unattended();
  await pay(db, 400);
  await Promise.all(Array.from({ length: 8 }, () => analyzeGrown(db.app)));
  expect(await believed(db, 'payments')).toBe(400);
});
