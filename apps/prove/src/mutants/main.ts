/**
 * `pnpm prove:mutants`: would the tests see a rule go? Each guard and table of core, each constraint
 * and right of the database is broken, one at a time, and a test must fail.
 */
import { Command, InvalidArgumentError } from 'commander';
import { createProgress } from '../api/progress.ts';
import { judge } from './judged.ts';
import { type Mutant, nameOf, type Verdict } from './mutant.ts';
import { type Heart, prove } from './prove.ts';
import { asJson, asMarkdown, asTable } from './report.ts';
import { startSchemaHeart } from './schema-heart.ts';
import { sourceHeart } from './source-mutants.ts';

interface Given {
  readonly only: readonly string[];
  readonly quick?: true;
  readonly control?: true;
  readonly jobs: number;
  readonly json?: true;
  readonly markdown?: true;
}

const wholeNumber = (text: string): number => {
  if (!/^[1-9]\d?$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
};

const program = new Command('prove:mutants')
  .description('Breaks the rules one at a time; a test must fail each time.')
  .option(
    '--only <text>',
    'mutants whose name has it; may be repeated',
    (text, before: readonly string[]) => [...before, text],
    [],
  )
  .option('--quick', 'without the tests that take seconds: what they alone catch survives')
  .option('--control', 'with a mutant that breaks nothing, which must be reported as a survivor')
  .option('--jobs <n>', 'how many processes run tests at once', wholeNumber, 2)
  .option('--json', 'the verdicts as JSON')
  .option('--markdown', 'the counts as Markdown');

async function main(): Promise<void> {
  const {
    only,
    quick = false,
    control = false,
    jobs,
    json,
    markdown,
  } = program.parse().opts<Given>();
  const isChosen = (mutant: Mutant) =>
    only.length === 0 || only.some((text) => `${mutant.where} ${nameOf(mutant)}`.includes(text));
  const chosenOf = <M extends Mutant>(heart: Heart<M>): Heart<M> => ({
    ...heart,
    mutants: heart.mutants.filter(isChosen),
  });

  await using schema = await startSchemaHeart();
  const [source, tables] = [chosenOf(sourceHeart()), chosenOf(schema.heart)];
  const all = source.mutants.length + tables.mutants.length;
  const progress = createProgress({
    writeErr: (text) => process.stderr.write(text),
    isTerminal: process.stderr.isTTY,
  });
  const counts = { told: 0, survived: 0 };
  const tell = ({ mutant, caughtBy }: Verdict) => {
    counts.told++;
    if (caughtBy === null) counts.survived++;
    progress.show(`${counts.told} of ${all}, ${counts.survived} not caught; ${mutant.where}`);
  };
  const options = { jobs, quick, control, tell };
  const verdicts = [...(await prove(source, options)), ...(await prove(tables, options))];
  progress.clear();

  const judged = judge(verdicts, only.length === 0);
  const report = json ? asJson : markdown ? asMarkdown : asTable;
  process.stdout.write(report(judged));
  process.exitCode = judged.survivors.length + judged.stale.length === 0 ? 0 : 1;
}

await main();
