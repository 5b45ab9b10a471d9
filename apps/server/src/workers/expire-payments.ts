/** Voids, at their providers, payments whose payer never acted and holds that have run out. */
import { type Database, findExpiredPayments } from '@florin/db';
import type { Logger } from 'pino';
import type { Engine } from '../engine/execute.ts';
import { startRounds, type Worker } from './rounds.ts';

const pauseMs = 5_000;
const paymentsInRound = 50;

export function startExpireWorker(database: Database, engine: Engine, log: Logger): Worker {
  const round = async () => void (await expireDuePayments(database, engine));
  return startRounds({ task: 'voiding expired payments', pauseMs, round }, log);
}

/**
 * One round. Nobody claims a payment: of two processes that see one expired, `decide` lets the second
 * find it postponed.
 * @returns how many it found
 */
export async function expireDuePayments(database: Database, engine: Engine): Promise<number> {
  const expired = await findExpiredPayments(database, Date.now(), paymentsInRound);
  await Promise.all(expired.map(({ payment, waiting }) => engine.expire(payment, waiting)));
  return expired.length;
}
