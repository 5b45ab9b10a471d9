/** lookups.ts: what is asked for at once is one statement, by new ids and by old ones; each finds its own. */
import { limits, type MerchantId } from '@florin/core';
import { type TestDatabase, testDatabase } from '@florin/db/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLookups } from '../src/lookups.ts';
import { florinHere } from './cli.ts';
import { newMerchant } from './keys.ts';
import { oldSystem, write } from './old-system.ts';
import { on } from './server.ts';

let db: TestDatabase;
let shop: MerchantId;
let other: MerchantId;
beforeAll(async () => {
  db = await testDatabase();
  await using old = await oldSystem(db);
  const rows = Array.from({ length: limits.lookupsInBatch }, (_, at) => ({ id: at + 1 }));
  await write(old, rows);
  const imported = async (...more: readonly string[]) => {
    const { merchantId } = await newMerchant(db);
    const args = ['--from', old.url, '--merchant', merchantId, ...more];
    expect((await florinHere(on(db.url), 'import', 'django', ...args)).code).toBe(0);
    return merchantId;
  };
  shop = await imported();
  other = await imported('--from-id', String(limits.lookupsInBatch));
});
afterAll(() => db[Symbol.asyncDispose]());

/** Lookups whose statements are counted. */
function counted() {
  const sent: string[] = [];
  const sql = new Proxy(db.app.sql, {
    apply(target, self, args: Parameters<typeof db.app.sql>) {
      sent.push(String(args[0]));
      return Reflect.apply(target, self, args);
    },
  });
  return { lookups: createLookups({ sql }), sent };
}

const all = Array.from({ length: limits.lookupsInBatch - 1 }, (_, at) => at + 1);

it('old ids: one statement for as many as go together, and each merchant has its own', async () => {
  const { lookups, sent } = counted();
  const [last, ...found] = await Promise.all([
    lookups.legacyPayment(other, limits.lookupsInBatch),
    ...all.map((id) => lookups.legacyPayment(shop, id)),
  ]);
  expect(sent).toHaveLength(1);
  expect(new Set([last, ...found]).size).toBe(limits.lookupsInBatch);
  expect(found).not.toContain(null);
  expect(last).not.toBe(await lookups.legacyPayment(shop, limits.lookupsInBatch));
});

it('payments: one statement, and each is the one that was asked for', async () => {
  const { lookups } = counted();
  const ids = await Promise.all(all.map((id) => lookups.legacyPayment(shop, id)));
  const { lookups: fresh, sent } = counted();
  const found = await Promise.all(ids.map((id) => fresh.payment(shop, id ?? 'pay_')));
  expect(sent).toHaveLength(1);
  expect(found.map((payment) => payment?.metadata['legacy_id'])).toEqual(all.map(String));
});

it('more than go together: two statements', async () => {
  const { lookups, sent } = counted();
  const again = [...all, ...all].map((id) => lookups.legacyPayment(shop, id));
  const found = await Promise.all(again);
  expect(sent).toHaveLength(2);
  expect(found.slice(0, all.length)).toEqual(found.slice(all.length));
});

it("what is not there, and what is another merchant's, is null", async () => {
  const { lookups } = counted();
  const missing = [lookups.legacyPayment(shop, 999_999), lookups.legacyPayment(other, 1)];
  expect(await Promise.all(missing)).toEqual([null, null]);
  const id = (await lookups.legacyPayment(shop, 1)) ?? 'pay_';
  expect(await lookups.payment(other, id)).toBeNull();
});
