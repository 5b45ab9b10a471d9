/** The processes that run tests; one that does not come back is ended, and another takes its place. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Answer, Job } from './runner.ts';

const script = join(import.meta.dirname, 'runner.ts');

/** What tests that never end, or bring their process down, are caught by. */
const [endless, crash] = ['tests do not end', 'tests crash'] as const;

export interface Runner extends Disposable {
  /** @param limitMs after which the tests are taken for endless */
  run(job: Job, limitMs: number): Promise<Answer>;
}

/** @param root the package whose tests it runs */
export function createRunner(root: string): Runner {
  let child: ChildProcess | null = null;
  const start = () => fork(script, [root], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  const end = () => {
    child?.removeAllListeners();
    child?.kill('SIGKILL');
    child = null;
  };
  return {
    async run(job, limitMs) {
      child ??= start();
      const running = child;
      let said = '';
      running.stderr?.setEncoding('utf8').on('data', (text: string) => {
        said = (said + text).slice(-2_000);
      });
      const answer = await new Promise<Answer>((resolve) => {
        const timer = setTimeout(() => resolve(endless), limitMs);
        const settle = (one: Answer) => {
          clearTimeout(timer);
          resolve(one);
        };
        running.once('message', (one: Answer) => settle(one));
        running.once('exit', () => settle(`${crash}: ${said}`));
        running.send(job);
      });
      running.removeAllListeners();
      running.stderr?.removeAllListeners();
      if (answer === endless || answer?.startsWith(crash)) end();
      return answer;
    },
    [Symbol.dispose]: end,
  };
}

/** Works the list off, each runner on one item at a time. */
export async function inTurn<T>(
  items: readonly T[],
  runners: readonly Runner[],
  work: (item: T, runner: Runner) => Promise<void>,
): Promise<void> {
  const waiting = items[Symbol.iterator]();
  await Promise.all(
    runners.map(async (runner) => {
      for (const item of waiting) await work(item, runner);
    }),
  );
}
