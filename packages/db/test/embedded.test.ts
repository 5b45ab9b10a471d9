import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startEmbedded } from '../src/embedded/index.ts';
import {
  asRoot,
  fakes,
  fixture,
  florin,
  inside,
  linux,
  lockFile,
  newFolder,
  onCleanup,
  path,
  prepareUsedFolder,
  query,
  refusal,
  start,
  stillThere,
  usedFolder,
} from './fixtures/embedded-harness.ts';

prepareUsedFolder();

describe('a folder of its own', () => {
  it('starts, answers, keeps the rows over a restart, and leaves no lock', async () => {
    const folder = newFolder();
    const first = await start(folder);
    expect(await query(first.url, 'SELECT current_database() AS db, current_user AS who')).toEqual([
      { db: 'florin', who: 'postgres' },
    ]);
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS amount');
    expect(JSON.parse(readFileSync(lockFile(folder), 'utf8'))).toMatchObject({
      pid: process.pid,
      port: Number(new URL(first.url).port),
    });
    expect(readFileSync(lockFile(folder), 'utf8')).not.toContain(new URL(first.url).password);
    await Promise.all([first.stop(), first.stop()]);
    await first.stop();
    expect(await stillThere(first.pid)).toBe(false);
    expect(inside(folder)).toEqual(['postgres', 'postgres-password', 'postgres.log']);

    const second = await start(relative(process.cwd(), folder));
    expect(await query(second.url, 'SELECT amount FROM kept')).toEqual([{ amount: 42 }]);
    await second.stop();
    expect(inside(folder)).not.toContain('florin.lock');
  });

  it('is closed to others, durable, and reached by password and loopback only', async () => {
    const folder = newFolder();
    chmodSync(dirname(folder), 0o700);
    process.env.FLORIN_SECRET = 'to be kept';
    onCleanup(() => delete process.env.FLORIN_SECRET);
    const db = await start(folder, { work_mem: '5MB', listen_addresses: '*' });

    for (const name of ['.', 'postgres']) {
      expect(statSync(join(folder, name)).mode & 0o777, name).toBe(0o700);
    }
    for (const name of ['florin.lock', 'postgres-password', 'postgres.log']) {
      expect(statSync(join(folder, name)).mode & 0o777, name).toBe(0o600);
    }
    const shown = `SELECT current_setting('fsync') AS fsync, current_setting('work_mem') AS memory,
      current_setting('synchronous_commit') AS commit, current_setting('listen_addresses') AS hosts,
      current_setting('unix_socket_directories') AS sockets,
      current_setting('server_version_num')::int / 10000 AS version`;
    expect(await query(db.url, shown)).toEqual([
      { fsync: 'on', memory: '5MB', commit: 'on', hosts: '127.0.0.1', sockets: '', version: 18 },
    ]);

    const { port, password } = new URL(db.url);
    const wrong = db.url.replace(password, 'wrong');
    await expect(query(wrong, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    const without = db.url.replace(`:${password}`, '');
    await expect(query(without, 'SELECT 1')).rejects.toThrow();

    const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    for (const { address, internal, scopeid } of addresses) {
      if (internal || scopeid) continue;
      const socket = connect(Number(port), address);
      const outcome = await Promise.race([
        once(socket, 'connect').then(() => 'connected'),
        once(socket, 'error').then(() => 'refused'),
      ]).catch(() => 'refused');
      socket.destroy();
      expect(outcome, address).toBe('refused');
    }

    if (!linux) return;
    if (asRoot) {
      // Root's own uid outside, and another in its own view.
      expect(readFileSync(`/proc/${db.pid}/uid_map`, 'utf8').trim()).toMatch(/^65534\s+0\s+1$/);
    }
    const environment = readFileSync(`/proc/${db.pid}/environ`, 'utf8').split('\0');
    const names = environment.map((pair) => pair.split('=')[0]).filter(Boolean);
    expect(names.sort()).toEqual(['LC_ALL', 'PATH', 'TZ']);
  });

  it('tells the log when PostgreSQL does not start, and leaves no process and no lock', async () => {
    const folder = usedFolder();
    const settings = { shared_buffers: 'plenty' };
    await expect(startEmbedded(folder, { settings })).rejects.toThrow(
      /ended while starting.*invalid value for parameter "shared_buffers".*DATABASE_URL/s,
    );
    expect(inside(folder)).not.toContain('florin.lock');
    expect(existsSync(join(folder, 'postgres/postmaster.pid'))).toBe(false);
  });

  it('says so when the password is lost or another', async () => {
    const folder = usedFolder();
    const file = join(folder, 'postgres-password');
    writeFileSync(file, 'another\n');
    expect(await refusal(folder)).toMatch(/does not take the password in .*postgres-password/);
    rmSync(file);
    expect(await refusal(folder)).toMatch(/password is missing/);
    expect(inside(folder)).not.toContain('florin.lock');
    expect(existsSync(join(folder, 'postgres/postmaster.pid'))).toBe(false);
  });

  it('only gives the lock up when PostgreSQL died by itself', async () => {
    const folder = usedFolder();
    const db = await start(folder);
    process.kill(db.pid, 'SIGKILL');
    await expect.poll(() => stillThere(db.pid)).toBe(false);
    await db.stop();
    expect(inside(folder)).not.toContain('florin.lock');
    await start(folder);
  });
});

describe('after a crash', () => {
  const row = ['CREATE TABLE kept (amount int)', 'INSERT INTO kept VALUES (7)'];

  const killed = async (folder: string, prefix?: string[]) => {
    const { child, report } = await florin(folder, row, prefix && { prefix });
    process.kill(report.florin, 'SIGKILL');
    await once(child, 'exit');
    return report;
  };

  it('of Florin, the next start finds every committed row', async () => {
    const folder = usedFolder();
    const { postgres: pid } = await killed(folder);
    const db = await start(folder);
    expect(await stillThere(pid)).toBe(false);
    expect(await query(db.url, 'SELECT amount FROM kept')).toEqual([{ amount: 7 }]);
  });

  it.runIf(linux)('of Florin, where PostgreSQL outlives it, the orphan is stopped', async () => {
    const folder = usedFolder();
    const bin = fakes({ setpriv: 'exit 1' });
    const { postgres: pid } = await killed(folder, ['env', `PATH=${bin}:${path}`]);
    expect(await stillThere(pid)).toBe(true);
    const db = await start(folder);
    expect(await stillThere(pid)).toBe(false);
    expect(await query(db.url, 'SELECT amount FROM kept')).toEqual([{ amount: 7 }]);
  });

  it('of the machine, a pid in postmaster.pid that is somebody else now is no obstacle', async () => {
    const folder = usedFolder();
    const bystander = spawn('sleep', ['60']);
    onCleanup(() => bystander.kill());
    const file = join(folder, 'postgres/postmaster.pid');
    writeFileSync(file, `${bystander.pid}\n${folder}/postgres\n`);
    await start(folder);
    expect(await stillThere(bystander.pid as number)).toBe(true);
  });

  it('in the middle of initdb, the next start begins anew', async () => {
    const folder = newFolder();
    const half = join(folder, 'postgres.new-abc123');
    mkdirSync(half, { recursive: true });
    writeFileSync(join(half, 'PG_VERSION'), '18\n');
    const child = spawn(process.execPath, [fixture, folder], { stdio: 'ignore' });
    // Killed as soon as its initdb has begun to write.
    await expect
      .poll(() => inside(folder).some((n) => n.startsWith('postgres.new-') && !half.endsWith(n)), {
        interval: 5,
        timeout: 20_000,
      })
      .toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(inside(folder)).not.toContain('postgres');
    await start(folder);
    expect(inside(folder).filter((name) => name.startsWith('postgres.new'))).toEqual([]);
  });
});
