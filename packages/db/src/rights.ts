/** What the server's role may do, table by table. The migrations grant it; `florin doctor` compares. */
import type { Sql } from 'postgres';
import { appRole } from './connect.ts';

type Right = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE' | 'TRUNCATE';

/** History may be read and added to; nothing else is left out by mistake. */
export const appRights: Readonly<Record<string, readonly Right[]>> = {
  'drizzle.__drizzle_migrations': ['SELECT'],
  'public.api_keys': ['SELECT'],
  'public.events': ['SELECT', 'INSERT'],
  'public.feed': ['SELECT', 'INSERT', 'UPDATE'],
  'public.idempotency_keys': ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
  'public.legacy_ids': ['SELECT', 'INSERT'],
  'public.merchants': ['SELECT'],
  'public.operations': ['SELECT', 'INSERT', 'UPDATE'],
  'public.payments': ['SELECT', 'INSERT', 'UPDATE'],
  'public.postings': ['SELECT', 'INSERT'],
  'public.provider_reports': ['SELECT', 'INSERT', 'UPDATE'],
  'public.sequencers': ['SELECT', 'INSERT', 'UPDATE'],
};

/** A right that the role lacks, or has and must not have. */
export interface WrongRight {
  readonly table: string;
  readonly right: string;
  readonly isMissing: boolean;
}

/** Of the tables that are there: what is missing by a migration is the migration's to bring. */
export async function findWrongRights(sql: Sql): Promise<readonly WrongRight[]> {
  const rows = await sql<{ table: string; right: Right }[]>`
    select n.nspname || '.' || c.relname as "table", r as "right"
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
      cross join unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE}'::text[]) as r
    where c.relkind = 'r' and n.nspname in ('public', 'drizzle')
      and has_table_privilege(${appRole}, c.oid, r)
    union all
    select n.nspname || '.' || c.relname, ''
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname in ('public', 'drizzle')`;
  const held = Map.groupBy(rows, ({ table }) => table);
  return Object.entries(appRights).flatMap(([table, wanted]) => {
    const has = held.get(table)?.map(({ right }) => right);
    if (!has) return [];
    const missing = wanted.filter((right) => !has.includes(right));
    const excess = has.filter((right) => String(right) !== '' && !wanted.includes(right));
    return [
      ...missing.map((right) => ({ table, right, isMissing: true })),
      ...excess.map((right) => ({ table, right, isMissing: false })),
    ];
  });
}
