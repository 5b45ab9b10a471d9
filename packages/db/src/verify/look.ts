/** How `verify` reads: in short transactions that neither wait for a server nor hold one up. */
import type { TransactionSql } from 'postgres';
import type { Database } from '../connect.ts';

/**
 * The planner can't know how few rows lie between two places: of a comparison of rows it looks at the
 * first column alone. Everything here is found along an index.
 */
const byIndex =
  'set local enable_seqscan = off; set local enable_hashjoin = off; set local enable_mergejoin = off; set local jit = off';

/** One moment of the database, read only. */
export async function look<T>(
  { sql }: Pick<Database, 'sql'>,
  read: (tx: TransactionSql) => Promise<T>,
): Promise<T> {
  const { found } = await sql.begin('isolation level repeatable read read only', async (tx) => {
    await tx.unsafe(byIndex);
    return { found: await read(tx) };
  });
  return found;
}

/** How many findings are read at once: however many there are, no more of them are in memory. */
export const findingsAtOnce = 500;

/** All that `read` finds, in its order: each time those after the last one. */
export async function* paged<T>(
  database: Pick<Database, 'sql'>,
  read: (tx: TransactionSql, after: T | null) => Promise<readonly T[]>,
): AsyncGenerator<T> {
  for (let after: T | null = null; ; ) {
    const last: T | null = after;
    const found: readonly T[] = await look(database, (tx) => read(tx, last));
    yield* found;
    after = found.at(-1) ?? null;
    if (found.length < findingsAtOnce) return;
  }
}
