/** Numbers events once they are committed, so that followers get them in one order, none left out. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MerchantId } from '@florin/core';
import {
  completeFeed,
  type Database,
  eventsNumberedAtOnce,
  findLastNumbering,
  findUnnumbered,
  numberEvents,
  releaseFeeds,
} from '@florin/db';
import type { Logger } from 'pino';
import { startRounds, type Worker } from './rounds.ts';

/** A follower waits for about this long. Looking costs one statement. */
const pauseMs = 500;
/** After a crash another process numbers the merchant's events from then on. */
const leaseMs = 10_000;
const merchantsAtOnce = 4;
/** A database that is away must not hold up a stop. */
const handOverMs = 2_000;

const hourMs = 60 * 60_000;
const completeEveryMs = 10 * 60_000;
/** After a failure; meanwhile events are numbered all the same. */
const completeAgainMs = 60_000;

export function startNumberingWorker(database: Database, log: Logger): Worker {
  const holder = `${hostname()} ${process.pid} ${randomUUID()}`;
  const held = new Set<MerchantId>();
  /** Of what was written until then, all is in the feed; null: not looked yet. */
  let completeUntil: number | null = null;
  let completeAt = 0;

  async function round(stopping: AbortSignal): Promise<void> {
    await complete(stopping);
    while (!stopping.aborted && (await numberOnce(stopping)));
  }

  /** What an older version of Florin has written beside us, or before us, without the feed. */
  async function complete(stopping: AbortSignal): Promise<void> {
    const now = Date.now();
    if (now < completeAt) return;
    // Asked before we number anything: then our own numbers are the last.
    const since = completeUntil ?? (await findLastNumbering(database)) ?? now - 24 * hourMs;
    completeUntil = Math.min(since, now);
    completeAt = now + completeAgainMs;
    // An hour more, for commits that were slow and clocks that differ; in a few steps.
    const first = completeUntil - hourMs;
    const stepMs = Math.max(hourMs, Math.ceil((now - first) / 24));
    for (let from = first; from < now; from += stepMs) {
      if (stopping.aborted) return;
      const to = Math.min(from + stepMs, now);
      const added = await completeFeed(database, from, to);
      if (added > 0) log.info({ added }, 'events of an older version are in the feed');
      completeUntil = to;
    }
    completeAt = now + completeEveryMs;
  }

  /** @returns whether there is more to number right now */
  async function numberOnce(stopping: AbortSignal): Promise<boolean> {
    const merchantIds = (await findUnnumbered(database, { holder, now: Date.now() })).values();
    let isMore = false;
    async function lane(): Promise<void> {
      for (const merchantId of merchantIds) {
        if (stopping.aborted) return;
        if ((await numberFor(merchantId)) === eventsNumberedAtOnce) isMore = true;
      }
    }
    await Promise.all(Array.from({ length: merchantsAtOnce }, lane));
    return isMore;
  }

  /** One merchant's trouble is no other's. */
  async function numberFor(merchantId: MerchantId): Promise<number | null> {
    const now = Date.now();
    const lease = { holder, now, leaseUntil: now + leaseMs };
    try {
      const numbered = await numberEvents(database, merchantId, lease);
      if (numbered !== null) held.add(merchantId);
      return numbered;
    } catch (error) {
      log.error({ err: error, merchantId }, 'events could not be numbered; trying again');
      return null;
    }
  }

  /** So that another process need not wait for the leases' end. */
  async function handOver(): Promise<void> {
    try {
      await releaseFeeds(database, [...held], { holder, now: Date.now() });
    } catch (error) {
      log.warn({ err: error }, 'the feed is not handed over, another process waits for it');
    }
  }

  const rounds = startRounds({ task: 'numbering events', pauseMs, round }, log);
  return {
    async stop() {
      await rounds.stop();
      await Promise.race([handOver(), sleep(handOverMs, undefined, { ref: false })]);
    },
  };
}
