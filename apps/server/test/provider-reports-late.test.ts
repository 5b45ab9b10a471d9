/** Reports that come before their operation is there, that are tried again, and crashes in between. */
import { PassThrough } from 'node:stream';
import { limits, type MerchantId, type OperationId } from '@florin/core';
import { findReport, type ProviderReport, storeReport } from '@florin/db';
import type { TestDatabase } from '@florin/db/testing';
import { pino } from 'pino';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { createReports } from '../src/engine/apply-report.ts';
import type { Engine } from '../src/engine/execute.ts';
import { createLog } from '../src/log.ts';
import { applyDueReports } from '../src/workers/apply-reports.ts';
import { expectSoundBooks } from './books.ts';
import { createOf, databaseWithMerchant, engineOn } from './given.ts';
import { create, fresh } from './http.ts';
import { type About, aboutOf, makeDue, send, succeeded } from './reports.ts';
import { deadlines, startFlorin } from './server.ts';

const newOperation = (): OperationId => `op_${crypto.randomUUID().replaceAll('-', '')}`;

/** As if the operation had been recorded only now: until then it had another id. */
async function record({ owner }: TestDatabase, about: About, id: OperationId): Promise<void> {
  await owner.sql`update operations set id = ${id.slice(3)} where id = ${about.operation_id.slice(3)}`;
}

it('before the operation is recorded: it waits, and a worker applies it once it is there', async () => {
  await using florin = await startFlorin();
  const { db, http } = florin;
  const { id } = await create(http, { payment_method: 'pm_unknown' });
  const about = await aboutOf(db, id, 'charge');
  const operation_id = newOperation();
  const report = succeeded({ ...about, operation_id });
  const sending = { id: fresh('msg') };
  expect((await send(http, report, sending)).standing).toEqual({
    status: 'waiting',
    duplicate: false,
  });
  expect((await send(http, report, sending)).standing).toEqual({
    status: 'waiting',
    duplicate: true,
  });

  await record(db, about, operation_id);
  await makeDue(db);
  const payment = async () => (await http.get(`/payments/${id}/`)).payment;
  await expect.poll(async () => (await payment()).status).toBe('SUCCESS');
  const { standing } = await send(http, report, sending);
  expect(standing).toEqual({ status: 'applied', duplicate: true });
  expect((await payment()).version).toBe(2);
});

it('one that waits is applied at once where it is sent again after the operation is there', async () => {
  await using florin = await startFlorin();
  const { db, http } = florin;
  const { id } = await create(http, { payment_method: 'pm_unknown' });
  const about = await aboutOf(db, id, 'charge');
  const operation_id = newOperation();
  const sending = { id: fresh('msg') };
  const report = succeeded({ ...about, operation_id });
  await send(http, report, sending);
  await record(db, about, operation_id);
  const { standing } = await send(http, report, sending);
  expect(standing).toEqual({ status: 'applied', duplicate: true });
});

const silent = pino({ level: 'silent' });

/** No server: nothing happens here but what a test makes happen. */
async function quietWorld(log = silent, engineOf = (engine: Engine) => engine) {
  const { db, merchantId } = await databaseWithMerchant();
  const { engine } = engineOn(db.app, {});
  const reports = createReports({ database: db.app, engine: engineOf(engine), deadlines, log });
  return {
    db,
    merchantId,
    engine,
    reports,
    [Symbol.asyncDispose]: () => db[Symbol.asyncDispose](),
  };
}
type Quiet = Awaited<ReturnType<typeof quietWorld>>;

const failing = (engine: Engine): Engine => ({
  ...engine,
  record: () => Promise.reject(new Error('No.')),
});

const reportOf = (merchantId: MerchantId, operationId: OperationId): ProviderReport => ({
  id: fresh('msg'),
  merchantId,
  operationId,
  outcome: { outcome: 'succeeded', reference: 'a private reference' },
  amount: 15_000n,
  currency: 'USD',
  occurredAt: Date.now(),
  body: '{"a private body": 1}',
});

/** What reports of a charge that is open that it succeeded. */
async function reportOfCharge({ engine, merchantId }: Quiet): Promise<ProviderReport> {
  const command = createOf(merchantId, { paymentMethod: 'pm_unknown' });
  const { operationId } = await engine.execute(command);
  return reportOf(merchantId, operationId as OperationId);
}

const statusOf = async ({ app }: TestDatabase, { merchantId, id }: ProviderReport) => {
  const { status, reason } = (await findReport(app, merchantId, 'sandbox', id)) ?? {};
  return { status, reason };
};

const versionOf = async ({ owner }: TestDatabase) =>
  (await owner.sql`select status, version from payments`)[0];

describe('one whose operation never comes', () => {
  const second = 1_000;
  const minute = 60 * second;
  const hour = 60 * minute;
  let world: Quiet;
  beforeAll(async () => {
    world = await quietWorld();
    return () => world[Symbol.asyncDispose]();
  });

  /** Tries it for the nth time, when it is so old (ms); what it then waits for, in ms from now. */
  async function tried(attempts: number, age: number) {
    const { db, merchantId, reports } = world;
    const report = reportOf(merchantId, newOperation());
    const receivedAt = Date.now() - age;
    await storeReport(db.app, 'sandbox', report, receivedAt, Date.now());
    await db.owner.sql`
      update provider_reports set attempts = ${attempts - 1} where id = ${report.id}`;
    const from = Date.now();
    expect(await applyDueReports(db.app, reports)).toBe(1);
    const after = await findReport(db.app, merchantId, 'sandbox', report.id);
    const wait = after?.dueAt == null ? null : after.dueAt - from;
    return { after, wait, operationId: report.operationId };
  }

  it.each([
    [1, 5 * second],
    [2, 30 * second],
    [3, 5 * minute],
    [4, hour],
    [5, 6 * hour],
  ])('after try %i it is tried again in %i ms, or up to a fifth more', async (attempts, delay) => {
    const { after, wait } = await tried(attempts, 0);
    expect(after).toMatchObject({ status: 'waiting', attempts });
    expect(wait).toBeGreaterThanOrEqual(delay);
    expect(wait).toBeLessThan(delay * 1.2 + 20 * second);
  });

  it('the last try comes when it is a day old, however long the pauses have become', async () => {
    const { wait } = await tried(6, limits.reportPatienceMs - minute);
    expect(wait).toBeGreaterThan(minute - 20 * second);
    expect(wait).toBeLessThanOrEqual(minute);
  });

  it('a day old it is dead, and says what is not there', async () => {
    const { after, operationId } = await tried(7, limits.reportPatienceMs);
    const { merchantId } = world;
    expect(after).toMatchObject({
      status: 'dead',
      reason: `There is no operation ${operationId} of merchant ${merchantId}, a day after this was reported.`,
    });
  });
});

describe('a crash', () => {
  it('between the storing and the applying: a worker applies it once the lease has run out', async () => {
    await using world = await quietWorld();
    const { db, reports } = world;
    const report = await reportOfCharge(world);
    const before = Date.now();
    const { stored } = await reports.store('sandbox', report);
    expect(stored.dueAt).toBeGreaterThanOrEqual(before + limits.leaseMs);
    expect(await applyDueReports(db.app, reports)).toBe(0);
    await makeDue(db);
    expect(await applyDueReports(db.app, reports)).toBe(1);
    expect(await statusOf(db, report)).toEqual({ status: 'applied', reason: null });
    expect(await versionOf(db)).toEqual({ status: 'SUCCESS', version: 2 });
    await expectSoundBooks(db.owner.sql);
  });

  it('between the recording and the marking: it is applied again, and nothing happens', async () => {
    await using world = await quietWorld();
    const { db, reports } = world;
    const report = await reportOfCharge(world);
    const { stored } = await reports.store('sandbox', report);
    expect(await reports.apply(stored)).toEqual({ status: 'applied' });
    await db.owner.sql`
      update provider_reports set status = 'waiting', settled_at = null, due_at = received_at`;
    expect(await applyDueReports(db.app, reports)).toBe(1);
    expect(await statusOf(db, report)).toEqual({ status: 'applied', reason: null });
    expect(await versionOf(db)).toEqual({ status: 'SUCCESS', version: 2 });
    await expectSoundBooks(db.owner.sql);
  });
});

describe('what is wrong on our side', () => {
  it('is no fault of the provider’s: 200, it waits, and is applied when all is well', async () => {
    await using florin = await startFlorin();
    const { db, http } = florin;
    const { id } = await create(http, { payment_method: 'pm_unknown' });
    const report = succeeded(await aboutOf(db, id, 'charge'));
    await db.owner.sql`alter table operations rename to hidden`;
    const { status, standing } = await send(http, report);
    expect([status, standing]).toEqual([200, { status: 'waiting', duplicate: false }]);
    await db.owner.sql`alter table hidden rename to operations`;
    await makeDue(db);
    await expect
      .poll(async () => (await http.get(`/payments/${id}/`)).payment.status)
      .toBe('SUCCESS');
  });

  it('for a day: it is dead', async () => {
    await using world = await quietWorld(silent, failing);
    const { db, reports } = world;
    const report = await reportOfCharge(world);
    await storeReport(db.app, 'sandbox', report, Date.now() - limits.reportPatienceMs, Date.now());
    expect(await applyDueReports(db.app, reports)).toBe(1);
    expect(await statusOf(db, report)).toEqual({
      status: 'dead',
      reason: 'It could not be applied, see the log, a day after this was reported.',
    });
    expect(await versionOf(db)).toEqual({ status: 'PENDING', version: 1 });
  });

  it('without a database: it waits, and nothing is thrown', async () => {
    await using world = await quietWorld();
    const report = await reportOfCharge(world);
    const { stored } = await world.reports.store('sandbox', report);
    const gone = { ...world.db.app, query: undefined, sql: undefined } as unknown;
    const { db, engine } = world;
    const cut = createReports({
      database: gone as typeof db.app,
      engine,
      deadlines,
      log: silent,
    });
    expect(await cut.apply(stored)).toEqual({ status: 'waiting' });
  });
});

it('a hundred that are due are applied by a few processes, each once', async () => {
  await using world = await quietWorld();
  const { db, reports } = world;
  const all = await Promise.all(Array.from({ length: 100 }, () => reportOfCharge(world)));
  await Promise.all(all.map((report) => reports.store('sandbox', report)));
  await makeDue(db);
  const record = vi.spyOn(world.engine, 'record');
  const counts = await Promise.all([1, 2, 3, 4].map(() => applyDueReports(db.app, reports)));
  counts.push(await applyDueReports(db.app, reports), await applyDueReports(db.app, reports));
  expect(counts.reduce((sum, count) => sum + count)).toBe(100);
  expect(record.mock.calls.length).toBe(100);
  const [done] = await db.owner.sql`
    select (select count(*)::int from payments where status = 'SUCCESS' and version = 2) as paid,
           (select count(*)::int from provider_reports where status = 'applied') as applied`;
  expect(done).toEqual({ paid: 100, applied: 100 });
  await expectSoundBooks(db.owner.sql);
});

it('the log names reports, and says nothing of what is in them', async () => {
  const lines: string[] = [];
  const stream = new PassThrough().on('data', (line) => lines.push(String(line)));
  await using world = await quietWorld(createLog('trace', stream), failing);
  const { reports, merchantId } = world;
  const report = await reportOfCharge(world);
  const dead = { ...report, id: fresh('msg'), amount: 14_999n };
  for (const one of [report, dead]) {
    await reports.apply((await reports.store('sandbox', one)).stored);
  }
  const text = lines.join('');
  for (const name of [report.id, dead.id, merchantId, report.operationId]) {
    expect(text).toContain(name);
  }
  expect(text).not.toMatch(/private|149\.99|14999/);
});
