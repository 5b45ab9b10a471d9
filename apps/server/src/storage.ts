/** The database that Florin works on: the one it is given, or the one it brings along. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  apiKeyPattern,
  bootstrapMerchant,
  joinEmbedded,
  migrate,
  newApiKey,
  startEmbedded,
  troubleOf,
} from '@florin/db';
import { type Config, ConfigError } from './config.ts';

/** A database that is there and migrated. */
interface Opened {
  /** As the database's owner. */
  readonly url: string;
  /** Stops the embedded database if this opened it; one that was there before is left alone. */
  close(): Promise<void>;
}

export interface Storage extends Opened {
  /** The first merchant's key, if it was made just now and nobody has been told yet. */
  readonly newKey: string | null;
}

const leaveAlone = async (): Promise<void> => {};

/**
 * For the server: a database that has a merchant, if that is for us to make.
 * @throws ConfigError, EmbeddedDatabaseError
 */
export async function openStorage(config: Config): Promise<Storage> {
  if (config.databaseUrl !== undefined) {
    const opened = await openGiven(config.databaseUrl);
    if (config.bootstrapKey !== undefined) await bootstrapMerchant(opened.url, config.bootstrapKey);
    return { ...opened, newKey: null };
  }
  const embedded = await startEmbedded(config.dataDir);
  try {
    await migrate(embedded.url);
    const newKey = await ensureFirstKey(config, embedded.url);
    return { url: embedded.url, newKey, close: embedded.stop };
  } catch (error) {
    await embedded.stop();
    throw error;
  }
}

const joinAttempts = 20;
const joinPauseMs = 250;

/**
 * For a command beside the server: an embedded database that a running Florin has open is joined; if
 * none runs, it is started until `close`. No merchant is made.
 * @throws ConfigError, EmbeddedDatabaseError
 */
export async function joinStorage(config: Config): Promise<Opened> {
  if (config.databaseUrl !== undefined) return openGiven(config.databaseUrl);
  for (let attempt = 1; ; attempt++) {
    const opened = await joinOrStart(config.dataDir);
    try {
      // Also of a server that is there already: it may be about to.
      await migrate(opened.url);
      return opened;
    } catch (error) {
      await opened.close();
      // Whoever has it open may be stopping it just now.
      if (attempt === joinAttempts || troubleOf(error) !== 'unreachable') throw error;
      await sleep(joinPauseMs);
    }
  }
}

async function joinOrStart(dataDir: string): Promise<Opened> {
  const running = await joinEmbedded(dataDir);
  if (running !== null) return { url: running, close: leaveAlone };
  try {
    const embedded = await startEmbedded(dataDir);
    return { url: embedded.url, close: embedded.stop };
  } catch (error) {
    // Another Florin may have been first, in this very moment.
    const theirs = await joinEmbedded(dataDir);
    if (theirs === null) throw error;
    return { url: theirs, close: leaveAlone };
  }
}

async function openGiven(url: string): Promise<Opened> {
  try {
    await migrate(url);
    return { url, close: leaveAlone };
  } catch (cause) {
    const reason = reasonOf(cause);
    throw new ConfigError(`The database of DATABASE_URL cannot be used: ${reason}.`, { cause });
  }
}

/** Drizzle's message is the statement; what the database said of it is the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message.startsWith('Failed query') && error.cause) return reasonOf(error.cause);
  const { code } = error as NodeJS.ErrnoException;
  return (error.message || code || error.name).replace(/\.$/, '');
}

/** The key's file comes first: a crash in between must not leave a merchant whose key nobody has. */
async function ensureFirstKey(config: Config, url: string): Promise<string | null> {
  if (config.bootstrapKey !== undefined) {
    await bootstrapMerchant(url, config.bootstrapKey);
    return null;
  }
  let key: string | null = null;
  const isMade = await bootstrapMerchant(url, async () => {
    key = await keyIn(join(config.dataDir, 'api-key'));
    return key;
  });
  return isMade ? key : null;
}

/** The key that the file holds; a new one is written to it if it holds none. */
async function keyIn(file: string): Promise<string> {
  const kept = (await readFile(file, 'utf8').catch(ignoreMissing)).trim();
  if (apiKeyPattern.test(kept)) return kept;
  const key = newApiKey('test');
  // Whole or not at all.
  const draft = `${file}.draft`;
  await writeFile(draft, `${key}\n`, { mode: 0o600 });
  await rename(draft, file);
  return key;
}

function ignoreMissing(error: NodeJS.ErrnoException): string {
  if (error.code !== 'ENOENT') throw error;
  return '';
}
