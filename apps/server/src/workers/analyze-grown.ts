/** Keeps PostgreSQL's plans good while tables grow fast, above all from nothing. */
import { analyzeGrown, type Database } from '@florin/db';
import type { Logger } from 'pino';
import { startRounds, type Worker } from './rounds.ts';

/** Until then a table that fills from nothing is looked up by the plans of an empty one. Looking costs one statement. */
const pauseMs = 1_000;

export function startAnalyzeWorker(database: Database, log: Logger): Worker {
  const round = async (): Promise<void> => {
    const grown = await analyzeGrown(database);
    if (grown.length > 0) log.debug({ tables: grown }, 'tables that had doubled were analyzed');
  };
  return startRounds({ task: 'analyzing tables', pauseMs, round }, log);
}
