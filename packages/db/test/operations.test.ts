/** Claims of open operations whose lease has run out: each by one process at a time. */
import { limits } from '@florin/core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { commit } from '../src/commit.ts';
import { connect } from '../src/connect.ts';
import { claimDueOperations } from '../src/operations.ts';
import { findPayment } from '../src/payments.ts';
import { testDatabase } from '../src/testing.ts';
import { applied, apply, newMerchant, paid, requiresAction, rowsOf, said, told } from './given.ts';
import { hold, waiting } from './held.ts';

const start = Date.UTC(2026, 6, 1, 12);
const due = start + limits.leaseMs;
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: start }));
afterEach(() => void vi.useRealTimers());

const idsOf = (claimed: Awaited<ReturnType<typeof claimDueOperations>>) =>
  claimed.map(({ operation }) => operation.id);

it('claims what is open and due, renews its lease, and counts the attempt', async () => {
  await using db = await testDatabase();
  const merchant = newMerchant();
  await paid(db.app.sql, merchant);
  await apply(db.app.sql, told(await apply(db.app.sql, merchant.create()), requiresAction));
  await apply(db.app.sql, merchant.create({ provider: 'manual' }));
  const { operation, payment } = await apply(db.app.sql, merchant.create());

  expect(await claimDueOperations(db.app, due - 1, due + 500, 10)).toEqual([]);
  expect(await claimDueOperations(db.app, due, due + 500, 10)).toEqual([
    { operation: { ...operation, attempts: 2, leaseUntil: due + 500 }, payment },
  ]);
  expect(await claimDueOperations(db.app, due + 499, due + 900, 10)).toEqual([]);
  expect(await claimDueOperations(db.app, due + 500, due + 900, 10)).toEqual([
    { operation: { ...operation, attempts: 3, leaseUntil: due + 900 }, payment },
  ]);
});

it('claims at most the limit, longest due first, whosever they are', async () => {
  await using db = await testDatabase();
  const made = [];
  for (let index = 0; index < 5; index++) {
    vi.setSystemTime(start - index * 1_000);
    made.unshift((await apply(db.app.sql, newMerchant().create())).operation?.id);
  }
  const claim = () => claimDueOperations(db.app, due, due + limits.leaseMs, 2);
  expect(new Set(idsOf(await claim()))).toEqual(new Set(made.slice(0, 2)));
  const claimed = await claim();
  expect(new Set(idsOf(claimed))).toEqual(new Set(made.slice(2, 4)));
  for (const { operation, payment } of claimed) {
    expect(payment).toMatchObject({ merchantId: operation.merchantId, id: operation.paymentId });
  }
  expect(idsOf(await claim())).toEqual(made.slice(4));
  expect(await claim()).toEqual([]);
});

it('claims several open refunds of one payment, each with the payment', async () => {
  await using db = await testDatabase();
  const merchant = newMerchant();
  const { id } = await paid(db.app.sql, merchant);
  const opened = await commit(
    db.app.sql,
    [1n, 2n, 3n].map((amount) => merchant.refund(id, { amount })),
  );
  const claimed = await claimDueOperations(db.app, due, due + 500, 10);
  expect(new Set(idsOf(claimed))).toEqual(new Set(opened.map((one) => applied(one).operation?.id)));
  const payment = await findPayment(db.app, merchant.merchantId, id);
  expect(claimed.map((one) => one.payment)).toEqual([payment, payment, payment]);
});

it('never gives an operation to two processes, and gives each to one', async () => {
  await using db = await testDatabase();
  const pools = Array.from({ length: 4 }, () => connect(db.url, 2));
  const merchants = [newMerchant(), newMerchant(), newMerchant()];
  for (let round = 0; round < 10; round++) {
    // One batch: all leases run out in the same millisecond.
    const opened = await commit(
      db.app.sql,
      Array.from({ length: 60 }, (_, index) => merchants[index % 3]?.create()).filter(
        (one) => one !== undefined,
      ),
    );
    const claimed: string[] = [];
    while (claimed.length < opened.length) {
      const claims = await Promise.all(
        [...pools, ...pools].map((pool, index) =>
          claimDueOperations(pool, due, due + limits.leaseMs, 5 + index),
        ),
      );
      claimed.push(...claims.flatMap(idsOf));
    }
    expect(claimed.toSorted()).toEqual(opened.map((one) => applied(one).operation?.id).sort());
    await commit(
      db.app.sql,
      opened.map((one) => told(applied(one))),
    );
  }
  await Promise.all(pools.map((pool) => pool.close()));
});

it('leaves alone what is settled while it waits', async () => {
  await using db = await testDatabase();
  const merchant = newMerchant();
  const created = await apply(db.app.sql, merchant.create());
  const other = await apply(db.app.sql, merchant.create());
  await using settling = await hold(
    db,
    (sql) => sql`
      update operations set status = 'succeeded', lease_until = null, closed_at = created_at
      where id = ${created.operation?.id.slice(3) ?? ''}`,
  );
  const claiming = claimDueOperations(db.app, due, due + 500, 10);
  await waiting(db);
  await settling.commit();
  expect(idsOf(await claiming)).toEqual([other.operation?.id]);
});

it('is settled by an outcome, which keeps the count of attempts and ends the lease', async () => {
  await using db = await testDatabase();
  const merchant = newMerchant();
  const created = await apply(db.app.sql, merchant.create());
  await claimDueOperations(db.app, due, due + 500, 10);
  expect((await commit(db.app.sql, [told(created)])).map(said)).toEqual(['applied SUCCESS']);
  expect(await rowsOf(db.owner.sql, 'operations', merchant.merchantId)).toMatchObject([
    { status: 'succeeded', attempts: 2, lease_until: null },
  ]);
  expect(await claimDueOperations(db.app, due + 9_999, due + 19_999, 10)).toEqual([]);
});

it('has nothing to claim in an empty database', async () => {
  await using db = await testDatabase();
  expect(await claimDueOperations(db.app, due, due + 500, 10)).toEqual([]);
});
