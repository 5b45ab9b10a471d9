/** Providers' reports in the database: each stored once, claimed by one process, settled for good. */
import { limits, type MerchantId } from '@florin/core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { connect } from '../src/connect.ts';
import { freshId } from '../src/fresh-ids.ts';
import {
  claimDueReports,
  countReports,
  findReport,
  listReportsOfOperations,
  type ProviderReport,
  postponeReport,
  type StoredReport,
  settleReport,
  storeReport,
} from '../src/reports.ts';
import { type TestDatabase, testDatabase } from '../src/testing.ts';
import { failure, fresh, nextAction } from './given.ts';
import { hold, waiting } from './held.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());
beforeEach(async () => void (await db.owner.sql`delete from provider_reports`));

const noon = Date.UTC(2026, 6, 1, 12, 0, 0, 7);
const due = noon + limits.leaseMs;

const reportOf = (changes: Partial<ProviderReport> = {}): ProviderReport => ({
  id: fresh('msg'),
  merchantId: freshId('merchant'),
  operationId: freshId('operation'),
  outcome: { outcome: 'succeeded', reference: 'ref_1' },
  amount: 15_000n,
  currency: 'USD',
  occurredAt: noon - 1_000,
  body: '{"amount": "150.00",\n "note": "\\u0000 ü"}',
  ...changes,
});

const store = (report: ProviderReport, on = db.app) =>
  storeReport(on, 'sandbox', report, noon, due);

/** A report that waits, stored at noon. */
const stored = async (changes: Partial<ProviderReport> = {}): Promise<StoredReport> =>
  (await store(reportOf(changes))).stored;

const found = ({ merchantId, provider, id }: StoredReport) =>
  findReport(db.app, merchantId, provider, id);

const idsOf = (reports: readonly StoredReport[]) => reports.map(({ id }) => id).sort();

it.each<[string, Partial<ProviderReport>]>([
  ['a success', { outcome: { outcome: 'succeeded', reference: null } }],
  ['a success that expires', { outcome: { outcome: 'succeeded', reference: 'r', expiresAt: due } }],
  ['a decline', { outcome: { outcome: 'declined', failure } }],
  ['a redirect', { outcome: { outcome: 'requires_action', nextAction, expiresAt: due } }],
  ['the largest amount', { amount: 2n ** 63n - 1n, currency: 'KWD' }],
  ['the longest id', { id: 'x'.repeat(255) }],
])('keeps %s as it came', async (_, changes) => {
  const report = reportOf(changes);
  const { stored, isNew } = await store(report);
  expect(isNew).toBe(true);
  expect(stored).toEqual({
    ...report,
    provider: 'sandbox',
    status: 'waiting',
    reason: null,
    attempts: 1,
    dueAt: due,
    receivedAt: noon,
    settledAt: null,
  });
  expect(await found(stored)).toEqual(stored);
});

it('the same id again is the same report, whatever it says now', async () => {
  const first = await stored();
  const again = reportOf({ id: first.id, merchantId: first.merchantId, body: '{}', amount: 1n });
  expect(await store(again)).toEqual({ stored: first, isNew: false });
  await settleReport(db.app, first, null, noon + 5);
  expect(await store(again)).toMatchObject({ stored: { status: 'applied' }, isNew: false });
  expect(await db.owner.sql`select from provider_reports`).toHaveLength(1);
});

it('an id is one provider’s and one merchant’s', async () => {
  const first = await stored();
  const { merchantId, id } = first;
  expect(await store(reportOf({ id }))).toMatchObject({ isNew: true });
  const other = await storeReport(db.app, 'other', reportOf({ id, merchantId }), noon, due);
  expect(other).toMatchObject({ isNew: true, stored: { provider: 'other' } });
  expect(await found(first)).toEqual(first);
});

it('of many that come at once one is new', async () => {
  const report = reportOf();
  const pool = connect(db.url, 8);
  const answers = await Promise.all(Array.from({ length: 16 }, () => store(report, pool)));
  expect(answers.filter(({ isNew }) => isNew)).toHaveLength(1);
  expect(new Set(answers.map(({ stored }) => stored.id))).toEqual(new Set([report.id]));
  await pool.close();
});

it('waits for one that is being stored, and stores where that comes to nothing', async () => {
  const report = reportOf();
  const copy = { ...report, id: fresh('msg') };
  await stored(copy);
  await using held = await hold(
    db,
    (sql) => sql`
    insert into provider_reports
    select merchant_id, provider, ${report.id}, operation_id, outcome, amount, currency, body, status,
      reason, attempts, due_at, occurred_at, received_at, settled_at
    from provider_reports where id = ${copy.id}`,
  );
  const storing = store(report);
  await waiting(db);
  await held.rollback();
  expect(await storing).toMatchObject({ isNew: true });
});

it('claims what waits and is due, for a while, and counts the attempt', async () => {
  const report = await stored();
  const applied = await stored();
  await settleReport(db.app, applied, null, noon);
  const dead = await stored();
  await settleReport(db.app, dead, 'Nobody knows.', noon);

  expect(await claimDueReports(db.app, due - 1, due + 500, 10)).toEqual([]);
  const claimed = { ...report, attempts: 2, dueAt: due + 500 };
  expect(await claimDueReports(db.app, due, due + 500, 10)).toEqual([claimed]);
  expect(await found(report)).toEqual(claimed);
  expect(await claimDueReports(db.app, due + 499, due + 900, 10)).toEqual([]);
  expect(await claimDueReports(db.app, due + 500, due + 900, 10)).toEqual([
    { ...report, attempts: 3, dueAt: due + 900 },
  ]);
});

it('claims at most the limit, longest due first, whosever they are', async () => {
  const ids: string[] = [];
  for (let index = 0; index < 5; index++) {
    const report = reportOf();
    await storeReport(db.app, 'sandbox', report, noon, due - index);
    ids.unshift(report.id);
  }
  const claim = async () => idsOf(await claimDueReports(db.app, due, due + 500, 2));
  expect(await claim()).toEqual(ids.slice(0, 2).sort());
  expect(await claim()).toEqual(ids.slice(2, 4).sort());
  expect(await claim()).toEqual(ids.slice(4));
  expect(await claim()).toEqual([]);
});

it('never gives a report to two processes, and gives each to one', async () => {
  const pools = Array.from({ length: 4 }, () => connect(db.url, 2));
  const merchants: readonly MerchantId[] = [freshId('merchant'), freshId('merchant')];
  const all = await Promise.all(
    Array.from({ length: 120 }, (_, n) => stored({ merchantId: merchants[n % 2] as MerchantId })),
  );
  const claimed: StoredReport[] = [];
  while (claimed.length < all.length) {
    const claims = await Promise.all(
      [...pools, ...pools].map((pool, n) => claimDueReports(pool, due, due + 500, 5 + n)),
    );
    claimed.push(...claims.flat());
  }
  expect(idsOf(claimed)).toEqual(idsOf(all));
  await Promise.all(pools.map((pool) => pool.close()));
});

it('leaves alone what is settled while it waits for it', async () => {
  const settling = await stored();
  const other = await stored();
  await using held = await hold(
    db,
    (sql) => sql`
    update provider_reports set status = 'applied', due_at = null, settled_at = received_at
    where id = ${settling.id}`,
  );
  const claiming = claimDueReports(db.app, due, due + 500, 10);
  await waiting(db);
  await held.commit();
  expect(idsOf(await claiming)).toEqual([other.id]);
});

it('postpones a report, unless somebody has tried it since', async () => {
  const report = await stored();
  await postponeReport(db.app, report, due + 5_000);
  expect(await found(report)).toEqual({ ...report, dueAt: due + 5_000 });
  const [claimed] = await claimDueReports(db.app, due + 5_000, due + 9_000, 10);
  await postponeReport(db.app, report, due + 6_000);
  expect(await found(report)).toEqual(claimed);
});

it.each([
  ['applied', null],
  ['dead', 'There is no such operation.'],
] as const)('%s is for good: not claimed, not postponed, not settled again', async (_, reason) => {
  const report = await stored();
  const bystander = await stored({ merchantId: report.merchantId });
  await settleReport(db.app, report, reason, noon + 70);
  const status = reason === null ? 'applied' : 'dead';
  const settled = { ...report, status, reason, dueAt: null, settledAt: noon + 70 };
  expect(await found(report)).toEqual(settled);
  await settleReport(db.app, report, reason === null ? 'No.' : null, noon + 80);
  await postponeReport(db.app, report, due + 1);
  expect(idsOf(await claimDueReports(db.app, due + 9_999, due + 10_000, 10))).toEqual([
    bystander.id,
  ]);
  expect(await found(report)).toEqual(settled);
});

it('lists what was reported of operations, in the order in which it came', async () => {
  const [merchantId, stranger] = [freshId('merchant'), freshId('merchant')];
  const [one, other] = [freshId('operation'), freshId('operation')];
  const told = async (operationId: typeof one, at: number, of = merchantId) => {
    const report = reportOf({ operationId, merchantId: of });
    return (await storeReport(db.app, 'sandbox', report, at, due)).stored;
  };
  const last = await told(one, noon + 2);
  const first = await told(one, noon);
  const second = await told(other, noon + 1);
  await told(freshId('operation'), noon);
  await told(one, noon, stranger);
  expect(await listReportsOfOperations(db.app, merchantId, [one, other])).toEqual([
    first,
    second,
    last,
  ]);
  expect(await listReportsOfOperations(db.app, merchantId, [])).toEqual([]);
});

it('counts what waits and what is dead', async () => {
  expect(await countReports(db.app)).toEqual({ waiting: 0, dead: 0 });
  const reports = await Promise.all(Array.from({ length: 6 }, () => stored()));
  const [applied, ...dead] = reports.slice(3);
  if (applied) await settleReport(db.app, applied, null, noon);
  for (const report of dead) await settleReport(db.app, report, 'No.', noon);
  expect(await countReports(db.app)).toEqual({ waiting: 3, dead: 2 });
});

it.each(['delete from provider_reports', 'truncate provider_reports'])(
  'the server may not: %s',
  async (statement) => {
    await expect(db.app.sql.unsafe(statement)).rejects.toMatchObject({ code: '42501' });
  },
);
