/** A transaction that is held open by hand, so that a commit really waits for it. */
import type { ReservedSql, Sql } from 'postgres';
import { connectAsOwner } from '../src/connect.ts';
import type { TestDatabase } from '../src/testing.ts';

export interface Held extends AsyncDisposable {
  readonly sql: ReservedSql;
  commit(): Promise<void>;
  rollback(): Promise<void>;
}

/** Runs `work` in a transaction that stays open until `commit` or `rollback`. */
export async function hold(
  { url }: TestDatabase,
  work: (sql: Sql) => Promise<unknown>,
): Promise<Held> {
  const owner = connectAsOwner(url);
  const sql = await owner.sql.reserve();
  await sql`begin`;
  await work(sql);
  return {
    sql,
    commit: async () => void (await sql`commit`),
    rollback: async () => void (await sql`rollback`),
    [Symbol.asyncDispose]: async () => {
      sql.release();
      await owner.close();
    },
  };
}

/** The processes that wait for another's lock, once there are `count`; none if that never comes. */
export async function waiting(db: TestDatabase, count = 1): Promise<readonly number[]> {
  for (let tries = 0; ; tries++) {
    if (tries > 2_000) return [];
    const rows = await db.owner.sql<{ pid: number }[]>`
      select pid from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock' order by pid`;
    if (rows.length >= count) return rows.map(({ pid }) => pid);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
