/** The worker that keeps PostgreSQL's plans good while tables grow. */
import { commit } from '@florin/db';
import { testDatabase } from '@florin/db/testing';
import { pino } from 'pino';
import { expect, it, vi } from 'vitest';
import { startAnalyzeWorker } from '../src/workers/analyze-grown.ts';
import { createOf } from './given.ts';
import { newMerchant } from './keys.ts';

it('a table that has grown from nothing is known a moment later', async () => {
  await using db = await testDatabase();
  const worker = startAnalyzeWorker(db.app, pino({ level: 'silent' }));
  await using _ = { [Symbol.asyncDispose]: () => worker.stop() };
  const { merchantId } = await newMerchant(db);
  const creates = Array.from({ length: 400 }, () => createOf(merchantId, { provider: 'manual' }));
  await commit(db.app.sql, creates);
  await vi.waitFor(
    async () => {
      const rows = await db.owner.sql`
        select reltuples::int as rows from pg_class where relname = 'payments'`;
      expect(rows).toEqual([{ rows: 400 }]);
    },
    { timeout: 30_000, interval: 100 },
  );
});
