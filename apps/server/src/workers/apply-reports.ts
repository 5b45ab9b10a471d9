/** Applies providers' reports that wait: for their operation, or for a process that is gone. */
import { limits } from '@florin/core';
import { claimDueReports, type Database } from '@florin/db';
import type { Logger } from 'pino';
import type { Reports } from '../engine/apply-report.ts';
import { startRounds, type Worker } from './rounds.ts';

/** Looking for what is due costs one statement, answered by an index of what waits. */
const pauseMs = 1_000;
const reportsInRound = 50;

export function startReportWorker(database: Database, reports: Reports, log: Logger): Worker {
  async function round(stopping: AbortSignal): Promise<void> {
    while ((await applyDueReports(database, reports)) === reportsInRound) {
      if (stopping.aborted) return;
    }
  }
  return startRounds({ task: 'applying reports', pauseMs, round }, log);
}

/**
 * One round: claims what is due and applies all of it at once.
 * @returns how many it claimed
 */
export async function applyDueReports(database: Database, reports: Reports): Promise<number> {
  const now = Date.now();
  const claimed = await claimDueReports(database, now, now + limits.leaseMs, reportsInRound);
  await Promise.all(claimed.map((report) => reports.apply(report)));
  return claimed.length;
}
