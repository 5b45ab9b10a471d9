/**
 * API keys. A key is shown once, when it is made; the database keeps its hash only. Times are
 * milliseconds since the epoch. What operators do here connects as the database's owner.
 */
import { createHash, randomInt, timingSafeEqual } from 'node:crypto';
import type { ApiKeyId, MerchantId, Scope } from '@florin/core';
import { and, asc, eq, gt, isNull, or } from 'drizzle-orm';
import type { Database } from './connect.ts';
import { freshId } from './fresh-ids.ts';
import { apiKeys, merchants } from './schema-merchants.ts';

export type Mode = 'test' | 'live';

/** Whose key it is, and what it may do. */
export interface Caller {
  readonly merchantId: MerchantId;
  readonly mode: Mode;
  readonly apiKeyId: ApiKeyId;
  readonly scopes: readonly Scope[];
  /** From then on the key is nobody's; null: never. */
  readonly expiresAt: number | null;
}

/** What is known of a key; nothing here opens anything. */
export interface ApiKey {
  readonly merchantId: MerchantId;
  readonly id: ApiKeyId;
  readonly name: string | null;
  /** How the key begins, such as `fk_test_Ab3dEf6h`. */
  readonly lookup: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: number;
  readonly expiresAt: number | null;
  /** About a minute behind; null: never. */
  readonly lastUsedAt: number | null;
  readonly revokedAt: number | null;
}

/** What its owner decides about a key. */
export interface KeyTerms {
  readonly name: string | null;
  readonly scopes: readonly Scope[];
  readonly expiresAt: number | null;
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

/**
 * Whose key this is; null if it is nobody's, revoked, or expired at `now`. Hashes are compared in
 * constant time.
 */
export async function findCaller(
  { query }: Database,
  key: string,
  now: number = Date.now(),
): Promise<Caller | null> {
  if (!apiKeyPattern.test(key)) return null;
  const hash = hashOf(key);
  const candidates = await query
    .select({
      merchantId: apiKeys.merchantId,
      apiKeyId: apiKeys.id,
      hash: apiKeys.hash,
      mode: merchants.mode,
      scopes: apiKeys.scopes,
      expiresAt: apiKeys.expiresAt,
    })
    .from(apiKeys)
    .innerJoin(merchants, eq(merchants.merchantId, apiKeys.merchantId))
    .where(
      and(
        eq(apiKeys.lookup, lookupOf(key)),
        isNull(apiKeys.revokedAt),
        or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, now)),
      ),
    );
  const found = candidates.find((candidate) => timingSafeEqual(candidate.hash, hash));
  if (!found) return null;
  const { merchantId, mode, apiKeyId, scopes, expiresAt } = found;
  return { merchantId, mode, apiKeyId, scopes, expiresAt };
}

/** That a key was used, and when. */
export interface KeyUsed {
  readonly merchantId: MerchantId;
  readonly apiKeyId: ApiKeyId;
  readonly at: number;
}

/** Notes when keys were last used, for any number of them at once; a later time that is there stays. */
export async function recordLastUse({ sql }: Database, used: readonly KeyUsed[]): Promise<void> {
  if (used.length === 0) return;
  const rows = used.map(({ merchantId, apiKeyId, at }) => ({
    merchant_id: apiKeys.merchantId.mapToDriverValue(merchantId),
    id: apiKeys.id.mapToDriverValue(apiKeyId),
    last_used_at: apiKeys.lastUsedAt.mapToDriverValue(at),
  }));
  await sql`
    update api_keys k set last_used_at = r.last_used_at
    from json_populate_recordset(null::api_keys, ${JSON.stringify(rows)}::json) r
    where k.merchant_id = r.merchant_id and k.id = r.id
      and (k.last_used_at is null or k.last_used_at < r.last_used_at)`;
}

const columns = {
  merchantId: apiKeys.merchantId,
  id: apiKeys.id,
  name: apiKeys.name,
  lookup: apiKeys.lookup,
  scopes: apiKeys.scopes,
  createdAt: apiKeys.createdAt,
  expiresAt: apiKeys.expiresAt,
  lastUsedAt: apiKeys.lastUsedAt,
  revokedAt: apiKeys.revokedAt,
};

/** All keys, or one merchant's, the oldest first. */
export function listApiKeys(
  { query }: Pick<Database, 'query'>,
  merchantId?: MerchantId,
): Promise<readonly ApiKey[]> {
  return query
    .select(columns)
    .from(apiKeys)
    .where(merchantId && eq(apiKeys.merchantId, merchantId))
    .orderBy(asc(apiKeys.id));
}

export async function findApiKey(
  { query }: Pick<Database, 'query'>,
  id: ApiKeyId,
): Promise<ApiKey | null> {
  const [found] = await query.select(columns).from(apiKeys).where(eq(apiKeys.id, id)).limit(1);
  return found ?? null;
}

/** Stores a key that was made by `newApiKey`, or that an operator chose. */
export async function addApiKey(
  { query }: Pick<Database, 'query'>,
  merchantId: MerchantId,
  key: string,
  terms: KeyTerms,
  now: number = Date.now(),
): Promise<ApiKey> {
  const row = {
    merchantId,
    id: freshId('apiKey'),
    ...terms,
    lookup: lookupOf(key),
    hash: hashOf(key),
    createdAt: now,
  };
  const [added] = await query.insert(apiKeys).values(row).returning(columns);
  if (!added) throw new Error('An API key was inserted and did not come back.');
  return added;
}

/** Whether a key opens nothing at `now`, nor ever will. */
export function hasEnded({ revokedAt, expiresAt }: ApiKey, now: number): boolean {
  return revokedAt !== null || (expiresAt !== null && expiresAt <= now);
}

/** Ends a key for good; one that is revoked already stays so from the time it was. */
export async function revokeApiKey(
  { query }: Pick<Database, 'query'>,
  { merchantId, id }: ApiKey,
  now: number = Date.now(),
): Promise<void> {
  await query
    .update(apiKeys)
    .set({ revokedAt: now })
    .where(and(eq(apiKeys.merchantId, merchantId), eq(apiKeys.id, id), isNull(apiKeys.revokedAt)));
}

export interface Rotated {
  readonly made: ApiKey;
  /** The old key, with the end that it now has. */
  readonly replaced: ApiKey;
}

/**
 * Adds `key` with the old one's name and scopes; the old one expires `overlapMs` from `now`, or when
 * it would have anyway if that is sooner. The new one lives for `lifetimeMs`, by default for as long
 * as the old one was made to. Null if the old one has ended: there is nothing to hand over.
 */
export async function rotateApiKey(
  { query }: Pick<Database, 'query'>,
  { merchantId, id }: Pick<ApiKey, 'merchantId' | 'id'>,
  key: string,
  overlapMs: number,
  lifetimeMs?: number,
  now: number = Date.now(),
): Promise<Rotated | null> {
  const isOld = and(eq(apiKeys.merchantId, merchantId), eq(apiKeys.id, id));
  return query.transaction(async (tx) => {
    // Locked: a revocation meanwhile must not be undone by a successor.
    const [old] = await tx.select(columns).from(apiKeys).where(isOld).for('update');
    if (!old || hasEnded(old, now)) return null;
    const lives = lifetimeMs ?? (old.expiresAt === null ? null : old.expiresAt - old.createdAt);
    const terms = {
      name: old.name,
      scopes: old.scopes,
      expiresAt: lives === null ? null : now + lives,
    };
    const made = await addApiKey({ query: tx }, merchantId, key, terms, now);
    const expiresAt = Math.min(old.expiresAt ?? Infinity, now + overlapMs);
    await tx.update(apiKeys).set({ expiresAt }).where(isOld);
    return { made, replaced: { ...old, expiresAt } };
  });
}
