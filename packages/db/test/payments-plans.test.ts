/**
 * What a page of payments looks at, of a table of some thousand rows: as PostgreSQL counts it. Also
 * with the plan that it makes once for all parameters, as it may for a statement that it knows.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listPayments, type PaymentFilter } from '../src/payments.ts';
import { type TestDatabase, testDatabase } from '../src/testing.ts';
import { knownMerchant, noon } from './feed-given.ts';
import { type Merchant, manual } from './given.ts';
import { lookedAt, tellCounts } from './looks.ts';

const rows = 8_000;
const limit = 20;
const minute = 60_000;

let db: TestDatabase;
let merchant: Merchant;
beforeAll(async () => {
  db = await testDatabase();
  merchant = await knownMerchant(db);
  const { id } = await manual(db.owner.sql, merchant);
  const { sql } = db.owner;
  // One every minute, ten an order, every fourth in yen; the last came just now.
  await sql`
    create temporary table given as
      select p.*, n from payments p, generate_series(1, ${rows}) n
      where p.id = ${id.slice('pay_'.length)}`;
  await sql`
    update given set id = gen_random_uuid(), order_id = 'order-' || n / 10, holds_order = false,
      currency = case n % 4 when 0 then 'JPY' else 'USD' end,
      created_at = ${new Date(noon).toISOString()}::timestamptz - (${rows} - n) * interval '1 minute'`;
  await sql`alter table given drop n`;
  await sql`insert into payments select * from given`;
  await sql`vacuum analyze payments`;
  await tellCounts(db.owner);
});
afterAll(() => db[Symbol.asyncDispose]());

const middle = noon - (rows / 2 - 5) * minute;
const after = { createdAt: middle, id: `pay_${'0'.repeat(32)}` } as const;

const pages: readonly (readonly [string, PaymentFilter, typeof after | null, most: number])[] = [
  ['the newest', {}, null, limit],
  ['in the middle', {}, after, limit],
  ['of an order', { orderId: 'order-400' }, null, 10],
  ['of an order, in the middle', { orderId: 'order-400' }, after, 10],
  ['of a time', { createdFrom: middle - 100 * minute, createdTo: middle }, null, limit],
  ['of a currency', { currency: 'JPY' }, null, 4 * limit],
  ['of a status', { status: 'PENDING' }, after, limit],
];

const named = pages.flatMap((page) =>
  (['force_custom_plan', 'force_generic_plan'] as const).map((mode) => [mode, ...page] as const),
);

it.each(named)('%s, %s: its rows', async (mode, _, filter, position, most) => {
  const looked = await lookedAt(db, /^payments/, async ({ sql, ...others }) => {
    await sql`select set_config('plan_cache_mode', ${mode}, false)`;
    const page = { ...filter, limit, after: position };
    expect(await listPayments({ ...others, sql }, merchant.merchantId, page)).not.toEqual([]);
  });
  expect(looked).not.toHaveProperty('payments scanned');
  // An index may be read one entry further than what comes of it.
  for (const count of Object.values(looked)) expect(count).toBeLessThanOrEqual(most + 1);
  expect(looked).toHaveProperty('payments fetched');
});
