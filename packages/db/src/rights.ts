/** What the server's role may do. The migrations grant it; `florin doctor` compares. */
import type { Sql } from 'postgres';
import { appRole } from './connect.ts';

type Right = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE' | 'TRUNCATE';

/** Table by table. History may be read and added to; nothing else is left out by mistake. */
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
  /** As GRANT names it: `public.events`, `SCHEMA public`. */
  readonly on: string;
  /** Null: what it would be a right on is not there. */
  readonly right: string | null;
  readonly isMissing: boolean;
}

/** Of a database whose migrations have all run. As its owner. */
export async function findWrongRights(sql: Sql): Promise<readonly WrongRight[]> {
  return [...(await findWrongUses(sql)), ...(await findWrongTables(sql))];
}

/** What is no table: without the schemas nothing is found; the server calls the functions. */
async function findWrongUses(sql: Sql): Promise<readonly WrongRight[]> {
  const rows = await sql<{ on: string; right: string; has: boolean | null }[]>`
    select 'SCHEMA ' || s as "on", 'USAGE' as "right",
      has_schema_privilege(${appRole}, to_regnamespace(s)::oid, 'USAGE') as has
    from unnest('{public,drizzle}'::text[]) as s
    union all
    select 'FUNCTION ' || f, 'EXECUTE',
      has_function_privilege(${appRole}, to_regprocedure(f)::oid, 'EXECUTE')
    from unnest('{public.florin_analyze_grown(),public.florin_refuse_write(json)}'::text[]) as f
    union all
    select 'public.api_keys', 'UPDATE (last_used_at)', (
      select has_column_privilege(${appRole}, attrelid, attnum, 'UPDATE') from pg_attribute
      where attrelid = to_regclass('public.api_keys') and attname = 'last_used_at')`;
  return rows
    .filter(({ has }) => has !== true)
    .map(({ on, right, has }) => ({ on, right: has === null ? null : right, isMissing: true }));
}

async function findWrongTables(sql: Sql): Promise<readonly WrongRight[]> {
  const rows = await sql<{ table: string; right: Right | null }[]>`
    select n.nspname || '.' || c.relname as "table", r as "right"
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
      cross join unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE}'::text[]) as r
    where c.relkind = 'r' and n.nspname in ('public', 'drizzle')
      and has_table_privilege(${appRole}, c.oid, r)
    union all
    select n.nspname || '.' || c.relname, null
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname in ('public', 'drizzle')`;
  const held = Map.groupBy(rows, ({ table }) => table);
  return Object.entries(appRights).flatMap(([on, wanted]): readonly WrongRight[] => {
    const has = held.get(on)?.flatMap(({ right }) => right ?? []);
    if (!has) return [{ on, right: null, isMissing: true }];
    const missing = wanted.filter((right) => !has.includes(right));
    const excess = has.filter((right) => !wanted.includes(right));
    return [
      ...missing.map((right) => ({ on, right, isMissing: true })),
      ...excess.map((right) => ({ on, right, isMissing: false })),
    ];
  });
}
