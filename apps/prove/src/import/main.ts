/**
 * `pnpm prove:import`: how long `florin import django` takes, and how much memory, on an old table of
 * any size with faults in it; and whether `florin verify` finds the books right afterwards.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addMerchant, connectAsOwner, migrate, startEmbedded } from '@florin/db';
import { Command, InvalidArgumentError } from 'commander';
import { writeOldRows } from './old-rows.ts';

const cli = join(import.meta.dirname, '../../../server/src/cli/main.ts');

interface Measured {
  readonly seconds: number;
  /** The highest that the process had, in MiB; null where the system does not say. */
  readonly peakMiB: number | null;
  readonly code: number | null;
  readonly lastLines: string;
}

/** Runs `florin`, and looks at its memory until it ends. */
async function measure(databaseUrl: string, ...args: readonly string[]): Promise<Measured> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [cli, ...args], {
    env: { DATABASE_URL: databaseUrl },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let peakKiB: number | null = null;
  const look = async (): Promise<void> => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    const [, peak] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
    if (peak !== undefined) peakKiB = Number(peak);
  };
  const watch = setInterval(() => void look(), 200);
  let tail = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-4_000);
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearInterval(watch);
  return {
    seconds: (performance.now() - startedAt) / 1_000,
    peakMiB: peakKiB === null ? null : Math.round(peakKiB / 1_024),
    code,
    lastLines: tail.trimEnd().split('\n').slice(-6).join('\n'),
  };
}

const wholeNumber = (text: string): number => {
  if (!/^[1-9]\d{0,7}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
};

const { rows } = new Command('prove:import')
  .description('Measures the import of an old table, and checks the books afterwards.')
  .option('--rows <n>', 'how many the old table has', wholeNumber, 100_000)
  .parse()
  .opts<{ readonly rows: number }>();

const folder = await mkdtemp(join(tmpdir(), 'florin-import-'));
const embedded = await startEmbedded(folder);
try {
  await migrate(embedded.url);
  const owner = connectAsOwner(embedded.url);
  await owner.sql.unsafe('create database django');
  const { merchantId } = await addMerchant(owner, 'shop', 'test');
  await owner.close();
  const oldUrl = new URL(embedded.url);
  oldUrl.pathname = 'django';
  const old = connectAsOwner(oldUrl.href);
  await writeOldRows(old, rows);
  await old.close();

  const of = ['--from', oldUrl.href, '--merchant', merchantId];
  const steps: readonly (readonly [string, ...string[]])[] = [
    ['dry run', 'import', 'django', ...of, '--dry-run'],
    ['import', 'import', 'django', ...of],
    ['import again', 'import', 'django', ...of],
    ['verify', 'verify', '--merchant', merchantId],
  ];
  for (const [name, ...args] of steps) {
    const { seconds, peakMiB, code, lastLines } = await measure(embedded.url, ...args);
    const rate = Math.round(rows / seconds).toLocaleString('en-US');
    process.stdout.write(
      `${name}: ${seconds.toFixed(1)} s, ${rate} rows a second, at most ${peakMiB ?? '?'} MiB, exit code ${code}\n${lastLines}\n\n`,
    );
  }
} finally {
  await embedded.stop();
  await rm(folder, { recursive: true });
}
