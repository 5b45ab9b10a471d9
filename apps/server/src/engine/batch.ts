/**
 * Commands that arrive while a commit is under way go together in the next one. Outcomes go first,
 * and are never turned away: they are about money that has moved.
 */
import { type Command, type Decision, limits, type MerchantId } from '@florin/core';
import type { Result } from '@florin/db';
import { createFairQueue } from './fair-queue.ts';
import { overloaded } from './overloaded.ts';
import { createShares } from './shares.ts';

interface Waiting {
  readonly command: Command;
  /** How often another process was first with its key or order. */
  readonly lost: number;
  readonly resolve: (decision: Decision) => void;
  readonly reject: (error: unknown) => void;
}

export interface Batcher {
  /** Whether a new command of this merchant would be turned away. */
  isFullFor(merchantId: MerchantId): boolean;
  /** Resolves once the command's decision is committed; a refusal is a decision. */
  submit(command: Command): Promise<Decision>;
  /** Resolves once nothing is queued or under way. */
  idle(): Promise<void>;
}

/**
 * So many at once, as of dozens of callers, share the commits that are free: one commit of all would
 * have the database wait for us, and then us for it. Fewer cost the database more as two. The second
 * share is the larger, where they are odd: it would wait for the first if it were smaller.
 */
const worthSplitting = 40;

/** Of those who were refused and wait to ask again, so many take the place of one who is in hand. */
const throttledInPlace = 8;

function roomBeside(throttled: number): number {
  const { commandsInHand, commandsInHandFlooded } = limits;
  return Math.max(commandsInHandFlooded, commandsInHand - Math.floor(throttled / throttledInPlace));
}

/** More losses in a row than any race explains: the caller is told to come back. */
const mostLosses = 20;

/**
 * @param commitsAtOnce how many commits may be under way at once
 * @param throttled how many connections were refused and wait to be read again
 */
export function createBatcher(
  commit: (commands: readonly Command[]) => Promise<readonly Result[]>,
  commitsAtOnce = 1,
  throttled: () => number = () => 0,
): Batcher {
  const outcomes: Waiting[] = [];
  const commands = createFairQueue<Waiting>();
  const shares = createShares(() => roomBeside(throttled()));
  const running = new Set<Promise<void>>();
  /** Commands in the commits that are under way. */
  let underWay = 0;
  let isDue = false;

  function submit(command: Command): Promise<Decision> {
    return new Promise((resolve, reject) => {
      const waiting = { command, lost: 0, resolve, reject };
      const { type, merchantId } = command;
      if (type === 'outcome') outcomes.push(waiting);
      else if (shares.isFullFor(merchantId)) return reject(overloaded());
      else commands.push(merchantId, waiting);
      shares.enter(merchantId);
      if (isDue) return;
      isDue = true;
      // What arrives in the same turn goes together.
      setImmediate(() => {
        isDue = false;
        startThoseDue();
      });
    });
  }

  /** Beside another one a commit starts once it is as large: many small ones would cost more. */
  function startThoseDue(): void {
    for (;;) {
      const queued = outcomes.length + commands.size();
      if (queued === 0 || running.size >= commitsAtOnce || queued < underWay) return;
      const free = commitsAtOnce - running.size;
      const share = queued < worthSplitting ? queued : Math.floor(queued / free);
      const size = Math.min(share, limits.commandsInBatch);
      const batch = outcomes.splice(0, size);
      batch.push(...commands.take(size - batch.length));
      start(batch);
    }
  }

  function start(batch: readonly Waiting[]): void {
    underWay += batch.length;
    const done = runBatch(batch).then((again) => {
      for (const waiting of again.toReversed())
        commands.putBack(waiting.command.merchantId, waiting);
      underWay -= batch.length;
      running.delete(done);
      startThoseDue();
    });
    running.add(done);
  }

  /** @returns those to be decided again, in their order */
  async function runBatch(batch: readonly Waiting[]): Promise<readonly Waiting[]> {
    const results = await commit(batch.map(({ command }) => command)).catch((error: unknown) =>
      batch.map(() => ({ kind: 'failed', error }) as const),
    );
    const again: Waiting[] = [];
    for (const [index, waiting] of batch.entries()) {
      const result = results[index];
      const isAgain = result?.kind === 'again' && waiting.lost < mostLosses;
      if (!isAgain) shares.leave(waiting.command.merchantId);
      if (!result) waiting.reject(new Error('A command was not answered.'));
      else if (result.kind === 'failed') waiting.reject(result.error);
      else if (result.kind !== 'again') waiting.resolve(result);
      else if (isAgain) again.push({ ...waiting, lost: waiting.lost + 1 });
      else waiting.reject(overloaded());
    }
    return again;
  }

  return {
    isFullFor: shares.isFullFor,
    submit,
    async idle() {
      while (running.size + outcomes.length + commands.size() > 0) {
        await (running.size > 0 ? Promise.race(running) : new Promise(setImmediate));
      }
    },
  };
}
