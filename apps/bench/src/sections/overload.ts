/** More than can be done, and those who take more than others: what becomes of everybody else. */
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { limits } from '@florin/core';
import { connectAsOwner, createMerchant } from '@florin/db';
import { loadHttp } from '../load/http.ts';
import { freshName, rows, runName } from '../requests.ts';
import { median } from '../sample.ts';
import { key, type Server, type Stage } from '../stage.ts';

/** Others at work all the while, and what those were told who asked now and then. */
export interface Beside {
  /** Of the others, a second. */
  readonly asked: number;
  readonly accepted: number;
  readonly told: Told;
}

/** What callers of one kind were told. */
interface Told {
  readonly accepted: number;
  readonly refused: number;
  /** Milliseconds until the answer, of those accepted and those refused. */
  readonly p50: number;
  readonly p99: number;
  readonly refusedP99: number;
}

export interface Overload {
  /** 64 callers, each one after the other. */
  readonly before: Beside;
  /** As many callers as are never refused, each one after the other. */
  readonly carried: Beside;
  /** Many callers, who ask again at once when they are refused. */
  readonly flooded: Beside;
  /** 64 callers again, at once afterwards. */
  readonly afterwards: Beside;
  /** What another merchant is told, who asks for little beside the many. */
  readonly other: Beside;
}

/** With those who ask now and then, less than may be in hand at once. */
const carriedCallers = 320;
/** Four times what may be in hand. */
const many = 4 * limits.commandsInHand;
/** One process may often have no more than 1,024 files open. */
const callersInProcess = 768;
/** Until all of the many are connected: Node takes one new connection a turn. */
const settledMs = 6_000;
/** A second; who asks so seldom sees what there is to see and does not add to it. */
const samples = 100;

export async function overload(stage: Stage, seconds: number): Promise<Overload> {
  const store = await stage.store('overload', 0);
  const florin = await stage.florin(store);
  const light = await secondMerchant(store.url);
  const load = (connections: number, s: number) =>
    loadHttp({ url: florin.url, key, asks: rows.create, seeded: store.seeded, connections }, s);
  async function beside(connections: number, by: string): Promise<Beside> {
    const processes = Math.ceil(connections / callersInProcess);
    const others = Array.from({ length: processes }, () =>
      load(connections / processes, settledMs / 1000 + seconds),
    );
    await sleep(settledMs);
    const told = await askNowAndThen(florin, by, samples, seconds);
    let [asked, accepted] = [0, 0];
    for (const { perSecond, failed, count } of await Promise.all(others)) {
      asked += perSecond;
      accepted += perSecond * (1 - failed / count);
    }
    return { asked, accepted, told };
  }
  await load(64, 10);
  await stage.analyze();
  const before = await beside(64, key);
  const carried = await beside(carriedCallers, key);
  const flooded = await beside(many, key);
  const afterwards = await beside(64, key);
  const other = await beside(many, light);
  await florin.stop();
  return { before, carried, flooded, afterwards, other };
}

/** @returns its key */
async function secondMerchant(url: string): Promise<string> {
  const owner = connectAsOwner(url);
  const made = `fk_test_${'c'.repeat(32)}`;
  await createMerchant(owner, 'light', made);
  await owner.close();
  return made;
}

const stepMs = 5;

/** Asks so many a second, evenly, and doesn't wait for the answers. */
async function askNowAndThen(
  florin: Server,
  by: string,
  perSecond: number,
  seconds: number,
): Promise<Told> {
  const run = runName();
  const agent = new Agent({ keepAlive: true });
  const [accepted, refused]: [number[], number[]] = [[], []];
  const headers = { authorization: `Bearer ${by}`, 'content-type': 'application/json' };
  let [asked, waiting] = [0, 0];

  function ask(): void {
    const name = freshName(run, ++asked);
    const from = performance.now();
    waiting++;
    const sent = request(
      `${florin.url}/payments/`,
      { method: 'POST', agent, headers },
      (answer) => {
        answer.resume().once('end', () => {
          waiting--;
          const took = performance.now() - from;
          if (answer.statusCode === 201) accepted.push(took);
          else if (answer.headers['retry-after'] !== undefined) refused.push(took);
        });
      },
    );
    sent.end(`{"order_id": "order-${name}", "amount": "150.00", "idempotency_key": "${name}"}`);
  }

  const startedAt = performance.now();
  for (let now = 0; now < seconds * 1000; now = performance.now() - startedAt) {
    while (asked < (now / 1000) * perSecond) ask();
    await sleep(stepMs);
  }
  while (waiting > 0) await sleep(stepMs);
  agent.destroy();
  const told = accepted.length + refused.length;
  if (told !== asked) throw new Error(`${asked - told} of ${asked} were told neither yes nor no.`);
  return {
    accepted: accepted.length,
    refused: refused.length,
    p50: median(accepted),
    p99: percentile(accepted),
    refusedP99: percentile(refused),
  };
}

const percentile = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length * 0.99)] ?? Number.NaN;
