/** A Florin to test: in this process, or in one of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { limits } from '@florin/core';
import { type TestDatabase, testDatabase } from '@florin/db/testing';
import { start } from '../src/main.ts';
import type { Providers } from '../src/providers/index.ts';
import { client, type Http } from './http.ts';

export const testKey = `fk_test_${'k'.repeat(32)}`;
/** As by default: half an hour for a payer to act, a week for a hold. */
export const deadlines = {
  payerActionMs: limits.payerActionMs,
  authorizationMs: limits.authorizationMs,
} as const;

/** What the sandbox's reports are signed with. */
export const testSecret = `whsec_${Buffer.from('a secret of the test sandbox').toString('base64')}`;

export const liveKey = `fk_live_${'k'.repeat(32)}`;

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  /** With the bootstrap merchant's key. */
  readonly http: Http;
}

export async function startServer(databaseUrl: string, providers?: Providers): Promise<TestServer> {
  const config = {
    port: 0,
    host: '127.0.0.1',
    databaseUrl,
    dataDir: '/dev/null',
    bootstrapKey: testKey,
    deadlines,
    publicUrl: undefined,
    sandboxSecret: testSecret,
    logLevel: 'silent',
  };
  const { url, stop } = await start(config, providers);
  return { url, http: client(url, testKey), [Symbol.asyncDispose]: stop };
}

/** A database and a server on it, which stop together. */
export async function startFlorin(
  providers?: Providers,
): Promise<TestServer & { readonly db: TestDatabase }> {
  const db = await testDatabase();
  const server = await startServer(db.url, providers);
  return {
    ...server,
    db,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await db[Symbol.asyncDispose]();
    },
  };
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ServerProcess extends TestServer {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  /** What it has printed so far. */
  printed(): string;
  /** Resolves once it is gone. */
  kill(signal: NodeJS.Signals): Promise<Exit>;
}

export const mainScript = join(import.meta.dirname, '../src/main.ts');
/** Preloaded, as `pnpm start` does. */
export const quickStart = join(import.meta.dirname, '../src/quick-start.ts');
export const fixture = (name: string): string => join(import.meta.dirname, 'fixtures', name);

/** Settings of a server on `databaseUrl`; nothing of this process's environment goes along. */
export const on = (databaseUrl: string): Readonly<Record<string, string>> => ({
  DATABASE_URL: databaseUrl,
  FLORIN_BOOTSTRAP_KEY: testKey,
});

function launch(settings: Readonly<Record<string, string>>, script: string) {
  const command = ['--import', quickStart, script];
  const child: ChildProcess = spawn(process.execPath, command, {
    env: { PATH: process.env['PATH'], PORT: '0', FLORIN_LOG: 'silent', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    printed.stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    printed.stderr += text;
  });
  const exited = new Promise<Exit>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, ...printed }));
  });
  return { child, printed, exited };
}

/** A server process that is ready. Disposing of it is SIGTERM. */
export async function spawnServer(
  settings: Readonly<Record<string, string>>,
  script: string = mainScript,
): Promise<ServerProcess> {
  const { child, printed, exited } = launch(settings, script);
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', () => {
      const found = /^Florin is listening on (\S+)\n/.exec(printed.stdout)?.[1];
      if (found !== undefined) resolve(found);
    });
    void exited.then(({ stderr }) => reject(new Error(`The server did not start: ${stderr}`)));
  });
  const kill = (signal: NodeJS.Signals): Promise<Exit> => {
    child.kill(signal);
    return exited;
  };
  return {
    url,
    http: client(url, settings['FLORIN_BOOTSTRAP_KEY'] ?? null),
    pid: child.pid ?? 0,
    exited,
    printed: () => printed.stdout,
    kill,
    [Symbol.asyncDispose]: async () => void (await kill('SIGTERM')),
  };
}

/** A start that is expected to fail, or to end by itself; `meanwhile` may signal it. */
export function runServer(
  settings: Readonly<Record<string, string>>,
  script: string = mainScript,
  meanwhile: (child: Pick<ChildProcess, 'kill'>) => void = () => {},
): Promise<Exit> {
  const { child, exited } = launch(settings, script);
  meanwhile({ kill: (signal) => child.kill(signal) });
  return exited;
}
