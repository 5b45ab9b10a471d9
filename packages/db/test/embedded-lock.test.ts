import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lockFolder } from '../src/embedded/lock.ts';
import { processStart } from '../src/embedded/process.ts';
import {
  florin,
  inside,
  linux,
  lockFile,
  newFolder,
  onCleanup,
  prepareUsedFolder,
  query,
  refusal,
  start,
  usedFolder,
} from './fixtures/embedded-harness.ts';

prepareUsedFolder();

function leaveLock(folder: string, lock: unknown): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(lockFile(folder), JSON.stringify(lock));
}

async function deadPid(): Promise<number> {
  const child = spawn('true');
  await once(child, 'exit');
  return child.pid as number;
}

describe('the lock', () => {
  it('is not taken from a living Florin', async () => {
    const folder = usedFolder();
    const { child, report } = await florin(folder);
    const message = await refusal(folder);
    expect(message).toContain(`pid ${child.pid}`);
    expect(message).toContain(folder);
    expect(message).toMatch(/Stop it.*FLORIN_DATA_DIR.*DATABASE_URL/);
    expect(await query(report.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('is not taken from this very process', async () => {
    const folder = newFolder();
    mkdirSync(folder);
    const lock = await lockFolder(folder);
    expect(await refusal(folder)).toContain(`this very process, pid ${process.pid}`);
    await lock.release();
    expect(inside(folder)).toEqual([]);
  });

  it('is taken over from a dead process', async () => {
    const folder = newFolder();
    leaveLock(folder, { pid: await deadPid(), started: null, token: 'abc', port: 1 });
    await (await lockFolder(folder)).release();
    expect(inside(folder)).toEqual([]);
  });

  it.runIf(linux)('is taken over from another process that had the same pid', async () => {
    const folder = usedFolder();
    leaveLock(folder, { pid: process.ppid, started: 'earlier/1', token: 'abc', port: 1 });
    await start(folder);
    expect(JSON.parse(readFileSync(lockFile(folder), 'utf8'))).toMatchObject({ pid: process.pid });
  });

  it.runIf(linux)('is taken over from a zombie, whose parent has yet to notice', async () => {
    const folder = newFolder();
    const parent = spawn('sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    onCleanup(() => parent.kill());
    const pid = Number(String((await once(parent.stdout, 'data'))[0]));
    const started = await processStart(pid);
    const stat = () => readFileSync(`/proc/${pid}/stat`, 'utf8');
    await expect.poll(stat, { interval: 5 }).toContain(') Z ');
    leaveLock(folder, { pid, started, token: 'abc', port: null });
    await (await lockFolder(folder)).release();
  });

  it.runIf(linux)('of the kernel keeps out a PostgreSQL whose pid says nothing here', async () => {
    const folder = usedFolder();
    const elsewhere = spawn('flock', ['--no-fork', folder, 'sleep', '60'], { stdio: 'ignore' });
    onCleanup(() => elsewhere.kill());
    await expect.poll(() => readFileSync('/proc/locks', 'utf8')).toContain(` ${elsewhere.pid} `);
    expect(await refusal(folder)).toMatch(/in another container.*FLORIN_DATA_DIR.*DATABASE_URL/);
    expect(inside(folder)).not.toContain('florin.lock');
  });

  it('is respected while its process lives, and where it cannot be read', async () => {
    const folder = newFolder();
    const started = await processStart(process.ppid);
    leaveLock(folder, { pid: process.ppid, started, token: 'abc', port: null });
    expect(await refusal(folder)).toContain(`pid ${process.ppid}`);
    leaveLock(folder, { pid: -1, token: '../x' });
    expect(await refusal(folder)).toMatch(/cannot be read as a lock.*delete this file/s);
    expect(inside(folder)).toEqual(['florin.lock']);
  });

  it('goes to exactly one of eight that take over at once', async () => {
    const folder = usedFolder();
    const dead = await deadPid();
    leaveLock(folder, { pid: dead, started: null, token: 'aa', port: null });
    // One that died in the middle of an earlier takeover.
    writeFileSync(`${lockFile(folder)}.aa`, JSON.stringify({ pid: dead, token: 'bb' }));
    const all = await Promise.all(Array.from({ length: 8 }, () => florin(folder)));
    const winners = all.filter(({ report }) => report.error === undefined);
    expect(winners).toHaveLength(1);
    const pid = winners[0]?.report.florin;
    for (const { report } of all) {
      if (report.florin === pid) continue;
      expect(report).toMatchObject({ error: 'EmbeddedDatabaseError' });
      expect(report.message).toContain(`pid ${pid}`);
    }
    expect(inside(folder).filter((name) => name.startsWith('florin.lock'))).toEqual([
      'florin.lock',
    ]);
  });
});
