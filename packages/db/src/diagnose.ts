/** What `florin doctor` asks a database: each question by itself, nothing is changed. */
import { and, count, gt, isNull, or } from 'drizzle-orm';
import type { Sql } from 'postgres';
import { appRole, type Database } from './connect.ts';
import { apiKeys } from './schema-merchants.ts';

/** As PostgreSQL numbers itself: 15.4 is 150004. */
export async function readVersion(sql: Sql): Promise<number> {
  const [row] = await sql<{ version: number }[]>`
    select current_setting('server_version_num')::int as version`;
  return row?.version ?? 0;
}

/** The database's time (ms since the epoch), by its clock and not by the transaction's. */
export async function readTime(sql: Sql): Promise<number> {
  const [row] = await sql<{ at: number }[]>`
    select (extract(epoch from clock_timestamp()) * 1000)::float8 as at`;
  return row?.at ?? 0;
}

/** `forbidden`: it is there, and the database's user may not work as it. */
export type RoleState = 'fine' | 'missing' | 'forbidden' | 'superuser';

export async function readRole(sql: Sql): Promise<RoleState> {
  const [role] = await sql<{ super: boolean }[]>`
    select rolsuper as super from pg_roles where rolname = ${appRole}`;
  if (!role) return 'missing';
  if (role.super) return 'superuser';
  // By trying: since PostgreSQL 16 a member of a role need not be allowed to become it.
  return sql
    .begin(async (tx): Promise<RoleState> => {
      await tx.unsafe(`set local role ${appRole}`);
      return 'fine';
    })
    .catch((error: { code?: string }) => {
      if (error.code !== '42501') throw error;
      return 'forbidden';
    });
}

/** How many keys open anything at `now` (ms since the epoch). */
export async function countKeys(
  { query }: Pick<Database, 'query'>,
  now: number = Date.now(),
): Promise<number> {
  const [row] = await query
    .select({ keys: count() })
    .from(apiKeys)
    .where(
      and(isNull(apiKeys.revokedAt), or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, now))),
    );
  return row?.keys ?? 0;
}
