/** A real Florin passes: nothing is found, and nothing is left out. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { testDatabase } from '@florin/db/testing';
import { expect, it } from 'vitest';
import { proveHere } from './run.ts';

const key = `fk_test_${'p'.repeat(32)}`;
const server = new URL('../../../server/', import.meta.url).pathname;
/** Loads the server in half the time. */
const quickStart = `${server}src/quick-start.ts`;

async function startFlorin(databaseUrl: string) {
  const child = spawn(process.execPath, ['--import', quickStart, `${server}src/main.ts`], {
    env: {
      ...{ PATH: process.env['PATH'], PORT: '0', FLORIN_LOG: 'silent' },
      ...{ DATABASE_URL: databaseUrl, FLORIN_BOOTSTRAP_KEY: key },
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  const url = /listening on (\S+)/.exec(String(line))?.[1];
  if (url === undefined) throw new Error(`Florin did not start: ${line}`);
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

it('exit code 0, with every scenario played', async () => {
  await using database = await testDatabase();
  await using florin = await startFlorin(database.url);
  const { code, stdout } = await proveHere(
    ...['--url', florin.url, '--key', key, '--races', '1', '--ways', '8', '--seed', '7'],
  );
  expect(stdout).toContain('None of 42 scenarios found a violation.');
  expect(stdout).not.toContain('left out');
  expect(code).toBe(0);
});
