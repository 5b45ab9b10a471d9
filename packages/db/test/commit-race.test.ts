/** Several processes at once, each with its own pool: whoever is first, the rules hold. */
import type { Command, Decision } from '@florin/core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createCommitter } from '../src/committer.ts';
import { connect, type Database } from '../src/connect.ts';
import { type TestDatabase, testDatabase } from '../src/testing.ts';
import { commitAll, fresh, manual, newMerchant, paid, rowsOf, said } from './given.ts';
import { broken } from './invariants.ts';

let db: TestDatabase;
let pools: readonly Database[];
let committers: readonly ReturnType<typeof createCommitter>[];
beforeAll(async () => {
  db = await testDatabase();
  pools = Array.from({ length: 4 }, () => connect(db.url, 2));
  committers = pools.map(({ sql }) => createCommitter(sql));
});
afterEach(async () => {
  expect(await broken(db.owner.sql)).toEqual({});
});
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.close()));
  await db[Symbol.asyncDispose]();
});

/**
 * Commits them all at once: in batches of 1, 2, 3, … over the pools, in turn; every other pool reads
 * first, as the server's does only where it must.
 */
async function race(commands: readonly Command[]): Promise<readonly Decision[]> {
  const batches: (readonly Command[])[] = [];
  for (let at = 0, size = 1; at < commands.length; at += size++) {
    batches.push(commands.slice(at, at + size));
  }
  const decided = await Promise.all(
    batches.map((batch, index) => {
      const unread = index % 2 ? committers[index % 4] : undefined;
      return commitAll((pools[index % 4] ?? db.app).sql, batch, unread);
    }),
  );
  return decided.flat();
}

/** How often each answer was given. */
function counted(decisions: readonly Decision[]): Readonly<Record<string, number>> {
  const groups = Map.groupBy(decisions, said);
  return Object.fromEntries([...groups].map(([answer, { length }]) => [answer, length]));
}

const times = <T>(count: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, index) => make(index));

const rounds = times(8, (index) => index);

describe('one key, one effect', () => {
  it.each(rounds)('64 of one create: one payment, round %d', async () => {
    const merchant = newMerchant();
    const command = merchant.create();
    expect(counted(await race(times(64, () => command)))).toEqual({
      'applied PENDING': 1,
      'refused idempotency_key_in_flight': 63,
    });
    expect(await rowsOf(db.owner.sql, 'payments', merchant.merchantId)).toHaveLength(1);
  });

  it.each(rounds)('64 of one manual create: one payment, 63 replays, round %d', async () => {
    const merchant = newMerchant();
    const command = merchant.create({ provider: 'manual' });
    const decisions = await race(times(64, () => command));
    expect(counted(decisions)).toEqual({ 'applied PENDING': 1, 'replayed 1': 63 });
    const [payment, ...others] = await rowsOf(db.owner.sql, 'payments', merchant.merchantId);
    expect(others).toEqual([]);
    const named = decisions.map((one) =>
      one.kind === 'replayed' ? one.paymentId : one.kind === 'applied' ? one.payment.id : null,
    );
    expect(new Set(named)).toEqual(new Set([`pay_${String(payment?.['id']).replaceAll('-', '')}`]));
  });

  it('one key for 24 orders: one of them', async () => {
    const merchant = newMerchant();
    const idempotencyKey = fresh('key');
    expect(counted(await race(times(24, () => merchant.create({ idempotencyKey }))))).toEqual({
      'applied PENDING': 1,
      'refused idempotency_key_reused': 23,
    });
  });

  it('one key for refunds of 24 payments: one of them', async () => {
    const merchant = newMerchant();
    const idempotencyKey = fresh('key');
    const payments = await Promise.all(times(24, () => paid(db.app.sql, merchant)));
    const refunds = payments.map(({ id }) => merchant.refund(id, { idempotencyKey }));
    expect(counted(await race(refunds))).toEqual({
      'applied SUCCESS': 1,
      'refused idempotency_key_reused': 23,
    });
  });
});

describe('one successful payment per order', () => {
  it.each(rounds)('64 creates: one holds it, round %d', async () => {
    const merchant = newMerchant();
    const orderId = fresh('order');
    const decisions = await race(times(64, () => merchant.create({ orderId })));
    expect(counted(decisions)).toEqual({
      'applied PENDING': 1,
      'refused order_payment_in_progress': 63,
    });
    const [winner] = decisions.flatMap((one) => (one.kind === 'applied' ? [one.payment.id] : []));
    const named = decisions.flatMap((one) =>
      one.kind === 'refused' ? [(one.refusal.fields as { paymentId: string }).paymentId] : [],
    );
    expect(new Set(named)).toEqual(new Set([winner]));
    expect(await rowsOf(db.owner.sql, 'idempotency_keys', merchant.merchantId)).toHaveLength(1);
  });

  it.each(rounds)('24 manual payments reported SUCCESS: one is, round %d', async () => {
    const merchant = newMerchant();
    const orderId = fresh('order');
    const payments = await Promise.all(times(24, () => manual(db.app.sql, merchant, { orderId })));
    const reports = payments.map(({ id }) => merchant.report(id, 'SUCCESS'));
    expect(counted(await race(reports))).toEqual({
      'applied SUCCESS': 1,
      'refused order_already_paid': 23,
    });
  });

  it.each(rounds)('reports by hand against creates: one of either, round %d', async () => {
    const merchant = newMerchant();
    const orderId = fresh('order');
    const payments = await Promise.all(times(12, () => manual(db.app.sql, merchant, { orderId })));
    const commands = payments.flatMap(({ id }) => [
      merchant.report(id, 'SUCCESS'),
      merchant.create({ orderId }),
    ]);
    const decisions = await race(commands);
    expect(decisions.filter(({ kind }) => kind === 'applied')).toHaveLength(1);
    expect(decisions.filter(({ kind }) => kind === 'refused')).toHaveLength(23);
  });
});

describe('only what was captured can be refunded', () => {
  it.each(rounds)('24 refunds of a tenth: ten, round %d', async () => {
    const merchant = newMerchant();
    const { id } = await paid(db.app.sql, merchant);
    const refunds = times(24, () => merchant.refund(id, { amount: 1_500n }));
    expect(counted(await race(refunds))).toEqual({
      'applied SUCCESS': 10,
      'refused amount_exceeds_remaining': 14,
    });
  });

  it('24 refunds of a tenth by hand: ten, and the tenth makes it REFUNDED', async () => {
    const merchant = newMerchant();
    const { id } = await manual(db.app.sql, merchant);
    await commitAll(db.app.sql, [merchant.report(id, 'SUCCESS')]);
    const refunds = times(24, () => merchant.refund(id, { amount: 1_500n }));
    expect(counted(await race(refunds))).toEqual({
      'applied SUCCESS': 9,
      'applied REFUNDED': 1,
      'refused not_refundable': 14,
    });
  });

  it('captures and cancels of one authorization: one of them is open', async () => {
    const merchant = newMerchant();
    const { id } = await paid(db.app.sql, merchant, { capture: 'manual' });
    const decisions = await race(
      times(24, (index) => (index % 2 ? merchant.capture(id) : merchant.cancel(id))),
    );
    expect(counted(decisions)).toEqual({ 'applied AUTHORIZED': 1, 'refused outcome_unknown': 23 });
  });
});
