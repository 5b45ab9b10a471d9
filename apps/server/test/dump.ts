/** Everything that the database holds, to compare before with after. */
import type { Sql } from 'postgres';

const tables = [
  'merchants',
  'payments',
  'operations',
  'events',
  'postings',
  'idempotency_keys',
  'feed',
  'provider_reports',
  'legacy_ids',
] as const;

export async function dump(sql: Sql): Promise<Readonly<Record<string, readonly string[]>>> {
  const rows = await Promise.all(
    tables.map(async (table) => {
      // When an event gets its number is the sequencer's affair, and no request's.
      const shown = table === 'feed' ? sql`to_jsonb(t) - 'number'` : sql`to_json(t)`;
      const found = await sql`select (${shown})::text as row from ${sql(table)} t`;
      return [table, found.map(({ row }) => String(row)).sort()] as const;
    }),
  );
  return Object.fromEntries(rows);
}
