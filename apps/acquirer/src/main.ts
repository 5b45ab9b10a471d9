/**
 * The simulated acquirer: the outside world that proofs compare Florin against. It is a counterparty,
 * not a part of Florin, and has its own idea of what happened.
 *
 *   movement   what became of one operation that it was asked for, a decline included
 *   record     the file with every movement: synced before anyone is told
 *   fault      a way in which it misbehaves
 *   occasion   what chance is about, so that a run with the same seed has the same faults
 *   report     what it tells by itself of a movement
 *
 * `acquirer.ts` says what it decides, `http.ts` what it can be asked. Started by
 * `node apps/acquirer/src/main.ts --record FILE`.
 */
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { type ServerType, serve } from '@hono/node-server';
import { createBooks, type Entry } from './books.ts';
import { createFaults, type FaultChange, parseFaults } from './faults.ts';
import { createHttp } from './http.ts';
import { createOccasions } from './occasions.ts';
import { createOperations } from './operations.ts';
import { openRecord } from './record.ts';
import { createReports } from './reports.ts';
import { destinations, whatIsWrong } from './wire.ts';

export interface Settings {
  /** 0 takes a free one. */
  readonly port: number;
  /** The record's file, made if there is none. */
  readonly record: string;
  readonly seed: string;
  readonly faults: FaultChange;
  /** What reports are signed with (`whsec_…`); without it nothing is reported. */
  readonly secret: string | undefined;
  /** Addresses of the Florins that it reports to; `POST /reports` changes them. */
  readonly reportTo: readonly string[];
}

export interface Acquirer {
  /** Where it answers, such as `http://127.0.0.1:9000`. */
  readonly url: string;
  stop(): Promise<void>;
}

/** How long a stop waits for requests that are under way. */
const graceMs = 5_000;

/** @param warn told of what somebody should look at */
export async function start(settings: Settings, warn: (line: string) => void): Promise<Acquirer> {
  // Closed in the opposite order, also when a later step of the start fails.
  await using opened = new AsyncDisposableStack();
  const { record, lines } = await openRecord(settings.record);
  opened.defer(() => record.close());
  const books = createBooks();
  const entries = lines.map((line) => books.enter(line)).filter((entry) => entry !== null);
  const faults = createFaults(settings.seed, settings.faults);
  const occasions = createOccasions(entries);
  const { secret, reportTo: to } = settings;
  const acknowledged = books.reported;
  const reports = createReports({ secret, to, record, faults, acknowledged, warn });
  opened.defer(() => reports.stop());
  let url = '';
  const payerUrl = (payment: Entry['payment_id']) => `${url}/payers/${payment}`;
  const operations = createOperations({ record, books, faults, occasions, reports, payerUrl });
  const http = createHttp({ operations, occasions, books, record, faults, reports, warn });

  const server = opened.adopt(await listen(http.fetch, settings.port), close);
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const entry of entries) void reports.take(entry);
  const running = opened.move();
  return { url, stop: () => running.disposeAsync() };
}

function listen(fetch: Parameters<typeof serve>[0]['fetch'], port: number): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, port, hostname: '127.0.0.1' }, () => resolve(server));
    server.once('error', reject);
  });
}

function close(server: ServerType): Promise<void> {
  return new Promise((resolve) => {
    if (!('closeIdleConnections' in server)) return resolve();
    const sweep = setInterval(() => server.closeIdleConnections(), 20);
    const giveUp = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearInterval(sweep);
      clearTimeout(giveUp);
      resolve();
    });
  });
}

const usage =
  'Usage: node apps/acquirer/src/main.ts --record FILE [--port 0] [--seed 1] [--faults declined=0.1,slow=0.2,slow_ms=50] [--secret whsec_… --report-to URL …]';

/** @throws Error where they make no sense */
function readArguments(): Settings {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      record: text,
      port: { ...text, default: '0' },
      seed: { ...text, default: '1' },
      faults: { ...text, default: '' },
      secret: text,
      'report-to': { ...text, multiple: true, default: [] },
    },
  });
  const { record, seed, secret, 'report-to': reportTo } = values;
  if (record === undefined) throw new Error('--record is missing.');
  if (!/^\d{1,5}$/.test(values.port)) throw new Error('--port must be a port number.');
  if (reportTo.length > 0 && secret === undefined) {
    throw new Error('--report-to needs --secret: reports are signed.');
  }
  const to = destinations.safeParse({ to: reportTo });
  if (!to.success) throw new Error(`--report-to: ${whatIsWrong(to.error)}.`);
  const faults = parseFaults(values.faults);
  return { record, port: Number(values.port), seed, faults, secret, reportTo: to.data.to };
}

async function main(): Promise<void> {
  // From the very start: a stop that is asked for on the way is a stop.
  const stop = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.resolve());
  try {
    const acquirer = await start(readArguments(), (line) => process.stderr.write(`${line}\n`));
    process.stdout.write(`The acquirer is listening on ${acquirer.url}\n`);
    await stop.promise;
    await acquirer.stop();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    process.stderr.write(`The acquirer cannot start. ${why}\n${usage}\n`);
    process.exitCode = 1;
  }
}

if (import.meta.main) await main();
