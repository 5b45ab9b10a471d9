/** The database is not there, or goes away: every command fails at once, and the process lives on. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commit } from '../src/commit.ts';
import { connect } from '../src/connect.ts';
import { type TestDatabase, testDatabase } from '../src/testing.ts';
import { fresh, keysOf, newMerchant, pooled, said } from './given.ts';
import { hold, waiting } from './held.ts';
import { payment } from './raw.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());

it('is not there: answers every command as failed, after one try', async () => {
  await using nowhere = pooled({ url: 'postgres://postgres@127.0.0.1:1/none' }, 1);
  const merchant = newMerchant();
  const results = await commit(nowhere.sql, [merchant.create(), merchant.create()]);
  expect(results.map(said)).toEqual(['failed ECONNREFUSED', 'failed ECONNREFUSED']);
});

it('goes away during a commit: all failed, nothing written, and the pool works on', async () => {
  await using pool = pooled(db, 1);
  const merchant = newMerchant();
  const orderId = fresh('order');
  const holder = payment({
    merchant_id: merchant.merchantId.slice(4),
    order_id: orderId,
    holds_order: true,
  });
  await using other = await hold(db, holder);
  const commands = [merchant.create(), merchant.create({ orderId }), merchant.create()];
  const committing = commit(pool.sql, commands);
  const [pid] = await waiting(db);
  await db.owner.sql`select pg_terminate_backend(${pid ?? 0})`;
  // Were it halved, the first half would commit and the second would wait for the order again.
  const answers = (await committing).map(said);
  expect(answers).toEqual(commands.map(() => answers[0]));
  expect(answers[0]).toMatch(/^failed (57P01|CONNECTION_CLOSED)$/);
  await other.rollback();
  expect(await keysOf(db.owner.sql, merchant)).toEqual([]);
  expect((await commit(pool.sql, commands)).map(said)).toEqual(
    commands.map(() => 'applied PENDING'),
  );
});

it('is closed: every command fails', async () => {
  const pool = connect(db.url, 1);
  await pool.close();
  const results = await commit(pool.sql, [newMerchant().create(), newMerchant().create()]);
  expect(results.map(said)).toEqual(['failed CONNECTION_ENDED', 'failed CONNECTION_ENDED']);
});
