/**
 * When an operation is asked for again whose outcome is not known: on schedule, however long it lasts,
 * and nothing is failed for it. The clock is the test's own.
 */
import type { MerchantId, Payment } from '@florin/core';
import type { TestDatabase } from '@florin/db/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { askAgainAt } from '../src/engine/schedule.ts';
import { resumeDueOperations } from '../src/workers/resume-operations.ts';
import { expectSoundBooks } from './books.ts';
import { createOf, databaseWithMerchant, engineOn, rowOf } from './given.ts';
import { type Script, unknown } from './scripted.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const start = Date.UTC(2026, 6, 1, 12);

let db: TestDatabase;
let merchantId: MerchantId;
beforeAll(async () => {
  ({ db, merchantId } = await databaseWithMerchant());
});
afterAll(() => db[Symbol.asyncDispose]());
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: start }));
afterEach(async () => {
  vi.useRealTimers();
  // What a test leaves open is nothing to the next.
  await db.owner.sql`update operations set lease_until = 'infinity' where status = 'open'`;
});

/** A payment's only open operation. */
async function openOf({ id }: Payment) {
  const [found] = await db.owner.sql<{ attempts: number; until: number; status: string }[]>`
    select attempts, (extract(epoch from lease_until) * 1000)::float8 as until, status
    from operations where payment_id = ${id.slice('pay_'.length)}`;
  if (found?.status !== 'open') throw new Error(`It is ${found?.status}.`);
  return found;
}

const schedule = [5 * second, 30 * second, 5 * minute, hour, 6 * hour, 24 * hour];

describe('the schedule', () => {
  it.each([...schedule, 24 * hour, 24 * hour].map((delay, n) => [n + 1, delay] as const))(
    'after attempt %i: %i ms, and up to a fifth more',
    (attempts, delay) => {
      expect(askAgainAt(attempts, start, () => 0)).toBe(start + delay);
      expect(askAgainAt(attempts, start, () => 0.5)).toBe(start + delay * 1.1);
      const last = askAgainAt(attempts, start, () => 1 - Number.EPSILON);
      expect(last).toBeGreaterThan(start + delay * 1.19);
      expect(last).toBeLessThanOrEqual(start + delay * 1.2);
    },
  );

  it('is not the same for all: those that became unknown together are spread', () => {
    const times = Array.from({ length: 100 }, () => askAgainAt(1, start));
    expect(new Set(times).size).toBeGreaterThan(50);
    for (const time of times) {
      expect(time).toBeGreaterThanOrEqual(start + 5 * second);
      expect(time).toBeLessThanOrEqual(start + 6 * second);
    }
  });
});

/** Every way in which a provider tells nothing. */
const silences: Readonly<Record<string, Script>> = {
  'answers unknown': { perform: () => unknown, lookup: () => null },
  'throws, and knows nothing': {
    perform: () => Promise.reject(new Error('connection reset')),
    lookup: () => null,
  },
  'cannot look it up': { perform: () => unknown, lookup: () => unknown },
  'throws whatever it is asked': {
    perform: () => Promise.reject(new Error('502')),
    lookup: () => Promise.reject(new Error('502')),
  },
};

it.each(Object.entries(silences))(
  'a provider that %s: asked on schedule, and nothing is failed however long it lasts',
  async (_, script) => {
    const { engine, asked } = engineOn(db.app, script);
    const { payment, answer } = await engine.execute(createOf(merchantId));
    expect(answer).toBe('pending');
    for (const [n, delay] of [...schedule, 24 * hour, 24 * hour].entries()) {
      const { attempts, until } = await openOf(payment);
      expect(attempts).toBe(n + 1);
      expect(until - Date.now()).toBeGreaterThanOrEqual(delay);
      expect(until - Date.now()).toBeLessThanOrEqual(delay * 1.2);
      // Not before its time.
      vi.setSystemTime(until - 1);
      expect(await resumeDueOperations(db.app, engine)).toBe(0);
      vi.setSystemTime(until);
      expect(await resumeDueOperations(db.app, engine)).toBe(1);
      expect(await rowOf(db, payment)).toMatchObject({ status: 'PENDING', version: 1 });
    }
    expect(new Set(asked.map(({ operationId }) => operationId)).size).toBe(1);
    await expectSoundBooks(db.owner.sql);
  },
);
