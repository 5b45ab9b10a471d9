/** More than can be done, and those who take more than others: what becomes of everybody else. */
import { connectAsOwner, createMerchant } from '@florin/db';
import { loadHttp } from '../load/http.ts';
import { rows } from '../requests.ts';
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
  const offer = (perSecond: number, by = key) => offered(florin, by, perSecond, seconds);
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

let run = 0;

/** Sends so many a second, in steps of 10 ms, and doesn't wait for the answers. */
async function offered(
  florin: Server,
  by: string,
  perSecond: number,
  seconds: number,
): Promise<Told> {
  const prefix = `${process.pid}-${++run}`;
  const [accepted, refused]: [number[], number[]] = [[], []];
  const asked: Promise<void>[] = [];
  const startedAt = performance.now();
  async function ask(n: number): Promise<void> {
    const from = performance.now();
    const answer = await fetch(`${florin.url}/payments/`, {
      method: 'POST',
      headers: { authorization: `Bearer ${by}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        order_id: `order-${prefix}-${n}`,
        amount: '150.00',
        idempotency_key: `${prefix}-${n}`,
      }),
    });
    await answer.arrayBuffer();
    const took = performance.now() - from;
    if (answer.status === 201) accepted.push(took);
    else if (answer.status === 503 && answer.headers.has('retry-after')) refused.push(took);
    else throw new Error(`Under load it answered ${answer.status}.`);
  }
  for (let now = 0; now < seconds * 1000; now = performance.now() - startedAt) {
    const due = Math.floor((now / 1000) * perSecond);
    while (asked.length < due) asked.push(ask(asked.length));
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await Promise.all(asked);
  return {
    offered: asked.length,
    accepted: accepted.length,
    refused: refused.length,
    p50: median(accepted),
    p99: percentile(accepted),
    refusedP99: percentile(refused),
  };
}

const percentile = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length * 0.99)] ?? Number.NaN;
