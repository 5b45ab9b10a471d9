/** More than can be done, and those who take more than others: what becomes of everybody else. */
import { connectAsOwner, createMerchant } from '@florin/db';
import autocannon, { type Request } from 'autocannon';
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

/** More than it takes at once. */
const connections = 1_500;

/** Asks so many a second, as far as there are connections on which no answer is due. */
function offered(florin: Server, by: string, perSecond: number, seconds: number): Promise<Told> {
  const run = runName();
  const [accepted, refused]: [number[], number[]] = [[], []];
  let n = 0;
  return new Promise((resolve, reject) => {
    const instance = autocannon(
      {
        url: florin.url,
        connections,
        overallRate: Math.round(perSecond),
        duration: seconds,
        method: 'POST',
        headers: { authorization: `Bearer ${by}`, 'content-type': 'application/json' },
        requests: [
          {
            setupRequest(request: Request) {
              const name = freshName(run, ++n);
              const body = `{"order_id": "order-${name}", "amount": "150.00", "idempotency_key": "${name}"}`;
              return { ...request, path: '/payments/', body };
            },
          },
        ],
      },
      (error: Error | null) => {
        if (error) return reject(error);
        resolve({
          offered: accepted.length + refused.length,
          accepted: accepted.length,
          refused: refused.length,
          p50: median(accepted),
          p99: percentile(accepted),
          refusedP99: percentile(refused),
        });
      },
    );
    instance.on('response', (_client, status, _bytes, ms) => {
      if (status === 201) accepted.push(ms);
      else if (status === 503) refused.push(ms);
      else reject(new Error(`Under load it answered ${status}.`));
    });
  });
}

const percentile = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length * 0.99)] ?? Number.NaN;
