/** What a look at imported payments reads, where the planner was told last of a table of a few rows. */
import { limits } from '@florin/core';
import type { ISql, Sql } from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commit } from '../src/commit.ts';
import { freshId } from '../src/fresh-ids.ts';
import { findLegacyPayments, readImported } from '../src/legacy.ts';
import { type TestDatabase, testDatabase } from '../src/testing.ts';
import { fresh, type Merchant, newMerchant } from './given.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());

const imports = ({ merchantId }: Merchant, count: number) =>
  Array.from({ length: count }, (_, at) => ({
    type: 'import' as const,
    merchantId,
    actor: 'import:django',
    source: 'django' as const,
    legacyId: at + 1,
    orderId: fresh('order'),
    amount: 15_000n,
    currency: 'USD' as const,
    status: 'SUCCESS' as const,
    transactionId: null,
    metadata: {},
    idempotencyKey: fresh('key'),
    createdAt: 1_600_000_000_000,
    updatedAt: 1_600_000_100_000,
    refundId: freshId('operation'),
  }));

async function fetched(tx: ISql): Promise<number> {
  const [counted] = await tx<{ rows: number }[]>`
    select sum(idx_tup_fetch + seq_tup_read)::int as rows from pg_stat_xact_user_tables
    where relname in ('legacy_ids', 'payments', 'events')`;
  return counted?.rows ?? 0;
}

it('is some rows each, as after an import that was killed before it told the planner', async () => {
  await commit(db.app.sql, imports(newMerchant(), 5));
  await db.owner.sql`analyze`;
  const merchant = newMerchant();
  const rows = limits.commandsInBatch * 3;
  await commit(db.app.sql, imports(merchant, rows));
  const { merchantId } = merchant;
  const ids = Array.from({ length: rows }, (_, at) => at + 1);
  const read = await db.app.sql.begin(async (tx) => {
    // A connection that has committed before counts that too, until it has told it.
    const before = await fetched(tx);
    expect((await readImported(tx, merchantId, ids)).size).toBe(rows);
    const names = ids.map((legacyId) => ({ merchantId, legacyId }));
    expect(await findLegacyPayments({ sql: tx as unknown as Sql }, names)).toHaveLength(rows);
    return (await fetched(tx)) - before;
  });
  // One of legacy_ids, of payments and of events, and one of legacy_ids again.
  expect(read).toBe(rows * 4);
});
