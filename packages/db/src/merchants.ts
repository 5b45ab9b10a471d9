/** Merchants: the tenants. Each is `test` or `live` for good, and so are its keys. */
import { isId, type MerchantId, scopes } from '@florin/core';
import { asc, eq, or } from 'drizzle-orm';
import { addApiKey, apiKeyPattern, type Mode } from './api-keys.ts';
import { connectAsOwner, type Database } from './connect.ts';
import { freshId } from './fresh-ids.ts';
import { merchants } from './schema-merchants.ts';

/** `createdAt` is in milliseconds since the epoch. */
export interface Merchant {
  readonly merchantId: MerchantId;
  readonly name: string;
  readonly mode: Mode;
  readonly createdAt: number;
}

/** A merchant without a key: nobody can act for it yet. Names need not be unique. */
export async function addMerchant(
  { query }: Pick<Database, 'query'>,
  name: string,
  mode: Mode,
  now: number = Date.now(),
): Promise<Merchant> {
  const merchant = { merchantId: freshId('merchant'), name, mode, createdAt: now };
  await query.insert(merchants).values(merchant);
  return merchant;
}

/**
 * Makes a merchant with its first key, which is the only way in and so has every scope. The key's
 * kind is the merchant's mode.
 * @returns the merchant's id
 * @throws RangeError if the key is malformed
 */
export async function createMerchant(
  { query }: Pick<Database, 'query'>,
  name: string,
  key: string,
): Promise<MerchantId> {
  const mode = apiKeyPattern.exec(key)?.[1] as Mode | undefined;
  if (!mode) throw new RangeError(`An API key must match ${apiKeyPattern.source}`);
  return query.transaction(async (tx) => {
    const { merchantId } = await addMerchant({ query: tx }, name, mode);
    await addApiKey({ query: tx }, merchantId, key, { name: null, scopes, expiresAt: null });
    return merchantId;
  });
}

/** All merchants, the oldest first. */
export function listMerchants({ query }: Pick<Database, 'query'>): Promise<readonly Merchant[]> {
  return query.select().from(merchants).orderBy(asc(merchants.merchantId));
}

export async function findMerchant(
  { query }: Pick<Database, 'query'>,
  merchantId: MerchantId,
): Promise<Merchant | null> {
  const [found] = await query.select().from(merchants).where(eq(merchants.merchantId, merchantId));
  return found ?? null;
}

/** Those with this id or this name, the oldest first. */
export function findMerchants(
  { query }: Pick<Database, 'query'>,
  idOrName: string,
): Promise<readonly Merchant[]> {
  const hasId = isId('merchant', idOrName) ? eq(merchants.merchantId, idOrName) : undefined;
  return query
    .select()
    .from(merchants)
    .where(or(hasId, eq(merchants.name, idOrName)))
    .orderBy(asc(merchants.merchantId));
}

/**
 * Makes the merchant `default` with a key if there is no merchant at all. Several starts at once make
 * one: the table is locked while they look.
 * @param url the database's owner
 * @param key the first key, or how to come by one; asked only if there is no merchant
 * @returns whether it was made
 */
export async function bootstrapMerchant(
  url: string,
  key: string | (() => Promise<string>),
): Promise<boolean> {
  const owner = connectAsOwner(url);
  try {
    return await owner.query.transaction(async (tx) => {
      await tx.execute('lock table merchants in share row exclusive mode');
      const [anyone] = await tx.select().from(merchants).limit(1);
      if (anyone) return false;
      await createMerchant({ query: tx }, 'default', typeof key === 'string' ? key : await key());
      return true;
    });
  } finally {
    await owner.close();
  }
}
