import { type ChildProcess, spawn } from 'node:child_process';
import { open, readFile, rename, stat, truncate } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Layout } from './cluster.ts';
import { EmbeddedDatabaseError } from './error.ts';
import { FOLDER_TAKEN } from './guards.ts';
import { childEnvironment } from './process.ts';

/** A running postmaster. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** Fast shutdown: open transactions are rolled back. Resolves once the process is gone. */
  stop(): Promise<void>;
}

interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
  readonly error: Error | null;
}

const READY_POLL_MS = 10;
const FAST_SHUTDOWN_MS = 30_000;
const PORT_ATTEMPTS = 5;
const LOG_TAIL_BYTES = 4_096;
const LOG_LIMIT_BYTES = 16 * 1024 * 1024;
const LOG_CHECK_MS = 60_000;

/**
 * Starts PostgreSQL on a prepared cluster, on a free port of 127.0.0.1, and returns once it takes
 * connections. `command` is its binary with everything that goes before. Throws EmbeddedDatabaseError,
 * with the end of its log, where it exits instead; there is no process left then.
 */
export async function startPostmaster(
  paths: Layout,
  command: readonly string[],
  settings: Readonly<Record<string, string>>,
): Promise<Postmaster> {
  // The last run's log may tell why it ended.
  await rename(paths.log, `${paths.log}.1`).catch(() => {});
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const { child, exited } = await launch(paths, command, { ...tuned, ...settings, ...own(port) });
    const exit = await readyOrOver(child, paths, exited);
    if (exit === null) return supervise(child, exited, port, paths.log);
    const log = await logTail(paths.log);
    // Someone took the port between our finding it and PostgreSQL's binding it.
    if (log.includes('Address already in use') && attempt < PORT_ATTEMPTS) continue;
    throw failedStart(exit, log, paths);
  }
}

/** Bytes of a machine that has 512 MB to spare. */
const largeMemory = 4 * 1024 ** 3;

const tuned = {
  // By default a busy Florin fills its WAL in about a minute, and each checkpoint has whole pages
  // written once more; and pages of indexes whose order is not that of time don't stay in memory.
  max_wal_size: '4GB',
  shared_buffers: totalmem() >= largeMemory ? '512MB' : '128MB',
} as const;

const own = (port: number) => ({
  port: String(port),
  listen_addresses: '127.0.0.1',
  // A socket's path is limited to 107 bytes, which a data folder's soon exceeds, and nothing needs it.
  unix_socket_directories: '',
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

async function launch(
  { cluster, log }: Layout,
  [file = '', ...args]: readonly string[],
  settings: Readonly<Record<string, string>>,
): Promise<{ child: ChildProcess; exited: Promise<Exit> }> {
  // A file and no pipe: PostgreSQL must not wait for a busy event loop, nor lose its last words when
  // Florin is killed. Appending, so that it can be cut while it is written to.
  const output = await open(log, 'a', 0o600);
  try {
    const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const child = spawn(file, [...args, '-D', cluster, ...options], {
      env: childEnvironment(),
      cwd: '/',
      stdio: ['ignore', 'ignore', output.fd],
      // Its own process group: Ctrl-C is for Florin, which still needs the database to finish.
      detached: true,
    });
    const exited = new Promise<Exit>((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal, error: null }));
      // Also emitted for a signal that could not be sent: that is no end.
      child.on('error', (error) => {
        if (child.pid === undefined) resolve({ code: null, signal: null, error });
      });
    });
    return { child, exited };
  } finally {
    await output.close();
  }
}

/**
 * Resolves with null once PostgreSQL takes connections, or with how it ended. There is no time limit:
 * recovery after a crash takes as long as it takes, and cutting it short would only start it over.
 */
async function readyOrOver(
  child: ChildProcess,
  { cluster }: Layout,
  exited: Promise<Exit>,
): Promise<Exit | null> {
  let exit: Exit | undefined;
  void exited.then((how) => {
    exit = how;
  });
  while (exit === undefined) {
    // The file that pg_ctl waits on: line 1 is the pid, line 8 the state.
    const file = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '');
    const lines = file.split('\n');
    if (Number(lines[0]) === child.pid && lines[7]?.trim() === 'ready') return null;
    await sleep(READY_POLL_MS);
  }
  return exit;
}

function supervise(
  child: ChildProcess,
  exited: Promise<Exit>,
  port: number,
  log: string,
): Postmaster {
  // A database that nobody stopped must not keep a finished program from ending.
  child.unref();
  const interrupt = () => child.kill('SIGINT');
  process.once('exit', interrupt);
  const logCheck = setInterval(() => void cut(log), LOG_CHECK_MS).unref();
  void exited.then(() => {
    process.off('exit', interrupt);
    clearInterval(logCheck);
  });
  return {
    pid: child.pid as number,
    port,
    async stop() {
      child.ref();
      child.kill('SIGINT');
      const impatience = setTimeout(() => child.kill('SIGQUIT'), FAST_SHUTDOWN_MS);
      await exited;
      clearTimeout(impatience);
    },
  };
}

async function cut(log: string): Promise<void> {
  const size = await stat(log).then(
    (s) => s.size,
    () => 0,
  );
  if (size > LOG_LIMIT_BYTES) await truncate(log).catch(() => {});
}

/** The end of PostgreSQL's log, for error messages. */
export async function logTail(log: string): Promise<string> {
  const text = await readFile(log, 'utf8').catch(() => '');
  return text.slice(-LOG_TAIL_BYTES).trim();
}

function failedStart({ code, signal, error }: Exit, log: string, { folder, cluster }: Layout) {
  if (code === FOLDER_TAKEN) {
    return new EmbeddedDatabaseError(
      `Another PostgreSQL, perhaps of a Florin in another container, is using ${cluster}. Stop it and ` +
        `start again, choose another folder than ${folder} with FLORIN_DATA_DIR, or set DATABASE_URL ` +
        'in both to share one database.',
    );
  }
  const how = error?.message ?? (signal === null ? `exit code ${code}` : `signal ${signal}`);
  return new EmbeddedDatabaseError(
    `The embedded PostgreSQL on ${cluster} ended while starting (${how}). Its log says:\n` +
      `${log || '(nothing)'}\n` +
      'Put right what it names, or set DATABASE_URL to another PostgreSQL.',
  );
}
