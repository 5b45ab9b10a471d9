/** The database that Florin works on: the one it is given, or the one it brings along. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bootstrapMerchant, migrate, newApiKey, startEmbedded } from '@florin/db';
import type { Config } from './config.ts';

export interface Storage {
  /** As the database's owner. */
  readonly url: string;
  /** The first merchant's key, if it was made just now and nobody has been told yet. */
  readonly newKey: string | null;
  /** Stops the embedded database; one that was given is left alone. */
  close(): Promise<void>;
}

/** A database that is there, migrated, and has a merchant if that is for us to make. */
export async function openStorage(config: Config): Promise<Storage> {
  if (config.databaseUrl !== undefined) {
    const url = config.databaseUrl;
    await migrate(url);
    if (config.bootstrapKey !== undefined) await bootstrapMerchant(url, config.bootstrapKey);
    return { url, newKey: null, close: async () => {} };
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

/** The key's file comes first: a crash in between must not leave a merchant whose key nobody has. */
async function ensureFirstKey(config: Config, url: string): Promise<string | null> {
  if (config.bootstrapKey !== undefined) {
    await bootstrapMerchant(url, config.bootstrapKey);
    return null;
  }
  const key = await keyIn(join(config.dataDir, 'api-key'));
  return (await bootstrapMerchant(url, key)) ? key : null;
}

/** The key that the file holds; a new one is written to it if there is no file. */
async function keyIn(file: string): Promise<string> {
  try {
    const key = newApiKey('test');
    await writeFile(file, `${key}\n`, { mode: 0o600, flag: 'wx' });
    return key;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return (await readFile(file, 'utf8')).trim();
  }
}
