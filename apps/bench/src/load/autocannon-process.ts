/** A process that puts load on a server by autocannon, and tells its parent what came of it. */
import autocannon, { type Request } from 'autocannon';
import { type Ask, freshName, runName, type Template } from '../requests.ts';
import type { Sample } from '../sample.ts';
import { type Seeded, seededId, seededOrder, stepMs } from '../seed.ts';
import type { HttpLoad } from './load.ts';

const run = runName();
let n = 0;

/** What fills the places of one request. */
function fillings(seeded: Seeded) {
  n++;
  const one = 1 + Math.floor(Math.random() * Math.max(seeded.count, 1));
  return {
    fresh: freshName(run, n),
    payment: seededId(seeded, one),
    order: seededOrder(one),
    time: new Date(seeded.firstAt + one * stepMs).toISOString(),
  };
}

const fill = (template: Template, by: ReturnType<typeof fillings>): string =>
  template.map((part) => (typeof part === 'string' ? part : by[part.fill])).join('');

function choose(asks: readonly Ask[]): Ask {
  let left = Math.random() * asks.reduce((sum, { weight }) => sum + weight, 0);
  for (const ask of asks) {
    left -= ask.weight;
    if (left < 0) return ask;
  }
  throw new Error('Nothing to ask for.');
}

function setupRequest({ asks, seeded }: HttpLoad, request: Request): Request {
  const { method, path, body } = choose(asks);
  const by = fillings(seeded);
  return { ...request, method, path: fill(path, by), body: body ? fill(body, by) : undefined };
}

process.once('message', async ({ load, seconds }: { load: HttpLoad; seconds: number }) => {
  const result = await autocannon({
    url: load.url,
    connections: load.connections,
    duration: seconds,
    headers: { authorization: `Bearer ${load.key}`, 'content-type': 'application/json' },
    requests: [{ setupRequest: (request: Request) => setupRequest(load, request) }],
  });
  const { duration, latency, errors, timeouts, non2xx } = result;
  const count = result.requests.total;
  const sample: Sample = {
    perSecond: count / duration,
    p50: latency.p50,
    p99: latency.p99,
    count,
    failed: errors + timeouts + non2xx,
  };
  process.send?.(sample, () => process.exit());
});
