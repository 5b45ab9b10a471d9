/**
 * The tables of merchants and their API keys. They are few and are read without knowing the merchant:
 * reference tables where rows are sharded.
 */
import { type Scope, scopes } from '@florin/core';
import { sql } from 'drizzle-orm';
import { check, index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { bytes, id, instant, isShortText, oneOf } from './columns.ts';

export const merchants = pgTable(
  'merchants',
  {
    merchantId: id('merchant', 'merchant_id').primaryKey(),
    name: text().notNull(),
    mode: text().$type<'test' | 'live'>().notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [check('merchants_mode', oneOf(t.mode, ['test', 'live']))],
);

export const apiKeys = pgTable(
  'api_keys',
  {
    merchantId: id('merchant', 'merchant_id')
      .notNull()
      .references(() => merchants.merchantId),
    id: id('apiKey', 'id').notNull(),
    /** The key's first characters: they find its row, the hash decides. */
    lookup: text().notNull(),
    /** SHA-256 of the whole key. */
    hash: bytes().notNull(),
    createdAt: instant('created_at').notNull(),
    revokedAt: instant('revoked_at'),
    /** What its owner calls it. */
    name: text(),
    /** The default is for versions of Florin that do not know of scopes. */
    scopes: text()
      .array()
      .$type<readonly Scope[]>()
      .notNull()
      .default(sql`'{payments:read,payments:write}'`),
    /** From then on it is refused, as if it were revoked. */
    expiresAt: instant('expires_at'),
    /** Written about once a minute: the only column that `florin_app` may change. */
    lastUsedAt: instant('last_used_at'),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.id] }),
    index('api_keys_lookup').on(t.lookup),
    check('api_keys_name', isShortText(t.name)),
    check(
      'api_keys_scopes',
      sql`${t.scopes} <@ ${sql.raw(`'{${scopes.join(',')}}'::text[]`)} and cardinality(${t.scopes}) > 0`,
    ),
  ],
);
