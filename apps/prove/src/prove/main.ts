/**
 * `pnpm prove`: is nothing lost, and nothing done twice? Two Florins on one database, an acquirer that
 * misbehaves, clients that repeat themselves; and processes killed in the middle of it.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type Proof, type ProveOptions, prove } from './prove.ts';
import { sabotages } from './sabotages.ts';

const wholeNumber = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
};

const program = new Command('prove')
  .description(
    'Kills Florins and their database under load, and compares what is left with the truth.',
  )
  .option('--kills <n>', 'how many processes to kill', wholeNumber, 20)
  .option('--seconds <n>', 'for how long, at least', wholeNumber, 30)
  .option('--seed <n>', 'of all that is left to chance', wholeNumber, Date.now() % 1_000_000)
  .option('--clients <n>', 'how many there are at once', wholeNumber, 12)
  .option('--faults <list>', 'other than it has: answered_twice=0.25,slow=0.4', '')
  .addOption(
    new Option('--sabotage <name>', 'break a promise on purpose: then this must fail').choices(
      Object.keys(sabotages),
    ),
  )
  .option('--json', 'the figures as JSON');

interface Given extends Omit<ProveOptions, 'folder'> {
  readonly json?: true;
}

/** So many breaches of an invariant are shown. */
const shown = 5;

function tableOf({ figures, broken }: Proof, seed: number): string {
  const width = Math.max(
    ...[...Object.keys(figures), ...Object.keys(broken)].map((it) => it.length),
  );
  const row = (name: string, value: string) => `${name.padEnd(width)}  ${value}`;
  const verdicts = Object.entries(broken).flatMap(([name, breaches]) => [
    row(name, breaches.length === 0 ? 'yes' : `NO: ${breaches.length} times`),
    ...breaches.slice(0, shown).map((breach) => `    ${breach.slice(0, 1_000)}`),
  ]);
  return [
    row('seed', String(seed)),
    ...Object.entries(figures).map(([name, count]) => row(name, count.toLocaleString('en-US'))),
    '',
    ...verdicts,
    '',
  ].join('\n');
}

async function main(): Promise<void> {
  const options = program.parse().opts<Given>();
  const { seed, sabotage } = options;
  const tell = (line: string) => process.stderr.write(`${line}\n`);
  const folder = await mkdtemp(join(tmpdir(), 'florin-prove-'));
  // What is sabotaged has to fail, and explains nothing.
  let isEvidence = sabotage === undefined;
  try {
    const proof = await prove({ ...options, folder }, tell);
    const report = JSON.stringify({ seed, ...proof }, null, 2);
    const isBroken = Object.values(proof.broken).some((breaches) => breaches.length > 0);
    isEvidence &&= isBroken;
    if (isEvidence) await writeFile(join(folder, 'proof.json'), report);
    process.stdout.write(options.json ? `${report}\n` : tableOf(proof, seed));
    process.exitCode = isBroken ? 1 : 0;
  } finally {
    if (isEvidence) tell(`The acquirer's record, the logs and the database are kept in ${folder}`);
    else await rm(folder, { recursive: true, force: true });
  }
}

await main();
