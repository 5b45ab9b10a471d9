/** Keys of any kind, for tests of who may do what. */
import type { Scope } from '@florin/core';
import { type ApiKey, addApiKey, addMerchant, type Merchant, newApiKey } from '@florin/db';
import type { TestDatabase } from '@florin/db/testing';
import { fresh } from './http.ts';

export interface MadeKey {
  readonly key: string;
  readonly row: ApiKey;
}

/** The merchant that the server's bootstrap made. */
export async function firstMerchant(db: TestDatabase): Promise<Pick<ApiKey, 'merchantId'>> {
  const [row] = await db.owner.sql<{ id: string }[]>`
    select replace(merchant_id::text, '-', '') as id from merchants where name = 'default'`;
  return { merchantId: `mer_${row?.id}` };
}

export const newMerchant = (db: TestDatabase): Promise<Merchant> =>
  addMerchant(db.owner, fresh('merchant'), 'test');

/** A key of a merchant; it expires `livesMs` (ms) from now, or never. */
export async function makeKey(
  db: TestDatabase,
  { merchantId }: Pick<ApiKey, 'merchantId'>,
  scopes: readonly Scope[],
  livesMs: number | null = null,
): Promise<MadeKey> {
  const key = newApiKey('test');
  const now = Date.now();
  const expiresAt = livesMs === null ? null : now + livesMs;
  return {
    key,
    row: await addApiKey(db.owner, merchantId, key, { name: null, scopes, expiresAt }, now),
  };
}
