/** What a benchmark runs on: a PostgreSQL of its own, with everything durable, and servers on it. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { connectAsOwner, type EmbeddedDatabase, migrate, startEmbedded } from '@florin/db';
import { type Seeded, seed } from './seed.ts';
import { cpuSeconds } from './usage.ts';

/** A server in a process of its own. */
export interface Server {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** A database with Florin's tables, and what was seeded into it. */
export interface Store {
  /** As its owner. */
  readonly url: string;
  readonly seeded: Seeded;
}

export interface Stage extends AsyncDisposable {
  readonly key: string;
  /** A new database that a Florin has made its own, with so many payments in it. */
  store(name: string, payments: number): Promise<Store>;
  /** A new database with Florin's tables and no Florin, for baselines. */
  bareStore(name: string, payments: number): Promise<Store>;
  florin(store: Pick<Store, 'url'>): Promise<Server>;
  /** The hand-written handler of baseline (b), and the constant. */
  handler(store: Pick<Store, 'url'>, connections: number): Promise<Server>;
  /** ANALYZE, in every database that was made. */
  analyze(): Promise<void>;
  /** CPU seconds that PostgreSQL has used so far. */
  databaseSeconds(): Promise<number>;
  /** Immediate stop, as of a power cut, and start again. */
  crash(): Promise<void>;
}

export const key = `fk_test_${'b'.repeat(32)}`;
const root = fileURLToPath(new URL('../../../', import.meta.resolve('@florin/server/main')));
/** The arguments that `pnpm start` gives to Node. */
const [, ...startArguments] = startScript().split(' ');
const handlerMain = fileURLToPath(new URL('baselines/handler.ts', import.meta.url));

/** Room for all of the servers and clients at once; all else is as Florin brings it along. */
const settings = { max_connections: '300' };

const pollMs = 10;

/** @param told what is being done */
export async function setStage(told: (line: string) => void): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'florin-bench-'));
  const dataFolder = join(folder, 'data');
  let embedded: EmbeddedDatabase = await startEmbedded(dataFolder, { settings });
  const servers = new Set<Server>();
  const databases: string[] = [];
  let started = 0;

  const urlOf = (name: string): string => {
    const url = new URL(embedded.url);
    url.pathname = name;
    return url.href;
  };
  async function fill(name: string, payments: number): Promise<Store> {
    const owner = connectAsOwner(urlOf(name));
    const seeded = await seed(owner, payments, (done) => told(`${name}: ${done} payments`));
    await owner.close();
    // Its place changes with every start of PostgreSQL.
    return {
      get url() {
        return urlOf(name);
      },
      seeded,
    };
  }
  async function create(name: string): Promise<void> {
    const owner = connectAsOwner(embedded.url);
    await owner.sql.unsafe(`create database ${name}`);
    await owner.close();
    await migrate(urlOf(name));
    databases.push(name);
  }
  const start = async (args: readonly string[], environment: NodeJS.ProcessEnv) => {
    const log = join(folder, `server-${++started}.log`);
    const server = await spawned(log, args, environment);
    servers.add(server);
    return server;
  };
  const florin = ({ url }: Pick<Store, 'url'>) =>
    start(startArguments, {
      PORT: '0',
      DATABASE_URL: url,
      FLORIN_BOOTSTRAP_KEY: key,
    });

  return {
    key,
    async store(name, payments) {
      await create(name);
      const first = await florin({ url: urlOf(name) });
      await first.stop();
      return fill(name, payments);
    },
    async bareStore(name, payments) {
      await create(name);
      return fill(name, payments);
    },
    florin,
    handler: ({ url }, connections) => start([handlerMain, url, '0', key, String(connections)], {}),
    async analyze() {
      for (const name of databases) {
        const owner = connectAsOwner(urlOf(name));
        await owner.sql`analyze`;
        await owner.close();
      }
    },
    databaseSeconds: () => cpuSeconds(embedded.pid),
    async crash() {
      process.kill(embedded.pid, 'SIGQUIT');
      await embedded.stop();
      embedded = await startEmbedded(dataFolder, { settings });
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...servers].map((server) => server.stop()));
      await embedded.stop();
      await rm(folder, { recursive: true });
    },
  };
}

/** A Florin of its own, its log in a file. */
export const startFlorin = (log: string, environment: NodeJS.ProcessEnv): Promise<Server> =>
  spawned(log, startArguments, environment);

function startScript(): string {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return scripts.start;
}

/** Its log, as it is by default, goes to a file. */
async function spawned(
  log: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<Server> {
  const output = await open(log, 'w');
  const child = spawn(process.execPath, args, {
    cwd: root,
    // biome-ignore lint/style/noProcessEnv: where an embedded database finds what it is started by.
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', output.fd, 'inherit'],
  });
  await output.close();
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  while (child.exitCode === null) {
    const said = await readFile(log, 'utf8');
    const url = / is listening on (\S+)\n/.exec(said)?.[1];
    if (url === undefined) {
      await sleep(pollMs);
      continue;
    }
    return {
      url,
      pid: child.pid as number,
      async stop() {
        child.kill('SIGTERM');
        await gone;
      },
    };
  }
  throw new Error(`A server ended with ${child.exitCode}: ${await readFile(log, 'utf8')}`);
}
