/** Each mutant against the tests of its package: the quick ones first, all others if those pass. */
import type { Mutant, Verdict } from './mutant.ts';
import type { Tests } from './packages.ts';
import type { Job } from './runner.ts';
import { createRunner, inTurn, type Runner } from './runners.ts';

/** A package and what its mutants are. */
export interface Heart<M extends Mutant = Mutant> {
  readonly root: string;
  readonly tests: Tests;
  /** Looks like a mutant, breaks nothing. */
  readonly control: M;
  readonly mutants: readonly M[];
  /** Makes the mutant real for a run of tests, and what is left of it unreal again. */
  readonly with: <T>(mutant: M, run: (job: Omit<Job, 'files'>) => Promise<T>) => Promise<T>;
}

export interface ProveOptions {
  /** How many processes run tests at once. */
  readonly jobs: number;
  /** Without the thorough tests. */
  readonly quick: boolean;
  /** Tells of the control as well, as if it were a mutant. */
  readonly control: boolean;
  readonly tell: (verdict: Verdict) => void;
}

/** Milliseconds after which tests are taken for endless, on the slowest of machines. */
const limits = { quick: 180_000, thorough: 600_000 } as const;

/**
 * Every mutant's verdict, in the order of the mutants.
 * @throws where tests fail without a mutant: then nothing would be proved by one that fails with it
 */
export async function prove<M extends Mutant>(
  heart: Heart<M>,
  { jobs, quick, control, tell }: ProveOptions,
): Promise<readonly Verdict[]> {
  if (heart.mutants.length === 0) return [];
  const runners = Array.from({ length: jobs }, () => createRunner(heart.root));
  const verdicts = new Map<M, Verdict>();
  const meet = (files: readonly string[], limitMs: number) => async (mutant: M, runner: Runner) => {
    const started = performance.now();
    const caughtBy = await heart.with(mutant, (job) => runner.run({ files, ...job }, limitMs));
    const seconds = (verdicts.get(mutant)?.seconds ?? 0) + (performance.now() - started) / 1000;
    verdicts.set(mutant, { mutant, caughtBy, seconds });
  };
  const mustPass = async (tests: 'quick' | 'thorough') => {
    await inTurn([heart.control], runners.slice(0, 1), meet(heart.tests[tests], limits[tests]));
    const failed = verdicts.get(heart.control)?.caughtBy;
    if (failed) throw new Error(`Without any mutant, tests fail: ${failed}`);
  };
  try {
    await mustPass('quick');
    const thoroughly: M[] = [];
    await inTurn(heart.mutants, runners, async (mutant, runner) => {
      await meet(heart.tests.quick, limits.quick)(mutant, runner);
      const verdict = verdicts.get(mutant);
      if (verdict && (quick || verdict.caughtBy !== null)) tell(verdict);
      else thoroughly.push(mutant);
    });
    if (thoroughly.length > 0) await mustPass('thorough');
    await inTurn(thoroughly, runners, async (mutant, runner) => {
      await meet(heart.tests.thorough, limits.thorough)(mutant, runner);
      const verdict = verdicts.get(mutant);
      if (verdict) tell(verdict);
    });
  } finally {
    for (const runner of runners) runner[Symbol.dispose]();
  }
  const all = [...(control ? [heart.control] : []), ...heart.mutants];
  return all.flatMap((mutant) => verdicts.get(mutant) ?? []);
}
