/**
 * The one write path. Any number of commands share one transaction: payments locked, `decide` folded
 * over the commands, each table written with one statement. A single command is a batch of one.
 */
import type { Command, Decision } from '@florin/core';
import type { Sql } from 'postgres';
import { fold } from './fold.ts';
import { freshIds } from './fresh-ids.ts';
import { load } from './load.ts';
import { troubleOf } from './trouble.ts';
import { Lost, write } from './write.ts';

/**
 * `again`: another process was first with the command's key or order; nothing of it is written, and
 * the next batch decides it anew. `failed`: the database refused it or could not be reached; where
 * the connection was lost it may have been committed, and then its lease brings it to light.
 */
export type Result =
  | Decision
  | { readonly kind: 'again' }
  | { readonly kind: 'failed'; readonly error: unknown };

/**
 * Commits the commands, in their order, and answers each in its place. Deadlocks and serialization
 * failures take the whole batch again, then one by one; any other refusal of the database halves it,
 * so that a bad command fails alone.
 */
export async function commit(
  sql: Sql,
  commands: readonly Command[],
  attemptsAsWhole = 2,
): Promise<readonly Result[]> {
  try {
    return await commitTogether(sql, commands, attemptsAsWhole);
  } catch (error) {
    const trouble = troubleOf(error);
    if (trouble === 'unreachable') return commands.map(() => ({ kind: 'failed', error }));
    if (trouble === 'contention' && attemptsAsWhole > 1) {
      return commit(sql, commands, attemptsAsWhole - 1);
    }
    if (commands.length === 1) {
      return [trouble === 'refused' ? { kind: 'failed', error } : { kind: 'again' }];
    }
    const results: Result[] = [];
    for (const part of split(commands, trouble === 'contention' ? 1 : commands.length / 2)) {
      results.push(...(await commit(sql, part, attemptsAsWhole)));
    }
    return results;
  }
}

async function commitTogether(
  sql: Sql,
  commands: readonly Command[],
  attemptsAsWhole: number,
): Promise<readonly Result[]> {
  let written = Promise.resolve();
  const decided = sql.begin('isolation level read committed', async (tx) => {
    const world = await load(tx, commands);
    const steps = fold(world, commands, Date.now(), freshIds);
    // The COMMIT goes along in the same round trip; if the write fails, it is a rollback.
    written = write(tx, world, steps);
    written.catch(() => {});
    return steps.map(({ decision }) => decision);
  });
  try {
    const decisions = await decided;
    await written;
    return decisions;
  } catch (error) {
    if (!(error instanceof Lost)) throw error;
    return commitOthers(sql, error, attemptsAsWhole);
  }
}

/** Those that do not depend on what lost, in a transaction of their own. */
async function commitOthers(
  sql: Sql,
  { steps, again }: Lost,
  attemptsAsWhole: number,
): Promise<readonly Result[]> {
  const others = steps.filter((step) => !again.has(step)).map(({ command }) => command);
  const results = (others.length === 0 ? [] : await commit(sql, others, attemptsAsWhole)).values();
  return steps.map((step) =>
    again.has(step) ? { kind: 'again' } : (results.next().value ?? { kind: 'again' }),
  );
}

function split<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const length = Math.ceil(size);
  const parts: T[][] = [];
  for (let at = 0; at < items.length; at += length) parts.push(items.slice(at, at + length));
  return parts;
}
