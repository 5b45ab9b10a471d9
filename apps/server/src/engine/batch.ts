/**
 * Commands that arrive while a commit is under way go together in the next one. Outcomes go first,
 * and are never turned away: they are about money that has moved.
 */
import { type Command, type Decision, limits, refuse } from '@florin/core';
import type { Result } from '@florin/db';
import { RefusalError } from './refusal-error.ts';

interface Waiting {
  readonly command: Command;
  /** How often another process was first with its key or order. */
  readonly lost: number;
  readonly resolve: (decision: Decision) => void;
  readonly reject: (error: unknown) => void;
}

export interface Batcher {
  /** Resolves once the command's decision is committed; a refusal is a decision. */
  submit(command: Command): Promise<Decision>;
  /** Resolves once nothing is queued or under way. */
  idle(): Promise<void>;
}

/** More losses in a row than any race explains: the caller is told to come back. */
const mostLosses = 20;

export function createBatcher(
  commit: (commands: readonly Command[]) => Promise<readonly Result[]>,
): Batcher {
  const outcomes: Waiting[] = [];
  const commands: Waiting[] = [];
  let running: Promise<void> | null = null;

  function submit(command: Command): Promise<Decision> {
    return new Promise((resolve, reject) => {
      const isOutcome = command.type === 'outcome';
      if (!isOutcome && commands.length >= limits.commandsInQueue) {
        reject(overloaded());
        return;
      }
      (isOutcome ? outcomes : commands).push({ command, lost: 0, resolve, reject });
      running ??= new Promise<void>((started) => setImmediate(started)).then(run);
    });
  }

  async function run(): Promise<void> {
    while (outcomes.length + commands.length > 0) {
      const batch = outcomes.splice(0, limits.commandsInBatch);
      batch.push(...commands.splice(0, limits.commandsInBatch - batch.length));
      const again = await runBatch(batch);
      commands.unshift(...again);
    }
    running = null;
  }

  /** @returns those to be decided again, in their order */
  async function runBatch(batch: readonly Waiting[]): Promise<readonly Waiting[]> {
    const results = await commit(batch.map(({ command }) => command)).catch((error: unknown) =>
      batch.map(() => ({ kind: 'failed', error }) as const),
    );
    const again: Waiting[] = [];
    for (const [index, waiting] of batch.entries()) {
      const result = results[index];
      if (!result) waiting.reject(new Error('A command was not answered.'));
      else if (result.kind === 'failed') waiting.reject(result.error);
      else if (result.kind !== 'again') waiting.resolve(result);
      else if (waiting.lost >= mostLosses) waiting.reject(overloaded());
      else again.push({ ...waiting, lost: waiting.lost + 1 });
    }
    return again;
  }

  return { submit, idle: async () => running ?? undefined };
}

function overloaded(): RefusalError {
  const retryAfterSeconds = limits.overloadedRetrySeconds;
  return new RefusalError(refuse('unavailable', { retryAfterSeconds }));
}
