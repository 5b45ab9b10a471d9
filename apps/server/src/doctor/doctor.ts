/** `florin doctor`: what is wrong with a setup, and how to mend it. It changes nothing. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, readConfig } from '../config.ts';
import { lookAtDatabase } from './database.ts';
import { type Finding, well, wrong } from './finding.ts';
import { lookAtPort } from './port.ts';
import { notReached, reachDatabase } from './reach.ts';

const ofDatabase = ['version', 'migrations', 'role', 'grants', 'clock', 'key'] as const;

/** @param now milliseconds since the epoch */
export async function examine(
  environment: Parameters<typeof readConfig>[0],
  now: () => number = Date.now,
): Promise<readonly Finding[]> {
  let config: ReturnType<typeof readConfig>;
  try {
    config = readConfig(environment);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    // Nothing else can be looked at before it is known what is wanted.
    return error.message
      .split('\n')
      .map((line) =>
        wrong(
          'settings',
          line.replace(/\.$/, ''),
          'Correct this environment variable, or unset it.',
        ),
      );
  }
  const port = await lookAtPort(config);
  await using opened = new AsyncDisposableStack();
  const reached = opened.adopt(await reachDatabase(config), (it) => it.close());
  const before = [well('settings', 'each can be read'), port, reached.finding];
  if (reached.database === null) return [...before, ...ofDatabase.map(notReached)];
  const keyInFile = config.databaseUrl === undefined ? await readKey(config.dataDir) : null;
  return [...before, ...(await lookAtDatabase(reached.database, { config, now, keyInFile }))];
}

const readKey = (dataDir: string): Promise<string | null> =>
  readFile(join(dataDir, 'api-key'), 'utf8').then(
    (text) => text.trim(),
    () => null,
  );
