/** Whether the database can be reached, and if not, what to do. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import {
  connectAsOwner,
  type Database,
  EmbeddedDatabaseError,
  joinEmbedded,
  startEmbedded,
} from '@florin/db';
import type { Config } from '../config.ts';
import { type Finding, unknown, well, wrong } from './finding.ts';

export interface Reached {
  readonly finding: Finding;
  /** Null where it cannot be reached, or there is none yet. */
  readonly database: Database | null;
  close(): Promise<void>;
}

const nothing = async (): Promise<void> => {};

/** Nothing is made and nothing migrated; an embedded database that nobody has open is started until `close`. */
export async function reachDatabase({ databaseUrl, dataDir }: Config): Promise<Reached> {
  if (databaseUrl !== undefined) return reach(databaseUrl, databaseUrl, nothing);
  try {
    const running = await joinEmbedded(dataDir);
    if (running !== null) return await reach(running, dataDir, nothing);
    if (!(await isThere(join(dataDir, 'postgres')))) {
      const seen = `there is none yet in ${dataDir}; the first start makes it`;
      return { finding: well('database', seen), database: null, close: nothing };
    }
    const embedded = await startEmbedded(dataDir);
    return await reach(embedded.url, dataDir, embedded.stop);
  } catch (error) {
    if (!(error instanceof EmbeddedDatabaseError)) throw error;
    // Its message says what to do.
    const finding = wrong('database', `the one in ${dataDir} does not start`, error.message);
    return { finding, database: null, close: nothing };
  }
}

async function reach(url: string, where: string, close: () => Promise<void>): Promise<Reached> {
  const database = connectAsOwner(url);
  const closeBoth = async (): Promise<void> => {
    await database.close();
    await close();
  };
  try {
    await database.sql`select 1`;
    const { host, pathname, username } = new URL(url);
    const shown = url === where ? `${pathname.slice(1)} at ${host}, as ${username}` : where;
    return { finding: well('database', `reached: ${shown}`), database, close: closeBoth };
  } catch (error) {
    await closeBoth();
    return {
      finding: unreachable(error as NodeJS.ErrnoException, url),
      database: null,
      close: nothing,
    };
  }
}

/** The URL without its password. */
function unreachable({ code = '', message }: NodeJS.ErrnoException, text: string): Finding {
  const url = new URL(text);
  const name = url.pathname.slice(1);
  const seen = `cannot be reached (${message || code})`;
  const mends: Readonly<Record<string, string>> = {
    ECONNREFUSED: `Nothing listens at ${url.host}: start PostgreSQL there, or correct DATABASE_URL.`,
    ENOTFOUND: `There is no host ${url.hostname}: correct DATABASE_URL.`,
    EAI_AGAIN: `The name ${url.hostname} cannot be looked up just now: check the network, or correct DATABASE_URL.`,
    '28P01': `The password of ${url.username} is another one: correct DATABASE_URL.`,
    '28000': `PostgreSQL lets ${url.username} not in from here: correct DATABASE_URL, or its pg_hba.conf.`,
    '3D000': `There is no database ${name}: make it ("createdb ${name}"), or correct DATABASE_URL.`,
    '53300': 'It has no connection left: raise its max_connections, or end what holds them.',
    '57P03': 'It is starting or stopping just now: try again in a moment.',
  };
  const mend = mends[code] ?? 'Correct DATABASE_URL: postgres://user:password@host:5432/name.';
  return wrong('database', seen, mend);
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

export const notReached = (about: Finding['about']): Finding =>
  unknown(about, 'not looked at: there is no database to ask');
