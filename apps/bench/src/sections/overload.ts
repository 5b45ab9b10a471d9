/** More than can be done, and those who take more than others: what becomes of everybody else. */
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsOwner, createMerchant } from '@florin/db';
import { loadHttp } from '../load/http.ts';
import { freshName, rows, runName } from '../requests.ts';
import { median } from '../sample.ts';
import { key, type Server, type Stage } from '../stage.ts';

/** What callers of one kind were told. */
export interface Told {
  readonly offered: number;
  readonly accepted: number;
  readonly refused: number;
  /** Milliseconds until the answer, of those accepted and those refused. */
  readonly p50: number;
  readonly p99: number;
  readonly refusedP99: number;
}

export interface Overload {
  /** Payments a second that it can do: 64 callers, each one after the other. */
  readonly capacity: number;
  readonly atCapacity: Told;
  /** The same number a second offered, four times over, whether answered or not. */
  readonly atFourTimes: Told;
  /** And afterwards at half of it. */
  readonly afterwards: Told;
  /** A merchant who asks for little, while another asks for four times what can be done. */
  readonly beside: Told;
}

export async function overload(stage: Stage, seconds: number): Promise<Overload> {
  const store = await stage.store('overload', 0);
  const florin = await stage.florin(store);
  const light = await secondMerchant(store.url);
  const { seeded } = store;
  const closed = (s: number) =>
    loadHttp({ url: florin.url, key, asks: rows.create, seeded, connections: 64 }, s);
  await closed(10);
  await stage.analyze();
  const capacity = (await closed(seconds)).perSecond;
  const offer = (perSecond: number, by: string = key) => offered(florin, by, perSecond, seconds);
  const atCapacity = await offer(capacity * 0.8);
  const atFourTimes = await offer(capacity * 4);
  const afterwards = await offer(capacity * 0.5);
  const [, beside] = await Promise.all([offer(capacity * 4), offer(50, light)]);
  await florin.stop();
  return { capacity, atCapacity, atFourTimes, afterwards, beside };
}

/** @returns its key */
async function secondMerchant(url: string): Promise<string> {
  const owner = connectAsOwner(url);
  const made = `fk_test_${'c'.repeat(32)}`;
  await createMerchant(owner, 'light', made);
  await owner.close();
  return made;
}

/** Callers who wait for an answer, at the most; whoever else would have asked does not. */
const outstanding = 2_000;
const stepMs = 5;

/** Asks so many a second, evenly, and doesn't wait for the answers. */
async function offered(
  florin: Server,
  by: string,
  perSecond: number,
  seconds: number,
): Promise<Told> {
  const run = runName();
  const agent = new Agent({ keepAlive: true, maxSockets: outstanding });
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
  let due = 0;
  for (let now = 0; now < seconds * 1000; now = performance.now() - startedAt) {
    const upTo = Math.floor((now / 1000) * perSecond);
    for (; due < upTo; due++) if (waiting < outstanding) ask();
    await sleep(stepMs);
  }
  while (waiting > 0) await sleep(stepMs);
  agent.destroy();
  const told = accepted.length + refused.length;
  if (told !== asked) throw new Error(`${asked - told} of ${asked} were told neither yes nor no.`);
  return {
    offered: asked,
    accepted: accepted.length,
    refused: refused.length,
    p50: median(accepted),
    p99: percentile(accepted),
    refusedP99: percentile(refused),
  };
}

const percentile = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length * 0.99)] ?? Number.NaN;
