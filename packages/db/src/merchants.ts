/** Merchants and their API keys. A key is shown once; the database keeps its hash only. */
import { createHash, randomInt, timingSafeEqual } from 'node:crypto';
import type { ApiKeyId, MerchantId } from '@florin/core';
import { and, eq, isNull } from 'drizzle-orm';
import { connectAsOwner, type Database } from './connect.ts';
import { freshId } from './fresh-ids.ts';
import { apiKeys, merchants } from './schema.ts';

export type Mode = 'test' | 'live';

/** Whose key it is. */
export interface Caller {
  readonly merchantId: MerchantId;
  readonly mode: Mode;
  readonly apiKeyId: ApiKeyId;
}

/** `fk_test_…` or `fk_live_…`, then 20 letters and digits or more. */
export const apiKeyPattern = /^fk_(test|live)_[A-Za-z0-9]{20,}$/;

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A new random key: 32 characters of 62, some 190 bits. */
export function newApiKey(mode: Mode): string {
  const secret = Array.from({ length: 32 }, () => alphabet[randomInt(alphabet.length)]).join('');
  return `fk_${mode}_${secret}`;
}

/** As many characters of a key as may be known: enough to find its row, useless to guess the rest. */
const lookupOf = (key: string): string => key.slice(0, 'fk_test_'.length + 8);
const hashOf = (key: string): Buffer => createHash('sha256').update(key).digest();

/** Whose key this is; null if it is nobody's, or revoked. Hashes are compared in constant time. */
export async function findCaller({ query }: Database, key: string): Promise<Caller | null> {
  if (!apiKeyPattern.test(key)) return null;
  const hash = hashOf(key);
  const candidates = await query
    .select({
      merchantId: apiKeys.merchantId,
      apiKeyId: apiKeys.id,
      hash: apiKeys.hash,
      mode: merchants.mode,
    })
    .from(apiKeys)
    .innerJoin(merchants, eq(merchants.merchantId, apiKeys.merchantId))
    .where(and(eq(apiKeys.lookup, lookupOf(key)), isNull(apiKeys.revokedAt)));
  const found = candidates.find((candidate) => timingSafeEqual(candidate.hash, hash));
  if (!found) return null;
  return { merchantId: found.merchantId, mode: found.mode, apiKeyId: found.apiKeyId };
}

/**
 * Makes a merchant with one key. The key's kind is the merchant's mode.
 * @returns the merchant's id
 */
export async function createMerchant(
  { query }: Pick<Database, 'query'>,
  name: string,
  key: string,
): Promise<MerchantId> {
  const mode = apiKeyPattern.exec(key)?.[1] as Mode | undefined;
  if (!mode) throw new RangeError(`An API key must match ${apiKeyPattern.source}`);
  const merchantId = freshId('merchant');
  const createdAt = Date.now();
  await query.transaction(async (tx) => {
    await tx.insert(merchants).values({ merchantId, name, mode, createdAt });
    await tx.insert(apiKeys).values({
      merchantId,
      id: freshId('apiKey'),
      lookup: lookupOf(key),
      hash: hashOf(key),
      createdAt,
    });
  });
  return merchantId;
}

/**
 * Makes the merchant `default` with `key` if there is no merchant at all. Several starts at once make
 * one: the table is locked while they look.
 * @param url the database's owner
 * @returns whether it was made
 */
export async function bootstrapMerchant(url: string, key: string): Promise<boolean> {
  const owner = connectAsOwner(url);
  try {
    return await owner.query.transaction(async (tx) => {
      await tx.execute('lock table merchants in share row exclusive mode');
      const [anyone] = await tx.select().from(merchants).limit(1);
      if (anyone) return false;
      await createMerchant({ query: tx }, 'default', key);
      return true;
    });
  } finally {
    await owner.close();
  }
}
