/** Notes when each API key was last used: gathered in memory, written together at an interval. */
import type { ApiKeyId } from '@florin/core';
import { type Caller, type Database, type KeyUsed, recordLastUse } from '@florin/db';
import type { Logger } from 'pino';

const intervalMs = 60_000;
/** How long a stop waits for the last round: a database that is away must not hold it up. */
const lastRoundMs = 2_000;

export interface LastUseWorker {
  /** The key was used just now. Costs no statement, and cannot fail. */
  note(caller: Caller): void;
  /** Writes what is not written yet, and starts no further round. */
  stop(): Promise<void>;
}

/** Writes each key at most once per `everyMs` (ms). What a crash loses is this long at most. */
export function startLastUseWorker(
  database: Database,
  log: Logger,
  everyMs: number = intervalMs,
): LastUseWorker {
  let used = new Map<ApiKeyId, KeyUsed>();
  let round = Promise.resolve();
  const timer = setInterval(() => {
    round = round.then(run);
  }, everyMs);

  async function run(): Promise<void> {
    const now = used;
    used = new Map();
    try {
      await recordLastUse(database, [...now.values()]);
    } catch (error) {
      // Kept for the next round, but for those that were used again since.
      used = new Map([...now, ...used]);
      log.warn({ err: error }, 'last use of API keys not recorded; trying again');
    }
  }

  return {
    note({ merchantId, apiKeyId }) {
      used.set(apiKeyId, { merchantId, apiKeyId, at: Date.now() });
    },
    async stop() {
      clearInterval(timer);
      const written = round.then(run);
      const { promise: late, resolve: giveUp } = Promise.withResolvers<void>();
      const patience = setTimeout(giveUp, lastRoundMs);
      await Promise.race([written, late]);
      clearTimeout(patience);
    },
  };
}
