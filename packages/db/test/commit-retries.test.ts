/** What `commit` tries again after an error, how often, and what it answers in the end. */
import type { Sql, TransactionSql } from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commit } from '../src/commit.ts';
import { type TestDatabase, testDatabase } from '../src/testing.ts';
import { newMerchant, said } from './given.ts';
import { hold, waiting } from './held.ts';
import { payment } from './raw.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());

const error = (code: string | null) => Object.assign(new Error('told'), code && { code });
const wrapped = new Error('Failed query', { cause: error('40P01') });

/** The same database, whose first transactions fail: a null goes through. */
function failing(sql: Sql, errors: readonly (Error | null)[]) {
  let attempts = 0;
  const begin = async (options: string, work: (tx: TransactionSql) => Promise<unknown>) => {
    const told = errors[attempts++];
    if (told) throw told;
    return sql.begin(options, work);
  };
  return { sql: { begin } as unknown as Sql, attempts: () => attempts };
}

const times = (count: number, one: Error | null) => Array.from({ length: count }, () => one);
const fine = 'applied PENDING';

it.each([
  ['nothing', [], 1, times(4, null).map(() => fine)],
  ['a deadlock', [error('40P01')], 2, [fine, fine, fine, fine]],
  ['a deadlock that Drizzle wrapped', [wrapped], 2, [fine, fine, fine, fine]],
  ['a serialization failure', [error('40001')], 2, [fine, fine, fine, fine]],
  ['two deadlocks: one by one', times(2, error('40P01')), 6, [fine, fine, fine, fine]],
  [
    'two deadlocks, and one more of the third',
    [...times(2, error('40P01')), null, null, error('40P01')],
    6,
    [fine, fine, 'again', fine],
  ],
  ['deadlocks for ever', times(99, error('40P01')), 6, ['again', 'again', 'again', 'again']],
  ['a unique violation: halved', [error('23505')], 3, [fine, fine, fine, fine]],
  [
    'a unique violation of the second',
    [error('23505'), error('23505'), null, error('23505')],
    5,
    [fine, 'again', fine, fine],
  ],
  ['unique violations for ever', times(99, error('23505')), 7, times(4, null).map(() => 'again')],
  [
    'a refusal of the last',
    [error('23514'), null, error('23514'), null, error('23514')],
    5,
    [fine, fine, fine, 'failed 23514'],
  ],
  ['refusals for ever', times(99, error('23514')), 7, times(4, null).map(() => 'failed 23514')],
  ['a bug', [error(null)], 3, [fine, fine, fine, fine]],
  ['a cancelled statement', [error('57014')], 3, [fine, fine, fine, fine]],
  [
    'a lost connection after one half',
    [error('23514'), null, error('08006')],
    3,
    [fine, fine, 'failed 08006', 'failed 08006'],
  ],
] as const)('%s', async (_, errors, attempts, answers) => {
  const { create } = newMerchant();
  const database = failing(db.app.sql, errors);
  const results = await commit(database.sql, [create(), create(), create(), create()]);
  expect(results.map(said)).toEqual(answers);
  expect(database.attempts()).toBe(attempts);
});

it.each([
  '08000',
  '08006',
  '57P01',
  '57P03',
  '53300',
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EPIPE',
])('%s: unreachable, not tried again', async (code) => {
  const { create } = newMerchant();
  const database = failing(db.app.sql, times(99, error(code)));
  const results = await commit(database.sql, [create(), create()]);
  expect(results.map(said)).toEqual([`failed ${code}`, `failed ${code}`]);
  expect(database.attempts()).toBe(1);
});

it('a real deadlock is tried again, and does not surface', async () => {
  await using alone = await testDatabase();
  const merchant = newMerchant();
  const merchant_id = merchant.merchantId.slice(4);
  const holder = (order_id: string) => payment({ merchant_id, order_id, holds_order: true });
  await using other = await hold(alone, async (sql) => {
    // The other one does not look for deadlocks: the commit is the victim.
    await sql`set deadlock_timeout = '1min'`;
    await holder('b')(sql);
  });
  const commands = ['a', 'b', 'c'].map((orderId) => merchant.create({ orderId }));
  const committing = commit(alone.app.sql, commands);
  await waiting(alone);
  // The commit has order a and waits for b; now the holder of b wants a.
  await holder('a')(other.sql);
  await waiting(alone);
  await other.commit();
  const results = await committing;
  expect(results.map(said)).toEqual(['again', 'again', fine]);
});
