/** What the verdicts come to. */
import { equivalents } from './equivalents.ts';
import { nameOf, type Verdict } from './mutant.ts';

export interface Judged {
  readonly verdicts: readonly Verdict[];
  readonly survivors: readonly Verdict[];
  /** With the reason why no test could catch it. */
  readonly equivalent: ReadonlyMap<Verdict, string>;
  /** Names in `equivalents.ts` that are caught, or that no mutant has. */
  readonly stale: readonly string[];
}

/** @param isWhole whether every mutant there is has its verdict */
export function judge(verdicts: readonly Verdict[], isWhole: boolean): Judged {
  const uncaught = verdicts.filter(({ caughtBy }) => caughtBy === null);
  const caught = new Set(
    verdicts.filter(({ caughtBy }) => caughtBy !== null).map(({ mutant }) => nameOf(mutant)),
  );
  const uncaughtNames = new Set(uncaught.map(({ mutant }) => nameOf(mutant)));
  return {
    verdicts,
    survivors: uncaught.filter(({ mutant }) => !(nameOf(mutant) in equivalents)),
    equivalent: new Map(
      uncaught.flatMap((verdict) => {
        const reason = equivalents[nameOf(verdict.mutant)];
        return reason === undefined ? [] : [[verdict, reason] as const];
      }),
    ),
    stale: Object.keys(equivalents).filter(
      (name) => !uncaughtNames.has(name) && (isWhole || caught.has(name)),
    ),
  };
}

/** The file or the table that a verdict is about. */
export const partOf = ({ mutant }: Verdict): string => mutant.where.split(/[:.](?!ts)/)[0] ?? '';

/** The test file that caught it. */
export const catcherOf = ({ caughtBy }: Verdict): string =>
  caughtBy?.split(' > ')[0]?.replace(/^test\//, '') ?? '';
