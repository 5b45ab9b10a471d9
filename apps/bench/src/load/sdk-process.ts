/** A process whose callers use the SDK, each one call after the other; it tells its parent what came of it. */
import { createHistogram } from 'node:perf_hooks';
import { createFlorin, type Florin } from '@florin/sdk';
import { freshName, type RowName, runName } from '../requests.ts';
import type { Sample } from '../sample.ts';
import { type Seeded, seededId, seededOrder, stepMs } from '../seed.ts';
import type { SdkLoad } from './sdk.ts';

const run = runName();
let n = 0;

type Call = (florin: Florin, seeded: Seeded) => Promise<unknown>;

const one = ({ count }: Seeded): number => 1 + Math.floor(Math.random() * Math.max(count, 1));
const idOf = (seeded: Seeded) => seededId(seeded, one(seeded)) as `pay_${string}`;

const create =
  (more: { readonly provider?: string }): Call =>
  (florin) => {
    const name = freshName(run, ++n);
    return florin.payments.create({
      orderId: `order-${name}`,
      amount: '150.00',
      currency: 'USD',
      idempotencyKey: `key-${name}`,
      ...more,
    });
  };

const calls: Readonly<Record<Exclude<RowName, 'mix'>, Call>> = {
  create: create({}),
  'create manual': create({ provider: 'manual' }),
  get: (florin, seeded) => florin.payments.get(idOf(seeded)),
  list: (florin, seeded) => {
    const createdTo = new Date(seeded.firstAt + one(seeded) * stepMs).toISOString();
    return florin.payments.list({ limit: 50, createdTo });
  },
  'by order': (florin, seeded) => florin.payments.listByOrder(seededOrder(one(seeded))),
  refund: (florin, seeded) => florin.payments.refund(idOf(seeded), { amount: '0.01' }),
};

const mixed: readonly (readonly [upTo: number, call: Call])[] = [
  [0.4, calls.get],
  [0.6, calls['by order']],
  [0.7, calls.list],
  [0.95, calls.create],
  [1, calls.refund],
];
const mix: Call = (florin, seeded) => {
  const chosen = Math.random();
  const [, call = calls.refund] = mixed.find(([upTo]) => chosen < upTo) ?? [];
  return call(florin, seeded);
};

async function measure(
  { url, key, row, seeded, callers }: SdkLoad,
  seconds: number,
): Promise<Sample> {
  const florin = createFlorin({ url, apiKey: key });
  const call = row === 'mix' ? mix : calls[row];
  const latency = createHistogram();
  let failed = 0;
  const startedAt = performance.now();
  const until = startedAt + seconds * 1000;
  async function caller(): Promise<void> {
    while (performance.now() < until) {
      const from = performance.now();
      await call(florin, seeded).catch(() => failed++);
      latency.record(Math.max(1, Math.round((performance.now() - from) * 1000)));
    }
  }
  await Promise.all(Array.from({ length: callers }, caller));
  const took = (performance.now() - startedAt) / 1000;
  return {
    perSecond: latency.count / took,
    p50: latency.percentile(50) / 1000,
    p99: latency.percentile(99) / 1000,
    count: latency.count,
    failed,
  };
}

process.on('message', async ({ load, seconds }: { load: SdkLoad; seconds: number }) => {
  process.send?.(await measure(load, seconds));
});
process.once('disconnect', () => process.exit());
