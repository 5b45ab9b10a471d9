/** A Florin of its own, started as a user starts it: a process, with its embedded database. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const server = new URL('../../../apps/server/src/', import.meta.url).pathname;
const [quickStart, main] = [`${server}quick-start.ts`, `${server}main.ts`];

export interface RunningFlorin extends AsyncDisposable {
  readonly url: string;
  readonly apiKey: string;
}

export async function startFlorin(): Promise<RunningFlorin> {
  const folder = await mkdtemp(join(tmpdir(), 'florin-example-'));
  const child = spawn(process.execPath, ['--import', quickStart, main], {
    cwd: folder,
    env: { PATH: process.env['PATH'], PORT: '0', FLORIN_LOG: 'warn' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return {
    url: await listening(child.stdout),
    apiKey: (await readFile(join(folder, '.florin/api-key'), 'utf8')).trim(),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');
      await rm(folder, { recursive: true });
    },
  };
}

async function listening(output: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const chunk of output) {
    text += chunk.toString();
    const url = /listening on (http:\S+)\n/.exec(text)?.[1];
    if (url) return url;
  }
  throw new Error(`Florin did not start: ${text}`);
}
