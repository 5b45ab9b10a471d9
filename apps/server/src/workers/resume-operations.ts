/** Asks again for open operations whose lease has run out: at start and at an interval. */
import { limits } from '@florin/core';
import { claimDueOperations, type Database } from '@florin/db';
import type { Logger } from 'pino';
import type { Engine } from '../engine/execute.ts';

const intervalMs = 30_000;
const operationsInRound = 50;

export interface ResumeWorker {
  /** Starts no further round and waits for the one under way. */
  stop(): Promise<void>;
}

export function startResumeWorker(database: Database, engine: Engine, log: Logger): ResumeWorker {
  let stopping = false;
  let round = run();
  const timer = setInterval(() => {
    round = round.then(run);
  }, intervalMs);

  async function run(): Promise<void> {
    try {
      while (!stopping && (await resumeDueOperations(database, engine)) === operationsInRound);
    } catch (error) {
      log.error({ err: error }, 'open operations could not be resumed; trying again');
    }
  }

  return {
    async stop() {
      stopping = true;
      clearInterval(timer);
      await round;
    },
  };
}

/**
 * One round: claims what is due and asks for all of it at once.
 * @returns how many it claimed
 */
export async function resumeDueOperations(database: Database, engine: Engine): Promise<number> {
  const now = Date.now();
  const leaseUntil = now + limits.leaseMs;
  const claimed = await claimDueOperations(database, now, leaseUntil, operationsInRound);
  await Promise.all(claimed.map(({ payment, operation }) => engine.settle(payment, operation)));
  return claimed.length;
}
