/** `verify` finds discrepancies, dead reports, and every kind of broken row. */
import { uuidOf } from '@florin/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settleReport, storeReport } from '../src/reports.ts';
import { type TestDatabase, testDatabase } from '../src/testing.ts';
import { apply, type Merchant } from './given.ts';
import { breaks } from './verify-breaks.ts';
import { doubt, pay, run, shop } from './verifying.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());

it('a discrepancy is found as long as it is not resolved, with what is in suspense', async () => {
  const merchant = await shop(db);
  const paymentId = await doubt(merchant, db);
  const [charge] = await db.owner.sql<{ id: string; since: string }[]>`
    select 'op_' || replace(operation_id::text, '-', '') as id, created_at as since from events
    where payment_id = ${uuidOf(paymentId)} and type = 'charge.discrepancy'`;
  const { merchantId } = merchant;
  const { findings, merchants } = await run(db, merchantId);
  expect(findings).toEqual([
    {
      kind: 'discrepancy',
      merchantId,
      paymentId,
      since: Date.parse(charge?.since ?? ''),
      inSuspense: [charge?.id],
    },
  ]);
  expect(merchants[0]?.balances[2]).toEqual({
    currency: 'USD',
    account: 'suspense',
    debits: 0n,
    credits: 15_000n,
  });
  const about = { merchantId, actor: 'key_1', paymentId, idempotencyKey: 'settled' };
  const wish = { reason: 'Seen on the statement', suspenseTo: 'merchant_payable' } as const;
  await apply(db.app.sql, { type: 'resolve', ...about, ...wish });
  expect((await run(db, merchantId)).findings).toEqual([]);
});

it('a dead report is listed as such', async () => {
  const { merchantId } = await shop(db);
  const operationId = `op_${'7'.repeat(32)}` as const;
  const report = {
    id: 'evt_of_provider',
    merchantId,
    operationId,
    outcome: { outcome: 'succeeded', reference: null },
    amount: 1n,
    currency: 'USD',
    occurredAt: 0,
    body: '{}',
  } as const;
  const { stored } = await storeReport(db.app, 'sandbox', report, 1_000, 2_000);
  expect((await run(db, merchantId)).findings).toEqual([]);
  await settleReport(db.app, stored, 'no such operation', 3_000);
  expect((await run(db, merchantId)).findings).toEqual([
    {
      kind: 'dead_report',
      merchantId,
      provider: 'sandbox',
      reportId: 'evt_of_provider',
      operationId,
      reason: 'no such operation',
      receivedAt: 1_000,
    },
  ]);
});

it('what the version of Florin before wrote of a contradiction is no difference', async () => {
  const merchant = await shop(db);
  const paymentId = uuidOf(await doubt(merchant, db));
  await db.owner.sql`
    update events set payment = (payment::jsonb - 'open_operation' - 'expires_at')::json
    where payment_id = ${paymentId}`;
  await db.owner.sql`delete from postings where payment_id = ${paymentId} and line = 2`;
  await db.owner.sql`update operations set suspense = null where payment_id = ${paymentId}`;
  const { findings } = await run(db, merchant.merchantId);
  expect(findings).toMatchObject([{ kind: 'discrepancy', inSuspense: [] }]);
});

describe('a row that is broken is found', () => {
  it.each(breaks)('%s', async (_, what, damage) => {
    const merchant = await shop(db);
    const id = await pay(merchant, db);
    await damage(db.owner.sql, uuidOf(id), uuidOf(merchant.merchantId));
    const { findings } = await run(db, merchant.merchantId);
    expect(findings.map((one) => (one.kind === 'difference' ? one.what : one.kind))).toContainEqual(
      expect.stringMatching(what),
    );
    for (const one of findings) expect(one).toMatchObject({ merchantId: merchant.merchantId });
  });

  it('an order that is held twice, once its unique index is gone', async () => {
    await using other = await testDatabase();
    await other.owner.sql`drop index payments_order_holder`;
    const merchant = await shop(other);
    const ids = [await pay(merchant, other), await pay(merchant, other)];
    await other.owner.sql`
      update payments set order_id = 'twice' where id in ${other.owner.sql(ids.map(uuidOf))}`;
    const { findings } = await run(other, undefined, 500);
    expect(findings).toContainEqual({
      kind: 'difference',
      merchantId: merchant.merchantId,
      paymentId: ids[0],
      what: 'payments that hold order "twice"',
      expected: '1',
      found: '2',
    });
  });
});

it('every gap in the feed is told, and every merchant is looked at', async () => {
  await using other = await testDatabase();
  const merchants = [await shop(other), await shop(other), await shop(other)];
  const [first] = merchants;
  for (const merchant of merchants) await pay(merchant, other);
  const { merchantId } = first as Merchant;
  await other.owner
    .sql`delete from feed where number in (1, 3, 4) and merchant_id = ${uuidOf(merchantId)}`;
  const { findings, merchants: done } = await run(other, undefined, 500);
  const gaps = findings.filter((one) => one.kind === 'difference' && one.what.startsWith('number'));
  expect(gaps).toMatchObject([
    { merchantId, paymentId: null, expected: '1', found: 'none' },
    { merchantId, paymentId: null, expected: '3 to 4', found: 'none' },
  ]);
  expect(findings).toHaveLength(5);
  expect(done.map((one) => one.merchantId)).toEqual(merchants.map((one) => one.merchantId));
});
