/** What every worker is: a round, a pause, and the next round, until it is stopped. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';

export interface Worker {
  /** Starts no further round and waits for the one under way. */
  stop(): Promise<void>;
}

export interface Rounds {
  /** For the log: what could not be done when a round fails. */
  readonly task: string;
  /** Between the end of a round and the start of the next. */
  readonly pauseMs: number;
  /** @param stopping fires when no more is to be begun */
  round(stopping: AbortSignal): Promise<void>;
}

/** Starts with a round at once. One that fails is logged, and the next comes after the pause. */
export function startRounds({ task, pauseMs, round }: Rounds, log: Logger): Worker {
  const stopping = new AbortController();
  const ended = run();

  async function run(): Promise<void> {
    const { signal } = stopping;
    while (!signal.aborted) {
      await round(signal).catch((error: unknown) => {
        log.error({ err: error }, `${task} failed; trying again`);
      });
      await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  return {
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}
