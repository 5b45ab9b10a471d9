/**
 * Asks again for open operations that are due: those whose outcome was not known, at the times of
 * `engine/schedule.ts`, and those of a process that is gone, once its lease has run out.
 */
import { limits } from '@florin/core';
import { claimDueOperations, type Database } from '@florin/db';
import type { Logger } from 'pino';
import type { Engine } from '../engine/execute.ts';
import { startRounds, type Worker } from './rounds.ts';

/** Looking for what is due costs one statement, answered by an index of what is open. */
const pauseMs = 1_000;
const operationsInRound = 50;

export function startResumeWorker(database: Database, engine: Engine, log: Logger): Worker {
  async function round(stopping: AbortSignal): Promise<void> {
    while ((await resumeDueOperations(database, engine)) === operationsInRound) {
      if (stopping.aborted) return;
    }
  }
  return startRounds({ task: 'resuming open operations', pauseMs, round }, log);
}

/**
 * One round: claims what is due and asks for all of it at once.
 * @returns how many it claimed
 */
export async function resumeDueOperations(database: Database, engine: Engine): Promise<number> {
  const now = Date.now();
  const leaseUntil = now + limits.leaseMs;
  const claimed = await claimDueOperations(database, now, leaseUntil, operationsInRound);
  await Promise.all(claimed.map(({ payment, operation }) => engine.resume(payment, operation)));
  return claimed.length;
}
