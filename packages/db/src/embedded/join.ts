import { readFile, realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { layout } from './cluster.ts';
import { livingOwner } from './lock.ts';

const POLL_MS = 100;
/** As long as a start may take that makes a new cluster on a slow disk, or recovers after a crash. */
const STARTING_MS = 30_000;

/**
 * The owner's URL of the embedded database that a running Florin has open in `dataDir`; null if none
 * runs there. One that is starting is waited for, 30 s at most. Nothing is started or changed.
 *
 * Throws EmbeddedDatabaseError where the folder's lock cannot be read as one.
 */
export async function joinEmbedded(dataDir: string): Promise<string | null> {
  const folder = await realpath(resolve(dataDir)).catch(() => null);
  if (folder === null) return null;
  const deadline = performance.now() + STARTING_MS;
  for (;;) {
    const owner = await livingOwner(folder);
    if (owner === null) return null;
    if (owner.port !== null) {
      const password = (await readFile(layout(folder).passwordFile, 'utf8')).trim();
      return ownerUrl(password, owner.port);
    }
    if (performance.now() > deadline) return null;
    await sleep(POLL_MS);
  }
}

/** Of the superuser `postgres`; the database is `florin`, unless another is asked for. */
export function ownerUrl(password: string, port: number, database = 'florin'): string {
  return `postgres://postgres:${password}@127.0.0.1:${port}/${database}`;
}
