/** Voids, at their providers, payments whose payer never acted and holds that have run out. */
import { type Database, findExpiredPayments } from '@florin/db';
import type { Logger } from 'pino';
import type { Engine } from '../engine/execute.ts';
import { createLanes } from './lanes.ts';
import { startRounds, type Worker } from './rounds.ts';

const pauseMs = 5_000;
const paymentsInRound = 50;
const paymentsOfProvider = 50;

export function startExpireWorker(database: Database, engine: Engine, log: Logger): Worker {
  const lanes = createLanes(paymentsOfProvider);

  async function round(): Promise<void> {
    for (const { payment, waiting } of await find(database, lanes.busy())) {
      if (lanes.has(payment.id)) continue;
      lanes.start(payment.provider, payment.id, () =>
        engine.expire(payment, waiting).catch((error: unknown) => {
          log.error({ err: error, paymentId: payment.id }, 'expired payment not voided');
        }),
      );
    }
  }

  const rounds = startRounds({ task: 'voiding expired payments', pauseMs, round }, log);
  return {
    async stop() {
      await rounds.stop();
      await lanes.settled();
    },
  };
}

/**
 * Nobody claims a payment: of two processes that see one expired, `decide` lets the second find it
 * postponed.
 * @returns how many it found, once all are voided or not
 */
export async function expireDuePayments(database: Database, engine: Engine): Promise<number> {
  const expired = await find(database, []);
  await Promise.all(expired.map(({ payment, waiting }) => engine.expire(payment, waiting)));
  return expired.length;
}

const find = (database: Database, busy: readonly string[]) =>
  findExpiredPayments(database, Date.now(), paymentsInRound, busy);
