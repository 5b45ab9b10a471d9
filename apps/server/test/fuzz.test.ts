/** 2,000 requests that nobody would send on purpose. More by hand: `npx -y pnpm fuzz`. */
import { expect, it } from 'vitest';
import { fuzz } from '../fuzz/run.ts';
import { startFlorin, testKey } from './server.ts';

it('no 5xx, no hang, and no row by a refused request', { timeout: 120_000 }, async () => {
  await using florin = await startFlorin();
  const report = await fuzz({
    url: florin.url,
    key: testKey,
    sql: florin.db.owner.sql,
    requests: 2_000,
    seed: 20_261_123,
  });
  expect(report.faults).toEqual([]);
  // It reached what it was meant to reach.
  for (const status of [200, 201, 400, 401, 404, 405, 409, 415, 422]) {
    expect(report.statuses[status], `answers of ${status}`).toBeGreaterThan(0);
  }
});
