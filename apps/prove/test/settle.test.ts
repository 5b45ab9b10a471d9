/** Letting a proof settle: the time comes for what waits, and no Florin is waited for. */
import { commit, createMerchant } from '@florin/db';
import { testDatabase } from '@florin/db/testing';
import { expect, it } from 'vitest';
import { makeDue } from '../src/prove/settle.ts';

it('what somebody holds is left to the next round, and the others are due', async () => {
  await using db = await testDatabase();
  const merchantId = await createMerchant(db.owner, 'default', `fk_test_${'k'.repeat(32)}`);
  const create = (name: string) =>
    ({
      type: 'create',
      merchantId,
      actor: 'key_1',
      orderId: name,
      amount: 100n,
      currency: 'USD',
      capture: 'automatic',
      provider: 'sandbox',
      paymentMethod: null,
      metadata: {},
      idempotencyKey: name,
    }) as const;
  const { sql } = db.owner;
  await commit(sql, ['one', 'two'].map(create));
  const due = async () =>
    (
      await sql<{ key: string }[]>`
        select idempotency_key as key from operations where lease_until < now() order by key`
    ).map(({ key }) => key);
  expect(await due()).toEqual([]);

  await db.app.sql.begin(async (held) => {
    await held`select from operations where idempotency_key = 'one' for update`;
    await makeDue(db.owner);
    expect(await due()).toEqual(['two']);
  });
  await makeDue(db.owner);
  expect(await due()).toEqual(['one', 'two']);
  const [keys] =
    await sql`select count(*)::int as n from idempotency_keys where lease_until < now()`;
  expect(keys).toEqual({ n: 2 });
}, 20_000);
