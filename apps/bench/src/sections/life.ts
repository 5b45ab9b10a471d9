/** A Florin's life: its start, a fresh database, its memory, and PostgreSQL stopped under load. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsOwner } from '@florin/db';
import { loadHttp } from '../load/http.ts';
import { rows } from '../requests.ts';
import { median } from '../sample.ts';
import { key, type Server, type Stage, type Store, startFlorin } from '../stage.ts';
import { memoryMb } from '../usage.ts';

const connections = 64;
const loadOn = (server: Server, { seeded }: Store, seconds: number) =>
  loadHttp({ url: server.url, key, asks: rows.create, seeded, connections }, seconds);

/** Seconds until it listens: on a new folder, and on one that it knows. Its own database included. */
export async function startUp(rounds: number): Promise<{ cold: number; warm: number }> {
  const times: { cold: number[]; warm: number[] } = { cold: [], warm: [] };
  for (let round = 0; round < rounds; round++) {
    const folder = await mkdtemp(join(tmpdir(), 'florin-bench-'));
    for (const kind of ['cold', 'warm'] as const) {
      const startedAt = performance.now();
      const environment = { PORT: '0', FLORIN_DATA_DIR: join(folder, 'florin') };
      const server = await startFlorin(join(folder, 'log'), environment);
      times[kind].push((performance.now() - startedAt) / 1000);
      await server.stop();
    }
    await rm(folder, { recursive: true });
  }
  return { cold: median(times.cold), warm: median(times.warm) };
}

/**
 * A database that has never been analyzed, and a Florin that has just started: payments a second in
 * each second from the first on.
 * @returns the seconds after which it never did less than half of its steady rate, the last third's
 */
export async function fresh(
  stage: Stage,
  seconds: number,
): Promise<{ after: number; rates: number[] }> {
  const store = await stage.store('fresh', 0);
  const florin = await stage.florin(store);
  const rates: number[] = [];
  for (let second = 0; second < seconds; second++) {
    rates.push((await loadOn(florin, store, 1)).perSecond);
  }
  await florin.stop();
  const steady = median(rates.slice(-Math.ceil(seconds / 3)));
  const after = rates.findLastIndex((rate) => rate < steady / 2) + 1;
  return { after, rates };
}

/** The server's memory, in MB, each time that so many payments more were made. */
export async function memory(
  stage: Stage,
  payments: number,
  times: number,
): Promise<readonly { readonly payments: number; readonly mb: number }[]> {
  const store = await stage.store('memory', 0);
  const florin = await stage.florin(store);
  const found: { payments: number; mb: number }[] = [];
  let made = 0;
  for (let time = 1; time <= times; time++) {
    while (made < payments * time) made += (await loadOn(florin, store, 5)).count;
    found.push({ payments: made, mb: await memoryMb(florin.pid) });
  }
  await florin.stop();
  return found;
}

/** What was acknowledged, and how much of it is not there after a power cut under load. */
export interface Durability {
  readonly acknowledged: number;
  readonly lost: number;
}

/**
 * Payments are created one after the other by many callers; in the midst of it PostgreSQL is stopped
 * immediately. Every one that was acknowledged must be there when it is back.
 */
export async function durability(stage: Stage, seconds: number): Promise<Durability> {
  const store = await stage.store(`durable_${Date.now()}`, 0);
  const florin = await stage.florin(store);
  const acknowledged = new Set<string>();
  let isOver = false;
  async function caller(which: number): Promise<void> {
    for (let n = 0; !isOver; n++) {
      const name = `${which}-${n}`;
      const answer = await fetch(`${florin.url}/payments/`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          order_id: `order-${name}`,
          amount: '150.00',
          idempotency_key: name,
        }),
      }).catch(() => null);
      if (answer?.status === 201) {
        acknowledged.add(((await answer.json()) as { readonly id: string }).id.slice(4));
      } else {
        await answer?.body?.cancel();
      }
    }
  }
  const callers = Array.from({ length: connections }, (_, which) => caller(which));
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  await stage.crash();
  isOver = true;
  await Promise.all(callers);
  await florin.stop();

  const owner = connectAsOwner(store.url);
  const there = await owner.sql<{ id: string }[]>`
    select replace(id::text, '-', '') as id from payments where status = 'SUCCESS'`;
  await owner.close();
  const found = new Set(there.map(({ id }) => id));
  return {
    acknowledged: acknowledged.size,
    lost: [...acknowledged].filter((id) => !found.has(id)).length,
  };
}
