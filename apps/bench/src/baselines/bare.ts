/** Runs baseline (a): by pgbench where it is installed, else by `postgres` over as many connections. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { median, type Sample } from '../sample.ts';
import type { Steps } from './statements.ts';

export const bareTool = spawnSync('pgbench', ['--version']).error ? 'postgres' : 'pgbench';

/** @param url of a database with Florin's tables */
export function runBare(
  url: string,
  steps: Steps,
  clients: number,
  seconds: number,
): Promise<Sample> {
  return bareTool === 'pgbench'
    ? pgbench(url, steps, clients, seconds)
    : overConnections(url, steps, clients, seconds);
}

async function pgbench(
  url: string,
  { intent, outcome }: Steps,
  clients: number,
  seconds: number,
): Promise<Sample> {
  const folder = await mkdtemp(join(tmpdir(), 'florin-bench-'));
  try {
    // Statements are sent whole, prepared once; variables take the parameters' place.
    const written = (statement: string) =>
      statement
        .replaceAll('$1', ':r')
        .replaceAll('$2', ':payment')
        .replaceAll('$3', ':operation')
        .replaceAll(/\s*\n\s*/g, ' ');
    const lines = [
      '\\set r random(1, 9000000000000000000)',
      `${written(intent)} \\gset`,
      ...(outcome === null ? [] : [`${written(outcome)};`]),
      '',
    ];
    await writeFile(join(folder, 'payment.sql'), lines.join('\n'));
    const flags = ['-n', '-M', 'prepared', `-c${clients}`, '-j1', `-T${seconds}`, '-l'];
    const script = ['-f', 'payment.sql', '--log-prefix=log', url];
    const { stdout } = await promisify(execFile)('pgbench', [...flags, ...script], { cwd: folder });
    const figure = (pattern: RegExp) => Number(pattern.exec(stdout)?.[1]);
    return {
      perSecond: figure(/^tps = ([\d.]+)/m),
      ...(await percentiles(folder)),
      count: figure(/^number of transactions actually processed: (\d+)/m),
      failed: figure(/^number of failed transactions: (\d+)/m),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Of pgbench's own log: a line a transaction, its microseconds in the third column. */
async function percentiles(folder: string): Promise<Pick<Sample, 'p50' | 'p99'>> {
  const logs = (await readdir(folder)).filter((name) => name.startsWith('log.'));
  const texts = await Promise.all(logs.map((name) => readFile(join(folder, name), 'utf8')));
  const took = texts.flatMap((text) =>
    text.split('\n').flatMap((line) => (line === '' ? [] : [Number(line.split(' ')[2]) / 1000])),
  );
  return percentilesOf(took);
}

function percentilesOf(ms: readonly number[]): Pick<Sample, 'p50' | 'p99'> {
  const sorted = ms.toSorted((one, other) => one - other);
  return { p50: median(sorted), p99: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN };
}

async function overConnections(
  url: string,
  { intent, outcome }: Steps,
  clients: number,
  seconds: number,
): Promise<Sample> {
  const sql = postgres(url, { max: clients, onnotice: () => {} });
  const took: number[] = [];
  let failed = 0;
  const until = performance.now() + seconds * 1000;
  async function client(): Promise<void> {
    const connection = await sql.reserve();
    while (performance.now() < until) {
      const from = performance.now();
      const r = Math.floor(Math.random() * Number.MAX_SAFE_INTEGER);
      try {
        const [row] = await connection.unsafe(intent, [r], { prepare: true });
        if (outcome !== null) {
          await connection.unsafe(outcome, [r, row?.['payment'], row?.['operation']], {
            prepare: true,
          });
        }
      } catch {
        failed++;
      }
      took.push(performance.now() - from);
    }
    connection.release();
  }
  await Promise.all(Array.from({ length: clients }, client));
  await sql.end();
  return { perSecond: took.length / seconds, ...percentilesOf(took), count: took.length, failed };
}
