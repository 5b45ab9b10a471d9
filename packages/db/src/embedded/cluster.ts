import { randomBytes } from 'node:crypto';
import { chown, mkdtemp, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from './account.ts';
import { EmbeddedDatabaseError } from './error.ts';
import { commandLine, failureOf } from './process.ts';

/** Where everything is inside Florin's data folder. */
export const layout = (folder: string) => ({
  folder,
  cluster: join(folder, 'postgres'),
  passwordFile: join(folder, 'postgres-password'),
  log: join(folder, 'postgres.log'),
});
export type Layout = ReturnType<typeof layout>;

const POLL_MS = 50;
const FAST_SHUTDOWN_MS = 10_000;
const IMMEDIATE_SHUTDOWN_MS = 5_000;

/**
 * Makes the cluster where there is none, and returns the superuser's password. The caller holds the
 * folder's lock. Throws EmbeddedDatabaseError where initdb fails or the password is lost.
 */
export async function prepareCluster(
  { folder, cluster, passwordFile }: Layout,
  account: Account,
  initdb: readonly string[],
): Promise<string> {
  const exists = (await stat(cluster).catch(() => null)) !== null;
  const password = await readPassword(passwordFile);
  if (exists) {
    await giveCluster(cluster, account);
    if (password !== null) return password;
    throw new EmbeddedDatabaseError(
      `${cluster} holds a database, but its password is missing (${passwordFile}). Restore that file ` +
        'from a backup, or move the data folder away to begin with an empty database.',
    );
  }
  const chosen = password ?? (await createPassword(folder, passwordFile));
  if (account.owner !== null) await chown(passwordFile, account.owner.uid, account.owner.gid);

  // Built aside under a name of its own and renamed when complete: an initdb that was cut short leaves
  // nothing that looks like a cluster, and one that still runs does not write into ours.
  for (const name of await readdir(folder)) {
    if (!name.startsWith('postgres.new-')) continue;
    await rm(join(folder, name), { recursive: true, force: true }).catch(() => {});
  }
  const draft = await mkdtemp(join(folder, 'postgres.new-'));
  if (account.owner !== null) await chown(draft, account.owner.uid, account.owner.gid);
  // initdb syncs what it made, and the rename below vouches for it.
  const failure = await failureOf([
    ...initdb,
    ...['-D', draft, '-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`],
    ...['-E', 'UTF8', '--locale=C', '--no-instructions'],
  ]);
  if (failure !== null) {
    await rm(draft, { recursive: true, force: true });
    throw new EmbeddedDatabaseError(
      `A new database could not be made in ${folder}: ${failure}. ` +
        'Check the free space and the permissions there, or set DATABASE_URL to another PostgreSQL.',
    );
  }
  await rename(draft, cluster);
  await syncPath(folder);
  return chosen;
}

/**
 * Stops a PostgreSQL that outlived the Florin which started it. The caller holds the folder's lock.
 * Throws EmbeddedDatabaseError where it does not stop.
 */
export async function stopOrphan(cluster: string): Promise<void> {
  const file = join(cluster, 'postmaster.pid');
  const pid = Number((await readFile(file, 'utf8').catch(() => '')).split('\n')[0]);
  if (!Number.isSafeInteger(pid) || pid <= 0) return;
  if (!(await servesCluster(pid, cluster))) {
    // A zombie's or recycled pid would keep the next PostgreSQL from starting.
    await rm(file, { force: true });
    return;
  }
  if (await stopsOn(pid, 'SIGINT', cluster, FAST_SHUTDOWN_MS)) return;
  // Immediate: no checkpoint; the next start recovers from the log, and nothing acknowledged is lost.
  if (await stopsOn(pid, 'SIGQUIT', cluster, IMMEDIATE_SHUTDOWN_MS)) return;
  throw new EmbeddedDatabaseError(
    `A PostgreSQL left over from an earlier Florin (pid ${pid}) still runs on ${cluster} and does not ` +
      'stop. Stop it by hand, then start Florin again.',
  );
}

async function servesCluster(pid: number, cluster: string): Promise<boolean> {
  const args = await commandLine(pid);
  if (args.length > 1) return args.includes(cluster) && (args[0] ?? '').endsWith('postgres');
  return (args[0] ?? '').includes(`postgres -D ${cluster} `);
}

async function stopsOn(pid: number, signal: 'SIGINT' | 'SIGQUIT', cluster: string, ms: number) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ESRCH') return true;
    if (code === 'EPERM') return false;
    throw error;
  }
  const deadline = performance.now() + ms;
  while (performance.now() < deadline) {
    if (!(await servesCluster(pid, cluster))) return true;
    await sleep(POLL_MS);
  }
  return false;
}

/** A cluster that root made in a user namespace is root's, and setpriv's user must own its own. */
async function giveCluster(cluster: string, { owner }: Account): Promise<void> {
  if (owner === null || (await stat(cluster)).uid === owner.uid) return;
  const failure = await failureOf(['chown', '-R', `${owner.uid}:${owner.gid}`, cluster]);
  if (failure === null) return;
  throw new EmbeddedDatabaseError(
    `${cluster} belongs to root and could not be given to uid ${owner.uid}, which PostgreSQL has to ` +
      `run as here: ${failure}. Run Florin as a normal user, or set DATABASE_URL to another PostgreSQL.`,
  );
}

async function readPassword(file: string): Promise<string | null> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function createPassword(folder: string, file: string): Promise<string> {
  const password = randomBytes(24).toString('base64url');
  const draft = `${file}.draft`;
  await rm(draft, { force: true });
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(`${password}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
  await syncPath(folder);
  return password;
}

/** Makes the names inside a folder (renames, new files) survive a power cut. */
async function syncPath(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
