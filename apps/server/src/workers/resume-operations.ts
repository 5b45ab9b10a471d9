/**
 * Asks again for open operations that are due: those whose outcome was not known, at the times of
 * `engine/schedule.ts`, and those of a process that is gone, once its lease has run out.
 */
import { limits } from '@florin/core';
import { claimDueOperations, type Database } from '@florin/db';
import type { Logger } from 'pino';
import type { Engine } from '../engine/execute.ts';
import { createLanes } from './lanes.ts';
import { startRounds, type Worker } from './rounds.ts';

/** Looking for what is due costs one statement, answered by an index of what is open. */
const pauseMs = 1_000;
const operationsInRound = 50;
const operationsOfProvider = 50;

export function startResumeWorker(database: Database, engine: Engine, log: Logger): Worker {
  const lanes = createLanes(operationsOfProvider);

  async function round(stopping: AbortSignal): Promise<void> {
    while (!stopping.aborted) {
      const claimed = await claim(database, lanes.busy());
      for (const { payment, operation } of claimed) {
        lanes.start(payment.provider, operation.id, () =>
          engine.resume(payment, operation).catch((error: unknown) => {
            log.error({ err: error, operationId: operation.id }, 'operation not resumed');
          }),
        );
      }
      if (claimed.length < operationsInRound) return;
    }
  }

  const rounds = startRounds({ task: 'resuming open operations', pauseMs, round }, log);
  return {
    async stop() {
      await rounds.stop();
      await lanes.settled();
    },
  };
}

/**
 * Claims what is due and asks for all of it at once.
 * @returns how many it claimed, once all are answered
 */
export async function resumeDueOperations(database: Database, engine: Engine): Promise<number> {
  const claimed = await claim(database, []);
  await Promise.all(claimed.map(({ payment, operation }) => engine.resume(payment, operation)));
  return claimed.length;
}

async function claim(database: Database, busy: readonly string[]) {
  const now = Date.now();
  return claimDueOperations(database, now, now + limits.leaseMs, operationsInRound, busy);
}
