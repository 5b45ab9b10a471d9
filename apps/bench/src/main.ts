/**
 * `pnpm bench`: how fast is it, as ratios to baselines that take turns with it. Figures are medians;
 * they are of this machine, now. Load comes from wrk if it is installed, else from autocannon.
 */
import { cpus, release } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import { bareTool } from './baselines/bare.ts';
import { setContestants, warm } from './contestants.ts';
import { loadTool } from './load/http.ts';
import { batchesOf, overloadOf, sizesOf, tableOf, targetsOf } from './report.ts';
import { batchCosts } from './sections/growth.ts';
import { durability, fresh, memory, startUp } from './sections/life.ts';
import { overload } from './sections/overload.ts';
import { processes } from './sections/processes.ts';
import { sizes } from './sections/size.ts';
import { speed } from './sections/speed.ts';
import { table } from './sections/table.ts';
import { type Stage, setStage } from './stage.ts';

const sections = [
  'speed',
  'table',
  'sizes',
  'batches',
  'fresh',
  'memory',
  'start',
  'durability',
  'overload',
  'processes',
] as const;
type Section = (typeof sections)[number];

interface Given {
  readonly only: readonly Section[];
  readonly rounds: number;
  readonly seconds: number;
  readonly many: number;
  readonly json?: true;
}

const wholeNumber = (text: string): number => {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
};

const program = new Command('bench')
  .description('Measures Florin against bare SQL and a hand-written handler, in turns.')
  .addOption(new Option('--only <section...>', 'these alone').choices(sections).default(sections))
  .option('--rounds <n>', 'how often each side has its turn', wholeNumber, 5)
  .option('--seconds <n>', 'how long a turn takes', wholeNumber, 5)
  .option('--many <n>', 'how many payments many are', wholeNumber, 5_000_000)
  .option('--json', 'all figures as JSON');

const given = program.parse().opts<Given>();
const pace = { rounds: given.rounds, seconds: given.seconds };
const note = (line: string): void => void process.stderr.write(`${line}\n`);
const few = 10_000;
const counts = [few, 1_000_000, 5_000_000].filter((count) => count < given.many).concat(given.many);

/** Each section's figures, and how they are shown. */
const measure: Readonly<Record<Section, (stage: Stage) => Promise<readonly [unknown, string]>>> = {
  async speed(stage) {
    const contestants = await setContestants(stage, few);
    await warm(contestants, 10);
    const reached = await speed(contestants, pace);
    return [reached, targetsOf(reached)];
  },
  async table(stage) {
    const contestants = await setContestants(stage, few);
    await warm(contestants, 10);
    const rows = await table(contestants, pace, (row) => note(tableOf([row])));
    return [rows, tableOf(rows)];
  },
  async sizes(stage) {
    const { reached, costs } = await sizes(stage, counts, pace);
    return [{ reached, costs }, `${targetsOf(reached)}\n\n${sizesOf(costs)}`];
  },
  async batches(stage) {
    const costs = await batchCosts(stage, [1, 8, 64, 256], given.seconds);
    return [costs, batchesOf(costs)];
  },
  async fresh(stage) {
    const found = await fresh(stage, 45);
    const rates = found.rates.map((rate) => Math.round(rate)).join(' ');
    return [found, `${targetsOf({ fresh: found.after })}\npayments in each second: ${rates}`];
  },
  async memory(stage) {
    const found = await memory(stage, 50_000, 4);
    const at = found.map(({ payments, mb }) => `${payments}: ${Math.round(mb)} MB`).join(', ');
    return [found, `${targetsOf({ memory: found[1]?.mb ?? Number.NaN })}\n${at}`];
  },
  async start() {
    const { cold, warm: again } = await startUp(given.rounds);
    return [{ cold, warm: again }, `start: ${cold.toFixed(2)} s cold, ${again.toFixed(2)} s warm`];
  },
  async durability(stage) {
    const found = await durability(stage, given.seconds);
    if (found.lost > 0) process.exitCode = 1;
    const { acknowledged, lost } = found;
    return [found, `PostgreSQL stopped under load: ${acknowledged} acknowledged, ${lost} lost`];
  },
  async overload(stage) {
    const found = await overload(stage, pace);
    const p99 = `p99 of what is accepted of the flood: ${found.p99.toFixed(2)}x`;
    return [found, `${overloadOf(found)}\n${p99}`];
  },
  async processes(stage) {
    const found = await processes(stage, pace);
    const { one, two, ratio } = found;
    const rates = `${Math.round(one)}/s by one, ${Math.round(two)}/s by two`;
    return [found, `a second Florin: ${rates}, ${ratio.toFixed(2)}x`];
  },
};

const machine = `${cpus().length} x ${cpus()[0]?.model}, Linux ${release()}, Node ${process.version}`;
const tools = `load by ${loadTool}, bare SQL by ${bareTool}`;
const report: Record<string, unknown> = { date: new Date().toISOString(), machine, tools, pace };
if (!given.json) process.stdout.write(`${machine}; ${tools}\n\n`);
for (const section of given.only) {
  note(`${section} …`);
  // A PostgreSQL of its own: nothing of one section weighs on the next.
  await using stage = await setStage(() => {});
  const [figures, text] = await measure[section](stage);
  report[section] = figures;
  if (!given.json) process.stdout.write(`${section}\n${text}\n\n`);
}
if (given.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
