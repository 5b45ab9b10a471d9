/** Starts Florin: the only place where its parts are wired together. */
import { createServer, type RequestListener, type ServerOptions } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect, EmbeddedDatabaseError } from '@florin/db';
import { createAdaptorServer, type ServerType } from '@hono/node-server';
import { createCallers } from './callers.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import { createReports } from './engine/apply-report.ts';
import { createEngine } from './engine/execute.ts';
import { createHttp } from './http.ts';
import { createLog } from './log.ts';
import { createMetrics } from './metrics.ts';
import { createProviders, type Providers } from './providers/index.ts';
import { createSandbox } from './providers/sandbox.ts';
import { createShed, type Shed } from './shed.ts';
import { openStorage } from './storage.ts';
import { createThrottle } from './throttle.ts';
import { startAnalyzeWorker } from './workers/analyze-grown.ts';
import { startReportWorker } from './workers/apply-reports.ts';
import { startExpireWorker } from './workers/expire-payments.ts';
import { startNumberingWorker } from './workers/number-events.ts';
import { startLastUseWorker } from './workers/record-last-use.ts';
import { startResumeWorker } from './workers/resume-operations.ts';

export interface Florin {
  /** Where it answers, such as `http://127.0.0.1:8000`. */
  readonly url: string;
  /** The first merchant's key, if this start made it. */
  readonly newKey: string | null;
  /** Requests in flight finish, then everything stops, the embedded database last. */
  stop(): Promise<void>;
}

/** Connections that wait to be taken. By default 511: whoever is over that tries again after a second or more. */
const backlog = 4_096;

/** How long a stop waits for requests in flight. */
const graceMs = 25_000;

/** @param given the providers, where a test brings its own */
export async function start(config: Config, given?: Providers): Promise<Florin> {
  // Closed in the opposite order, also when a later step of the start fails.
  await using opened = new AsyncDisposableStack();
  const log = createLog(config.logLevel);
  const storage = opened.adopt(await openStorage(config), (it) => it.close());
  const database = opened.adopt(connect(storage.url), (it) => it.close());
  let { publicUrl } = config;
  const sandbox = createSandbox({
    secret: config.sandboxSecret,
    publicUrl() {
      if (publicUrl === undefined) throw new Error('The server does not listen yet.');
      return publicUrl;
    },
  });
  const providers = given ?? createProviders(sandbox);
  const { deadlines } = config;
  // Stops once the engine is idle, and hands the feed over to another process.
  opened.adopt(startNumberingWorker(database, log), (it) => it.stop());
  opened.adopt(startAnalyzeWorker(database, log), (it) => it.stop());
  const throttle = createThrottle();
  const engine = opened.adopt(
    createEngine(database, providers, deadlines, log, throttle.paused),
    (it) => it.idle(),
  );
  const reports = createReports({ database, engine, deadlines, log });
  opened.adopt(startExpireWorker(database, engine, log), (it) => it.stop());
  opened.adopt(startResumeWorker(database, engine, log), (it) => it.stop());
  opened.adopt(startReportWorker(database, reports, log), (it) => it.stop());
  const lastUse = opened.adopt(startLastUseWorker(database, log), (it) => it.stop());
  const callers = createCallers(database, lastUse.note);
  const metrics = createMetrics(database);
  const http = createHttp({
    database,
    engine,
    providers,
    reports,
    callers,
    metrics,
    log,
  });
  const shed = createShed({ engine, callers, throttle, metrics, log });
  const server = opened.adopt(await listen(http.fetch, shed, config), close);

  const { port } = server.address() as AddressInfo;
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  const url = `http://${host}:${port}`;
  publicUrl ??= url;
  const running = opened.move();
  return {
    url,
    newKey: storage.newKey,
    stop: () => running.disposeAsync(),
  };
}

function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  shed: Shed,
  config: Config,
) {
  return new Promise<ServerType>((resolve, reject) => {
    const server = createAdaptorServer({
      fetch,
      hostname: config.host,
      createServer: ((options: ServerOptions, serve: RequestListener) =>
        createServer(options, (request, response) => {
          if (!shed(request, response)) serve(request, response);
        })) as typeof createServer,
    });
    server.once('error', reject);
    server.listen({ port: config.port, host: config.host, backlog }, () => resolve(server));
  });
}

/** Takes no new connection; those that are idle, and those that become so, are closed. */
function close(server: ServerType): Promise<void> {
  return new Promise((resolve) => {
    if (!('closeIdleConnections' in server)) return resolve();
    const sweep = setInterval(() => server.closeIdleConnections(), 50);
    const giveUp = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearInterval(sweep);
      clearTimeout(giveUp);
      resolve();
    });
  });
}

/** What to tell whoever starts it, where the start fails for a reason that they can mend. */
function explain(error: unknown, config: Config | undefined): string {
  if (error instanceof ConfigError || error instanceof EmbeddedDatabaseError) return error.message;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    return `Port ${config?.port} of ${config?.host} is taken. Set PORT to another one.`;
  }
  if (code === 'EACCES' && syscall === 'listen') {
    return `Port ${config?.port} may not be listened on by this user. Set PORT to one above 1023.`;
  }
  if (syscall === 'listen' || syscall === 'getaddrinfo') {
    return `HOST ${config?.host} cannot be listened on (${code}). Set it to an address of this machine.`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function greeting({ url, newKey }: Florin, { dataDir }: Config): string {
  if (newKey === null) return `Florin is listening on ${url}\n`;
  const body = '{"order_id": "order-1", "amount": "150.00", "idempotency_key": "order-1-try-1"}';
  return `Florin is listening on ${url}
A test merchant was made for you. Its API key is in ${dataDir}/api-key. Take a first payment:

curl -X POST ${url}/payments/ -H 'Authorization: Bearer ${newKey}' -H 'Content-Type: application/json' -d '${body}'

`;
}

async function main(): Promise<void> {
  // From the very start: a stop that is asked for on the way must not leave a database behind.
  const stop = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.resolve());
  let config: Config | undefined;
  try {
    config = readConfig();
    const florin = await start(config);
    process.stdout.write(greeting(florin, config));
    await stop.promise;
    await florin.stop();
  } catch (error) {
    process.stderr.write(`Florin cannot start. ${explain(error, config)}\n`);
    process.exitCode = 1;
  }
}

if (import.meta.main) await main();
