/** Old ids are written in the commit of their payments: all of an import, or none of it. */
import type { Import } from '@florin/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commit } from '../src/commit.ts';
import { createCommitter } from '../src/committer.ts';
import { freshId } from '../src/fresh-ids.ts';
import { findLegacyPayments, LegacyIdTaken } from '../src/legacy.ts';
import { type TestDatabase, testDatabase } from '../src/testing.ts';
import {
  applied,
  apply,
  commitOne,
  fresh,
  keysOf,
  type Merchant,
  newMerchant,
  said,
} from './given.ts';
import { hold, waiting } from './held.ts';
import { keyUse, payment } from './raw.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());

const imported = ({ merchantId }: Merchant, legacyId: number, changes: Partial<Import> = {}) => ({
  type: 'import' as const,
  merchantId,
  actor: 'import:django',
  source: 'django' as const,
  legacyId,
  orderId: fresh('order'),
  amount: 15_000n,
  currency: 'USD' as const,
  status: 'SUCCESS' as const,
  transactionId: 'txn_17',
  metadata: {},
  idempotencyKey: fresh('key'),
  createdAt: 1_600_000_000_000,
  updatedAt: 1_600_000_100_000,
  refundId: freshId('operation'),
  ...changes,
});

/** The payment that has the merchant's old id; null if none has. */
const underId = async ({ merchantId }: Merchant, legacyId: number) => {
  const [found] = await findLegacyPayments(db.app, [{ merchantId, legacyId }]);
  return found?.paymentId ?? null;
};

const raw = ({ merchantId }: Merchant) => ({ merchant_id: merchantId.slice(4) });

it('an old id that another payment has: that import fails alone, and leaves nothing', async () => {
  const merchant = newMerchant();
  const first = await apply(db.app.sql, imported(merchant, 1));
  const before = await keysOf(db.owner.sql, merchant);
  const [two, taken, create] = [imported(merchant, 2), imported(merchant, 1), merchant.create()];
  const results = await commit(db.app.sql, [two, taken, create]);
  expect(results.map(({ kind }) => kind)).toEqual(['applied', 'failed', 'applied']);
  expect(results[1]).toHaveProperty('error', expect.any(LegacyIdTaken));
  const written = (await keysOf(db.owner.sql, merchant)).filter((key) => !before.includes(key));
  expect(new Set(written)).toEqual(new Set([two.idempotencyKey, create.idempotencyKey]));
  const found = [1, 2].map((id) => underId(merchant, id));
  expect(await Promise.all(found)).toEqual([first.payment.id, applied(results[0]).payment.id]);
});

it('a key that another process is taking: decided again, beside an old id that is taken', async () => {
  const merchant = newMerchant();
  await apply(db.app.sql, imported(merchant, 1));
  const [lost, taken, other] = [2, 1, 3].map((id) => imported(merchant, id)) as [
    Import,
    Import,
    Import,
  ];
  const key = keyUse({ ...raw(merchant), key: lost.idempotencyKey });
  await using held = await hold(db, key);
  const committing = commit(db.app.sql, [lost, taken, other]);
  expect(await waiting(db)).toHaveLength(1);
  await held.commit();
  const results = await committing;
  expect(results.map(({ kind }) => kind)).toEqual(['again', 'failed', 'applied']);
  expect(await underId(merchant, 2)).toBeNull();
});

it('an order that another process is taking: decided again, it has paid it too', async () => {
  const merchant = newMerchant();
  const command = imported(merchant, 1);
  const holder = payment({ ...raw(merchant), order_id: command.orderId, holds_order: true });
  await using held = await hold(db, holder);
  const committing = commit(db.app.sql, [command]);
  expect(await waiting(db)).toHaveLength(1);
  await held.commit();
  expect((await committing).map(said)).toEqual(['again']);
  expect(await underId(merchant, 1)).toBeNull();
  const { payment: paid } = await apply(db.app.sql, command);
  expect([paid.discrepancy, paid.holdsOrder]).toEqual([true, false]);
  const next = await commit(db.app.sql, [merchant.create({ orderId: command.orderId })]);
  expect(next.map(said)).toEqual(['refused order_already_paid']);
});

it('an order that was paid twice there is paid, also once its holder is refunded', async () => {
  const merchant = newMerchant();
  const command = merchant.create();
  const { orderId } = command;
  const holder = await apply(db.app.sql, imported(merchant, 1, { orderId }));
  await apply(db.app.sql, imported(merchant, 2, { orderId }));
  const refunded = await apply(db.app.sql, merchant.refund(holder.payment.id));
  expect(refunded.payment.status).toBe('REFUNDED');
  const unread = await createCommitter(db.app.sql)([command, merchant.create()]);
  expect(unread.map(said)).toEqual(['refused order_already_paid', 'applied PENDING']);
  expect(said(await commitOne(db.app.sql, command))).toBe('refused order_already_paid');
});
