/** One who asks now and then, beside others who are at work, and what it is told. */
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { limits } from '@florin/core';
import { freshName, runName } from '../requests.ts';
import { median } from '../sample.ts';

export interface Told {
  readonly accepted: number;
  readonly refused: number;
  /** Milliseconds until the answer, of those accepted and those refused. */
  readonly p50: number;
  readonly p99: number;
  readonly refusedP50: number;
  readonly refusedP99: number;
}

/** Questions a second; who asks so seldom sees what there is to see and does not add to it. */
const perSecond = 100;
/** In turns, so that each asks less often than `Retry-After` says. */
const connections = 1.2 * perSecond * limits.overloadedRetrySeconds;
const stepMs = 5;

/**
 * Opens its connections, for so long at least; then asks evenly, and doesn't wait for the answers.
 * @param by the merchant's key
 */
export async function askNowAndThen(
  url: string,
  by: string,
  openedMs: number,
  seconds: number,
): Promise<Told> {
  const run = runName();
  const agent = new Agent({ keepAlive: true, scheduling: 'fifo' });
  const [accepted, refused]: [number[], number[]] = [[], []];
  const headers = { authorization: `Bearer ${by}`, 'content-type': 'application/json' };
  let [asked, waiting] = [0, 0];

  async function open(): Promise<void> {
    const sent = request(`${url}/health`, { agent }).end();
    const [answer] = await once(sent, 'response');
    await once(answer.resume(), 'end');
  }
  function ask(): void {
    const name = freshName(run, ++asked);
    const from = performance.now();
    waiting++;
    const sent = request(`${url}/payments/`, { method: 'POST', agent, headers }, (answer) => {
      answer.resume().once('end', () => {
        waiting--;
        const took = performance.now() - from;
        if (answer.statusCode === 201) accepted.push(took);
        else if (answer.headers['retry-after'] !== undefined) refused.push(took);
      });
    });
    sent.end(`{"order_id": "order-${name}", "amount": "150.00", "idempotency_key": "${name}"}`);
  }

  await Promise.all([sleep(openedMs), ...Array.from({ length: connections }, open)]);
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
    refusedP50: median(refused),
    refusedP99: percentile(refused),
  };
}

const percentile = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length * 0.99)] ?? Number.NaN;
