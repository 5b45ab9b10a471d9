/** Brings a database to this version's schema. Safe when several processes start at once. */
import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { migrate as runMigrations } from 'drizzle-orm/postgres-js/migrator';
import type { Sql } from 'postgres';
import { appRole, connectAsOwner, type Database } from './connect.ts';

const migrationsFolder = fileURLToPath(new URL('../migrations', import.meta.url));

/** Any number, as long as no other program's lock in the same database has it. */
const migrationLock = 7_041_776;

/**
 * Creates the role and the tables that are missing. `url` is of the database's owner.
 * @throws if the owner may not create the role; the message says what to run by hand.
 */
export async function migrate(url: string): Promise<void> {
  const owner = connectAsOwner(url);
  try {
    await owner.sql`select pg_advisory_lock(${migrationLock})`;
    await ensureRole(owner.sql);
    await runMigrations(owner.query, { migrationsFolder });
  } finally {
    // Ends the session, and the lock with it.
    await owner.close();
  }
}

/** Whether every migration that this version brings has run. */
export async function isMigrated(database: Pick<Database, 'query'>): Promise<boolean> {
  return (await countPending(database)) === 0;
}

/** How many of the migrations that this version brings have not run. */
export async function countPending(database: Pick<Database, 'query'>): Promise<number> {
  const brought = readMigrationFiles({ migrationsFolder });
  const [table] = await database.query.execute<{ found: boolean }>(
    sql`select to_regclass('drizzle.__drizzle_migrations') is not null as found`,
  );
  if (!table?.found) return brought.length;
  const rows = await database.query.execute<{ at: string | null }>(
    sql`select max(created_at) as at from drizzle.__drizzle_migrations`,
  );
  const last = Number(rows[0]?.at ?? 0);
  return brought.filter(({ folderMillis }) => folderMillis > last).length;
}

/** Roles belong to the whole cluster: another database's start may be making it right now. */
async function ensureRole(owner: Sql): Promise<void> {
  const [found] = await owner`select from pg_roles where rolname = ${appRole}`;
  try {
    if (!found) await owner.unsafe(`create role ${appRole} nologin`).catch(ignoreIfThere);
    // By trying: since PostgreSQL 16 whoever made a role is its member, and may not become it yet.
    const becomeAndBack = async () => {
      await owner.unsafe(`set role ${appRole}`);
      await owner.unsafe('reset role');
    };
    await becomeAndBack().catch(async () => {
      await owner.unsafe(`grant ${appRole} to current_user`);
      await becomeAndBack();
    });
  } catch (cause) {
    throw new Error(
      `The database's user cannot create or become the role ${appRole}. As an administrator run: ` +
        `CREATE ROLE ${appRole} NOLOGIN; GRANT ${appRole} TO <the user of DATABASE_URL>;`,
      { cause },
    );
  }
}

/** duplicate_object, or unique_violation where two made it in the same moment. */
function ignoreIfThere(error: unknown): void {
  const code = (error as { code?: string }).code;
  if (code !== '42710' && code !== '23505') throw error;
}
