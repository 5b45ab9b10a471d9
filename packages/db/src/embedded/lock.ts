import { randomBytes } from 'node:crypto';
import { link, open, readFile, rename, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedDatabaseError } from './error.ts';
import { isAlive, processStart } from './process.ts';

/** What `florin.lock` holds, as JSON. `token` tells one lock from every other that was ever taken. */
interface Owner {
  readonly pid: number;
  readonly started: string | null;
  readonly token: string;
  readonly port: number | null;
}

/** The folder is ours until `release`. */
interface FolderLock {
  /** Tells other programs of this machine the port PostgreSQL listens on. */
  recordPort(port: number): Promise<void>;
  release(): Promise<void>;
}

const GUARD_RETRIES = 200;
const GUARD_PAUSE_MS = 10;

/**
 * Takes `florin.lock` in a folder. A lock left behind is taken over only when the process that wrote it
 * is dead. Throws EmbeddedDatabaseError when a living process holds the folder.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const file = join(folder, 'florin.lock');
  const mine: Owner = {
    pid: process.pid,
    started: await processStart(process.pid),
    token: randomBytes(8).toString('hex'),
    port: null,
  };
  const holder = await acquire(file, mine);
  if (holder !== null) {
    const who = holder.pid === process.pid ? 'this very process' : `process ${holder.pid}`;
    throw new EmbeddedDatabaseError(
      `Another Florin (${who}, pid ${holder.pid}) is using the data folder ${folder}. ` +
        'Stop it, choose another folder with FLORIN_DATA_DIR, or set DATABASE_URL in both to share one database.',
    );
  }
  return {
    async recordPort(port) {
      const draft = `${file}.${mine.token}.draft`;
      await writeOwner(draft, { ...mine, port });
      await rename(draft, file);
    },
    async release() {
      // Someone may have deleted our lock by hand, and another Florin taken its own since.
      if ((await readOwner(file))?.token === mine.token) await unlink(file);
    },
  };
}

/** Who holds a folder, if that process is alive. Throws EmbeddedDatabaseError for what is no lock. */
export async function livingOwner(folder: string): Promise<Owner | null> {
  const owner = await readOwner(join(folder, 'florin.lock'));
  return owner !== null && (await isAlive(owner.pid, owner.started)) ? owner : null;
}

/**
 * Makes `file` a lock of `mine`; returns null when it is ours, otherwise its living owner.
 *
 * link(2) makes the file appear at once and whole, and fails where there is one. Replacing a dead owner's
 * lock is the hard part: between reading it and replacing it another taker may have put its own, living
 * lock there. So whoever replaces the lock with token T must hold a guard named after T, itself a lock
 * of this kind (a guard's owner can die as well), and look once more while holding it. Only the guard's
 * holder changes a dead lock, and T never comes back: what is seen then stays so until the rename.
 */
async function acquire(file: string, mine: Owner): Promise<Owner | null> {
  const draft = `${file}.${mine.token}.draft`;
  await writeOwner(draft, mine);
  try {
    for (let attempt = 0; ; attempt++) {
      if (await linked(draft, file)) return null;
      const holder = await readOwner(file);
      if (holder === null) continue;
      if (await isAlive(holder.pid, holder.started)) return holder;

      const guard = `${file}.${holder.token}`;
      const taker = await acquire(guard, mine);
      if (taker !== null) {
        // It is about to hold the lock; seldom it is stopped, and then we do not wait for ever.
        if (attempt >= GUARD_RETRIES) return taker;
        await sleep(GUARD_PAUSE_MS);
        continue;
      }
      try {
        if ((await readOwner(file))?.token !== holder.token) continue;
        await rename(draft, file);
        return null;
      } finally {
        await unlink(guard);
      }
    }
  } finally {
    await rm(draft, { force: true });
  }
}

async function linked(draft: string, file: string): Promise<boolean> {
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function writeOwner(path: string, owner: Owner): Promise<void> {
  const handle = await open(path, 'w', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(owner)}\n`);
    // After a power cut an unsynced file can be there and empty, and say nothing about its owner.
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function readOwner(file: string): Promise<Owner | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const owner = parseOwner(text);
  if (owner !== null) return owner;
  throw new EmbeddedDatabaseError(
    `${file} cannot be read as a lock, so it does not tell whether another Florin uses the folder. ` +
      'If you are sure that none does, delete this file and start again.',
  );
}

function parseOwner(text: string): Owner | null {
  try {
    const { pid, started, token, port } = JSON.parse(text) as Record<string, unknown>;
    // A pid of 0 or less would signal process groups, and a token becomes part of a file's name.
    if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) return null;
    if (typeof token !== 'string' || !/^[0-9a-f]+$/.test(token)) return null;
    return {
      pid,
      started: typeof started === 'string' ? started : null,
      token,
      port: typeof port === 'number' ? port : null,
    };
  } catch {
    return null;
  }
}
