/**
 * Everything that the database holds, to compare before with after; but the feed: when an event gets
 * its number is the sequencer's affair, and no request's.
 */
import type { Sql } from 'postgres';

const tables = [
  'merchants',
  'payments',
  'operations',
  'events',
  'postings',
  'idempotency_keys',
  'provider_reports',
  'legacy_ids',
] as const;

export async function dump(sql: Sql): Promise<Readonly<Record<string, readonly string[]>>> {
  const rows = await Promise.all(
    tables.map(async (table) => {
      const found = await sql`select to_json(t)::text as row from ${sql(table)} t`;
      return [table, found.map(({ row }) => String(row)).sort()] as const;
    }),
  );
  return Object.fromEntries(rows);
}
