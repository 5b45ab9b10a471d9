import { join } from 'node:path';
import { failureOf } from './process.ts';

/** What flock exits with where the folder is taken; neither PostgreSQL nor the other wrappers do. */
export const FOLDER_TAKEN = 75;
/** Long enough for the last processes of a PostgreSQL that was just stopped to go. */
const TAKEN_WAIT_S = 2;

/**
 * What goes before the account's prefix: the kernel then holds the folder for as long as any process of
 * PostgreSQL lives. `florin.lock` and postmaster.pid name pids, which mean nothing to a second container
 * on the same volume; this does. Empty where the flock at hand, or the file system, can't do it.
 */
export async function holdFolder(folder: string): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  const flock = (path: string) => [
    ...['flock', '--no-fork', '-w', String(TAKEN_WAIT_S), '-E', String(FOLDER_TAKEN)],
    path,
  ];
  // Tried on another file: on the folder, "taken" would look like "can't".
  const failure = await failureOf([...flock(join(folder, 'florin.lock')), 'true']);
  return failure === null ? flock(folder) : [];
}

/**
 * What goes after the account's prefix (a change of user would undo it): the kernel sends the signal
 * when Florin dies, however it dies. Empty where the setpriv at hand can't do it; the next start then
 * finds an orphan and stops it.
 */
export async function dieWithParent(
  account: readonly string[],
  signal: 'INT' | 'KILL',
): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  const prefix = ['setpriv', '--pdeathsig', signal];
  return (await failureOf([...account, ...prefix, 'true'])) === null ? prefix : [];
}
