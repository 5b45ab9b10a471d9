/** Two adjacent versions run on one schema during a deploy: the older one has prepared its statements. */
import { expect, it } from 'vitest';
import { commit } from '../src/commit.ts';
import { testDatabase } from '../src/testing.ts';
import { commitOne, newMerchant, pooled, said, told } from './given.ts';

it.each([
  [['payments']],
  [['operations']],
  [['idempotency_keys']],
  [['events', 'postings']],
  [['payments', 'operations', 'idempotency_keys', 'events', 'postings']],
])('to %j: connections go on with the statements that they have prepared', async (tables) => {
  await using changing = await testDatabase();
  await using pool = pooled(changing, 1);
  const merchant = newMerchant();
  const round = async () => {
    const create = merchant.create();
    const created = await commitOne(pool.sql, create);
    if (created.kind !== 'applied') return [said(created)];
    const { id } = created.payment;
    const rest = [told(created), create, merchant.report(id, 'SUCCESS'), merchant.refund(id)];
    return [created, ...(await commit(pool.sql, rest))].map(said);
  };
  const fine = [
    'applied PENDING',
    'applied SUCCESS',
    'replayed 2',
    'unchanged SUCCESS',
    'applied SUCCESS',
  ];
  expect(await round()).toEqual(fine);
  expect(await round()).toEqual(fine);
  for (const table of tables) {
    await changing.owner.sql`alter table ${changing.owner.sql(table)} add column added text`;
  }
  expect(await round()).toEqual(fine);
});
