/**
 * `pnpm prove`: is nothing lost, and nothing done twice? Two Florins on one database, an acquirer that
 * misbehaves, clients that repeat themselves; and processes killed in the middle of it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
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
    ...breaches.slice(0, shown).map((breach) => `    ${breach.slice(0, 500)}`),
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
  const folder = await mkdtemp(join(tmpdir(), 'florin-prove-'));
  try {
    const proof = await prove({ ...options, folder }, (line) => process.stderr.write(`${line}\n`));
    const { seed } = options;
    process.stdout.write(
      options.json ? `${JSON.stringify({ seed, ...proof }, null, 2)}\n` : tableOf(proof, seed),
    );
    const isBroken = Object.values(proof.broken).some((breaches) => breaches.length > 0);
    process.exitCode = isBroken ? 1 : 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

await main();
