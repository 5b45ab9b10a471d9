import { chown, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EmbeddedDatabaseError } from './error.ts';
import { failureOf } from './process.ts';

/**
 * Whom PostgreSQL runs as. `prefix` goes before its command line and execs it, so that the pid stays;
 * `owner` is who must own its files, null where that is whoever creates them.
 */
export interface Account {
  readonly prefix: readonly string[];
  readonly owner: { readonly uid: number; readonly gid: number } | null;
}

interface Place {
  /** The folder of Florin, which exists. */
  readonly folder: string;
  /** PGDATA below it, which may not exist yet. */
  readonly cluster: string;
  /** The postgres binary. */
  readonly postgres: string;
}

// initdb looks its user up by name: an id is needed that every system has a name for.
const NOBODY = 65534;

const root: Account = {
  // PostgreSQL refuses uid 0. In a user namespace it sees another uid while its files stay root's own,
  // so that it reaches any folder that root owns, however closed.
  prefix: ['unshare', '-U', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`],
  owner: null,
};

const as = (uid: number, gid: number): Account => ({
  prefix: ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'],
  owner: { uid, gid },
});

/**
 * Finds an account that PostgreSQL accepts and that reaches its binaries and `place.folder`, which is
 * given to that account where it must be. Throws EmbeddedDatabaseError, with every reason, for root
 * where there is none.
 */
export async function chooseAccount(place: Place): Promise<Account> {
  if (process.getuid?.() !== 0) return { prefix: [], owner: null };
  const reasons: string[] = [];
  for (const account of await candidates(place)) {
    const reason = await reasonAgainst(account, place);
    if (reason === null) return account;
    reasons.push(`  ${account.prefix.join(' ')}: ${reason}`);
  }
  throw new EmbeddedDatabaseError(
    'PostgreSQL refuses to run as root, and no other user could be put in its place here:\n' +
      `${reasons.join('\n')}\n` +
      'Run Florin as a normal user, or set DATABASE_URL to a PostgreSQL that runs elsewhere. Where a ' +
      `folder cannot be reached, FLORIN_DATA_DIR may name one that can (now: ${place.folder}).`,
  );
}

async function candidates({ folder, cluster }: Place): Promise<Account[]> {
  const existing = await stat(cluster).catch(() => null);
  // A cluster that a normal user made (or setpriv, earlier) stays theirs, so they can start it again.
  if (existing !== null && existing.uid !== 0) return [as(existing.uid, existing.gid)];
  // Below somebody's closed home, only they (and a root with all its capabilities) get through.
  const parent = await stat(dirname(folder));
  const others = parent.uid === 0 ? [] : [as(parent.uid, parent.gid)];
  return [root, ...others, as(NOBODY, NOBODY)];
}

async function reasonAgainst({ prefix, owner }: Account, place: Place): Promise<string | null> {
  const closed = async (path: string) =>
    (await failureOf([...prefix, 'test', '-x', path])) === null ? null : `it cannot reach ${path}`;
  const reason =
    (await failureOf([...prefix, 'whoami'])) ??
    (await failureOf([...prefix, place.postgres, '--version'])) ??
    (await closed(dirname(place.folder)));
  if (reason !== null) return reason;
  if ((await closed(place.folder)) === null) return null;
  if (owner === null) return `it cannot reach ${place.folder}`;
  try {
    await chown(place.folder, owner.uid, owner.gid);
  } catch (error) {
    return (error as Error).message;
  }
  return await closed(place.folder);
}
