/** What statements look at, as PostgreSQL counts it. */
import type { Database } from '../src/connect.ts';
import type { TestDatabase } from '../src/testing.ts';
import { pooled } from './given.ts';

/** Each connection counts for itself and tells now and then; this one tells now. */
export const tellCounts = ({ sql }: Database) => sql`select pg_stat_force_next_flush()`;

/** Of each index how many entries were read, and of each table how often it was read as a whole. */
async function counters({ owner }: TestDatabase) {
  const found = await owner.sql<{ name: string; count: number }[]>`
    select indexrelname as name, idx_tup_read::int as count from pg_stat_user_indexes
    union all select relname || ' scanned', seq_scan::int from pg_stat_user_tables
    union all select relname || ' fetched', idx_tup_fetch::int from pg_stat_user_tables`;
  return new Map(found.map(({ name, count }) => [name, count]));
}

/** What `work` has looked at of what is named like that; what it has not is left out. */
export async function lookedAt(
  db: TestDatabase,
  named: RegExp,
  work: (database: Database) => Promise<unknown>,
) {
  await using pool = pooled(db, 1);
  const before = await counters(db);
  await work(pool);
  await tellCounts(pool);
  const after = await counters(db);
  const looks = [...after]
    .map(([name, count]) => [name, count - (before.get(name) ?? 0)] as const)
    .filter(([name, count]) => named.test(name) && count > 0);
  return Object.fromEntries(looks);
}
