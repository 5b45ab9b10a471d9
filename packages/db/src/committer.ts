/**
 * Commits without reading first, where it is known what a read would find: nothing of the key and the
 * order of a new payment, and of a payment whose outcome comes, what this process has left it as. What
 * is decided on that is written only if it is so: by the unique indexes of keys, orders and events (a
 * payment's next version is there once), and by a look at the orders in the same statement. If it is
 * not, nothing is written, and all of it is read and decided anew.
 */
import type { Command, Operation, Payment } from '@florin/core';
import { LRUCache } from 'lru-cache';
import type { Sql } from 'postgres';
import { commit, type Result } from './commit.ts';
import { fold, nameOf, type World } from './fold.ts';
import { freshIds } from './fresh-ids.ts';
import { troubleOf } from './trouble.ts';
import { writeUnread } from './write.ts';

/** A payment with all of its operations, as a commit of ours left it. */
interface Left {
  readonly payment: Payment;
  readonly operations: readonly Operation[];
}

/** Payments that wait for their provider; of what is forgotten, the outcome is read for. */
const mostLeft = 1_024;

/** After so many commits that were read for, at the latest, another one is tried without. */
const longestCare = 64;

/**
 * As `commit`, in its process and on its pool for good.
 * @param pipeline where those go that are not read for; what waits for a lock there is to be given up
 */
export function createCommitter(
  sql: Sql,
  pipeline: Sql = sql,
): (commands: readonly Command[]) => Promise<readonly Result[]> {
  const left = new LRUCache<string, Left>({ max: mostLeft });
  /** How often in a row it was not as expected: each time twice as many commits are read for. */
  let misses = 0;
  let toBeRead = 0;

  /** Null where it can't be known without reading. */
  function expectedBy(commands: readonly Command[]): World | null {
    const world: World = {
      payments: new Map(),
      operations: new Map(),
      keys: new Map(),
      holders: new Map(),
    };
    for (const command of commands) {
      if (command.type === 'create') continue;
      if (command.type !== 'outcome') return null;
      const name = nameOf(command.merchantId, command.paymentId);
      const found = left.get(name);
      if (!found) return null;
      world.payments.set(name, found.payment);
      world.operations.set(name, found.operations);
    }
    return world;
  }

  /** Null where nothing is written and all has to be read. */
  async function commitUnread(commands: readonly Command[]): Promise<readonly Result[] | null> {
    const expected = expectedBy(commands);
    if (!expected) return null;
    if (toBeRead > 0) {
      toBeRead--;
      return null;
    }
    const steps = fold(expected, commands, Date.now(), freshIds);
    // Nobody is told no because of what was not read.
    if (steps.some(({ decision }) => decision.kind !== 'applied')) return null;
    try {
      await writeUnread(pipeline, expected, steps);
    } catch (error) {
      // It may have been committed: then its lease brings it to light.
      if (troubleOf(error) === 'unreachable')
        return commands.map(() => ({ kind: 'failed', error }));
      toBeRead = Math.min(2 ** ++misses, longestCare);
      return null;
    }
    misses = 0;
    return steps.map(({ decision }) => decision);
  }

  function remember(commands: readonly Command[], results: readonly Result[]): void {
    for (const [index, command] of commands.entries()) {
      const result = results[index];
      if (command.type === 'import') continue;
      if (command.type !== 'create') left.delete(nameOf(command.merchantId, command.paymentId));
      else if (result?.kind === 'applied' && result.operation?.status === 'open') {
        const { payment, operation } = result;
        left.set(nameOf(payment.merchantId, payment.id), { payment, operations: [operation] });
      }
    }
  }

  return async (commands) => {
    const results = (await commitUnread(commands)) ?? (await commit(sql, commands));
    remember(commands, results);
    return results;
  };
}
