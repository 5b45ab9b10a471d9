/** `npx -y pnpm fuzz --requests 200000 --seed 1`: a fuzz run against a server process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { connectAsOwner, migrate, startEmbedded } from '@florin/db';
import { fuzz } from './run.ts';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '10000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const key = `fk_test_${'f'.repeat(32)}`;
const folder = await mkdtemp(join(tmpdir(), 'florin-fuzz-'));
const embedded = await startEmbedded(folder);
await migrate(embedded.url);
const server = spawn(process.execPath, [join(import.meta.dirname, '../src/main.ts')], {
  env: {
    PORT: '0',
    DATABASE_URL: embedded.url,
    FLORIN_BOOTSTRAP_KEY: key,
    FLORIN_LOG: 'error',
    // A bound on the heap: without one V8 lets it grow, and a leak would not show.
    NODE_OPTIONS: '--max-old-space-size=128',
  },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const [line] = (await once(server.stdout, 'data')) as [Buffer];
server.stdout.pipe(process.stdout);
const url = /listening on (\S+)/.exec(line.toString())?.[1] ?? '';
const owner = connectAsOwner(embedded.url);

/** Resident memory of the server in MB; null where the system does not tell. */
async function memory(): Promise<number | null> {
  const status = await readFile(`/proc/${server.pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(status)?.[1];
  return kilobytes === undefined ? null : Math.round(Number(kilobytes) / 1024);
}

const memories: (number | null)[] = [];
try {
  const startedAt = Date.now();
  const report = await fuzz({
    url,
    key,
    sql: owner.sql,
    requests: Number(values.requests),
    seed: Number(values.seed),
    progress: (done) => {
      void memory().then((now) => {
        memories.push(now);
        process.stdout.write(`${done} requests, server at ${now} MB\n`);
      });
    },
  });
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  const figures = { ...report, seconds, memoryMb: [memories[0], memories.at(-1)] };
  process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
  if (report.faults.length > 0) process.exitCode = 1;
} finally {
  server.kill('SIGTERM');
  await once(server, 'exit');
  await owner.close();
  await embedded.stop();
  await rm(folder, { recursive: true });
}
