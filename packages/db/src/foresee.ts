/** What would become of commands, with nothing written: a dry run. */
import type { Command, Decision } from '@florin/core';
import type { Sql } from 'postgres';
import { fold } from './fold.ts';
import { freshIds } from './fresh-ids.ts';
import { load } from './load.ts';

/** As `commit` decides them, each seeing what those before it would have done. */
export async function foresee(
  sql: Sql,
  commands: readonly Command[],
): Promise<readonly Decision[]> {
  const decisions = await sql.begin('isolation level read committed', async (tx) => {
    const steps = fold(await load(tx, commands), commands, Date.now(), freshIds);
    return steps.map(({ decision }) => decision);
  });
  return decisions;
}
