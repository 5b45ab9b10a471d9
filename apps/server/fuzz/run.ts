/** One fuzz run: sends the requests, many at once, and holds every answer to what was promised. */
import { connect } from 'node:net';
import fc from 'fast-check';
import type { Sql } from 'postgres';
import { createCheck } from '../test/conformance.ts';
import { served } from '../test/document.ts';
import { type FuzzRequest, known, type RawBytes, requestsOf } from './requests.ts';

export interface FuzzOptions {
  readonly url: string;
  readonly key: string;
  /** As the database's owner: its rows are counted at the end. */
  readonly sql: Sql;
  readonly requests: number;
  readonly seed: number;
  /** Told after each thousand. */
  readonly progress?: (done: number) => void;
}

export interface FuzzReport {
  readonly seed: number;
  /** How often each status was answered. */
  readonly statuses: Readonly<Record<string, number>>;
  /** What should not have been: empty if all is well. */
  readonly faults: readonly string[];
}

const conforms = createCheck(served);
const atOnce = 32;
/** No answer within this time is a hang. */
const patienceMs = 30_000;
const chunk = 1000;

export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const { url, key, sql, requests, seed } = options;
  const statuses: Record<string, number> = {};
  const faults: string[] = [];
  const made = new Set<string>();
  const all = requestsOf(served, key);

  for (let done = 0; done < requests; done += chunk) {
    const numRuns = Math.min(chunk, requests - done);
    const queue = fc.sample(all, { numRuns, seed: seed + done });
    await Promise.all(Array.from({ length: atOnce }, () => work(queue)));
    options.progress?.(done + numRuns);
  }
  faults.push(...(await strayRows(sql, made)));
  return { seed, statuses, faults };

  async function work(queue: (FuzzRequest | RawBytes)[]): Promise<void> {
    for (let next = queue.pop(); next; next = queue.pop()) {
      if ('bytes' in next) await sendRaw(url, next.bytes);
      else await send(next);
    }
  }

  async function send(request: FuzzRequest): Promise<void> {
    const id = [...made].at(-1) ?? 'pay_0';
    const fill = (text: string) => text.replaceAll(known, id);
    const body = typeof request.body === 'string' ? fill(request.body) : (request.body ?? null);
    const label = `${request.method} ${request.path.slice(0, 200)}`;
    try {
      const answer = await fetch(url + fill(request.path), {
        method: request.method,
        headers: request.headers,
        body,
        redirect: 'manual',
        signal: AbortSignal.timeout(patienceMs),
      });
      const text = await answer.text();
      if (!request.path.startsWith('/trpc/')) {
        conforms(request.method, answer.url, answer.status, answer.headers, text);
      }
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
      if (answer.status >= 500) faults.push(`${answer.status} for ${label}: ${text.slice(0, 300)}`);
      if (answer.ok) for (const [found] of text.matchAll(/pay_[0-9a-f]{32}/g)) made.add(found);
    } catch (error) {
      faults.push(
        `no answer as promised for ${label}: ${error instanceof Error ? error.message : error}`,
      );
    }
  }
}

/** Whatever it is told on a socket, the server must close it or answer, and live. */
function sendRaw(url: string, bytes: Uint8Array): Promise<void> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => socket.end(bytes));
    socket
      .resume()
      .on('error', () => {})
      .on('close', () => resolve());
  });
}

/** A refused request writes nothing: all that is there belongs to payments that were answered. */
async function strayRows(sql: Sql, made: ReadonlySet<string>): Promise<readonly string[]> {
  const uuids = [...made].map((id) => id.slice('pay_'.length));
  const [strays] = await sql`
    select (select count(*)::int from payments where id <> all (${uuids}::uuid[])) as payments,
           (select count(*)::int from idempotency_keys where payment_id <> all (${uuids}::uuid[])) as keys,
           (select count(*)::int from operations where payment_id <> all (${uuids}::uuid[])) as operations,
           (select count(*)::int from payments p where p.version <>
             (select count(*) from events e
              where e.merchant_id = p.merchant_id and e.payment_id = p.id)) as gaps`;
  return Object.entries(strays ?? {})
    .filter(([, count]) => count !== 0)
    .map(([what, count]) => `${count} ${what} that no answer told of`);
}
