/** Connections to PostgreSQL: the server's pool, and the owner's single one for migrations. */
import { limits } from '@florin/core';
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres, { type Sql } from 'postgres';

/** The role that the server works as. It owns nothing and may not change history. */
export const appRole = 'florin_app';

/**
 * `sql` and `query` (Drizzle on the same pool) for reads and workers. Drizzle hands times and JSON
 * through as text on these pools: `schema.ts` is what reads them.
 */
export interface Database {
  readonly sql: Sql;
  readonly query: PostgresJsDatabase;
  /** For commits alone: few connections, which know their statements and stay warm. */
  readonly commits: Sql;
  /**
   * One connection for commits that are a single statement, sent one behind the other: PostgreSQL has
   * the next one at hand when one is done, and no two of them wait for each other.
   */
  readonly pipeline: Sql;
  /** Waits for statements that are under way, `seconds` at most. */
  close(seconds?: number): Promise<void>;
}

/**
 * Every statement of the server finds its rows by an index. The planner can't know: it takes a JSON
 * parameter for 100 rows, and would rather scan a table of some thousands.
 */
const byIndex = { enable_seqscan: 'off', enable_hashjoin: 'off', enable_mergejoin: 'off' } as const;

/**
 * A commit's statement has one plan, whatever it is given. PostgreSQL would plan it anew each time: for
 * an eighth of what the commit costs it.
 */
const plannedOnce = { plan_cache_mode: 'force_generic_plan' } as const;

/**
 * What comes behind must not wait for somebody's lock: PostgreSQL gives the commit up, and it is tried
 * again on a connection of its own.
 */
const givesWay = { lock_timeout: '50ms' } as const;

/** The server's pool, as `florin_app`, whoever the URL says. `migrate` must have run. */
export function connect(url: string, connections = 10): Database {
  return open(url, connections, {
    role: appRole,
    // Also where a statement is its own transaction, whatever this database's default is.
    default_transaction_isolation: 'read committed',
    ...byIndex,
  });
}

/** One connection as the URL's own user, for migrations and for what operators do. */
export function connectAsOwner(url: string): Database {
  return open(url, 1, {});
}

function open(url: string, max: number, settings: Record<string, string>): Database {
  const pool = (connections: number, more: Record<string, string> = {}) => {
    const client = postgres(url, {
      max: connections,
      onnotice: () => {},
      // Seconds. By default it grows to 20 for the whole pool: a database that is back would wait for us.
      backoff: (retries: number) => Math.min(3 ** retries / 100, 1),
      connection: { application_name: 'florin', TimeZone: 'UTC', ...settings, ...more },
    });
    return drizzle({ client });
  };
  const query = pool(max);
  const sql = query.$client;
  const commits = pool(limits.commitsAtOnce, plannedOnce).$client;
  const pipeline = pool(1, { ...plannedOnce, ...givesWay }).$client;
  return {
    sql,
    query,
    commits,
    pipeline,
    close: async (seconds = 5) => {
      await Promise.all([sql, commits, pipeline].map((one) => one.end({ timeout: seconds })));
    },
  };
}
