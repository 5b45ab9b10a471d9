/** Numbers events once they are committed, so that followers get them in one order, none left out. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MerchantId } from '@florin/core';
import {
  type Database,
  eventsNumberedAtOnce,
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

export function startNumberingWorker(database: Database, log: Logger): Worker {
  const holder = `${hostname()} ${process.pid} ${randomUUID()}`;
  const held = new Set<MerchantId>();

  async function round(stopping: AbortSignal): Promise<void> {
    while (!stopping.aborted && (await numberOnce(stopping)));
  }

  /** @returns whether there is more to number right now */
  async function numberOnce(stopping: AbortSignal): Promise<boolean> {
    const merchantIds = (await findUnnumbered(database, { holder, now: Date.now() })).values();
    let isMore = false;
    async function lane(): Promise<void> {
      for (const merchantId of merchantIds) {
        if (stopping.aborted) return;
        if (((await numberFor(merchantId)) ?? 0) >= eventsNumberedAtOnce) isMore = true;
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
