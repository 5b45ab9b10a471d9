/** The worker that numbers events: whatever is in the way of one merchant, or of a round, the rest goes on. */
import { type MerchantId, uuidOf } from '@florin/core';
import { commit, connect, type Database, listEvents } from '@florin/db';
import { type TestDatabase, testDatabase } from '@florin/db/testing';
import { type Logger, pino } from 'pino';
import { expect, it } from 'vitest';
import { startNumberingWorker } from '../src/workers/number-events.ts';
import { createOf } from './given.ts';
import { newMerchant } from './keys.ts';
import { proxyTo } from './proxy.ts';

const silent = pino({ level: 'silent' });

/** A worker, stopped with its scope. */
function working(database: Database, log: Logger = silent): AsyncDisposable {
  const worker = startNumberingWorker(database, log);
  return { [Symbol.asyncDispose]: () => worker.stop() };
}

/** A merchant with `count` manual payments, each of one event. */
async function merchantWith(db: TestDatabase, count: number): Promise<MerchantId> {
  const { merchantId } = await newMerchant(db);
  await pay(db, merchantId, count);
  return merchantId;
}

async function pay({ app }: TestDatabase, merchantId: MerchantId, count: number): Promise<void> {
  const creates = Array.from({ length: count }, () => createOf(merchantId, { provider: 'manual' }));
  const results = await commit(app.sql, creates);
  expect(results.map(({ kind }) => kind)).toEqual(creates.map(() => 'applied'));
}

const numbersOf = async ({ app }: TestDatabase, merchantId: MerchantId) =>
  (await listEvents(app, merchantId, { after: 0, limit: 100_000 })).map(({ number }) => number);

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

it('numbers the events of all merchants, also of more than one round', async () => {
  await using db = await testDatabase();
  const many = await merchantWith(db, 1);
  await db.owner.sql`
    insert into events (merchant_id, payment_id, version, id, type, actor, payment, created_at)
    select merchant_id, payment_id, n, gen_random_uuid(), 'charge.opened', actor, payment, created_at
    from events, generate_series(2, 12345) n`;
  const few = await Promise.all(Array.from({ length: 6 }, (_, index) => merchantWith(db, index)));
  await using _ = working(db.app);
  await expect.poll(() => numbersOf(db, many)).toEqual(upTo(12_345));
  for (const [count, merchantId] of few.entries()) {
    await expect.poll(() => numbersOf(db, merchantId)).toEqual(upTo(count));
  }
});

it('goes on with other merchants where one cannot be numbered, says so, and tries again', async () => {
  await using db = await testDatabase();
  const [spoilt, fine] = [await merchantWith(db, 2), await merchantWith(db, 2)];
  const { sql } = db.owner;
  // A number that is given already stands in the way.
  await sql`
    insert into feed (merchant_id, payment_id, version, number)
    values (${uuidOf(spoilt)}, ${uuidOf(spoilt)}, 1, 1)`;
  const lines: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
  await using _ = working(db.app, log);
  await expect.poll(() => numbersOf(db, fine)).toEqual([1, 2]);
  await expect.poll(() => lines.length).toBeGreaterThan(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    merchantId: spoilt,
    msg: 'events could not be numbered; trying again',
  });
  await sql`delete from feed where payment_id = ${uuidOf(spoilt)}`;
  await expect.poll(() => numbersOf(db, spoilt)).toEqual([1, 2]);
});

it('hands over where it stops: another numbers at once', async () => {
  await using db = await testDatabase();
  const merchantId = await merchantWith(db, 1);
  for (let count = 1; count <= 3; count++) {
    await using _ = working(db.app);
    await expect.poll(() => numbersOf(db, merchantId)).toEqual(upTo(count));
    await pay(db, merchantId, 1);
  }
  const [left] = await db.owner.sql`select lease_until <= now() as ended from sequencers`;
  expect(left).toEqual({ ended: true });
});

it('stops also while the database is away', async () => {
  await using db = await testDatabase();
  await using proxy = await proxyTo(db.url);
  const database = connect(proxy.url, 2);
  const merchantId = await merchantWith(db, 1);
  const worker = startNumberingWorker(database, silent);
  await expect.poll(() => numbersOf(db, merchantId)).toEqual([1]);
  await proxy.close();
  await worker.stop();
  await database.close(0);
});
