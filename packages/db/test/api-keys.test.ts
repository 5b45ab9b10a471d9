/** Keys: what they may do, when they end, and what the server's role may do to them. */
import { readFile } from 'node:fs/promises';
import { uuidOf } from '@florin/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ApiKey,
  addApiKey,
  findApiKey,
  findCaller,
  hasEnded,
  type KeyTerms,
  listApiKeys,
  newApiKey,
  recordLastUse,
  revokeApiKey,
  rotateApiKey,
} from '../src/api-keys.ts';
import { freshId } from '../src/fresh-ids.ts';
import { addMerchant, createMerchant, findMerchants, listMerchants } from '../src/merchants.ts';
import { type TestDatabase, testDatabase } from '../src/testing.ts';
import { apiKey, attempt, merchant as merchantRow, merchantId as rawMerchantId } from './raw.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());

const at = Date.parse('2026-07-01T12:00:00Z');
const dayMs = 86_400_000;
const terms: KeyTerms = { name: 'till', scopes: ['payments:read'], expiresAt: null };

/** A key of a merchant of its own, made at `at`. */
async function given(changes: Partial<KeyTerms> = {}) {
  const { merchantId } = await addMerchant(db.owner, 'shop', 'test', at);
  const key = newApiKey('test');
  const row = await addApiKey(db.owner, merchantId, key, { ...terms, ...changes }, at);
  return { key, row };
}

const again = async ({ id }: ApiKey) => {
  const found = await findApiKey(db.owner, id);
  if (!found) throw new Error(`${id} is gone.`);
  return found;
};

describe('a key', () => {
  it('is known by its terms, and not by what opens', async () => {
    const { key, row } = await given({ expiresAt: at + dayMs });
    expect(row).toEqual({
      merchantId: expect.stringMatching(/^mer_/),
      id: expect.stringMatching(/^key_/),
      name: 'till',
      lookup: key.slice(0, 16),
      scopes: ['payments:read'],
      createdAt: at,
      expiresAt: at + dayMs,
      lastUsedAt: null,
      revokedAt: null,
    });
    expect(await again(row)).toEqual(row);
    expect(await listApiKeys(db.app, row.merchantId)).toEqual([row]);
    expect(await listApiKeys(db.app)).toContainEqual(row);
  });

  it('opens until the millisecond that it expires in', async () => {
    const { key } = await given({ expiresAt: at + dayMs });
    expect(await findCaller(db.app, key, at + dayMs - 1)).toMatchObject({
      scopes: ['payments:read'],
      expiresAt: at + dayMs,
    });
    expect(await findCaller(db.app, key, at + dayMs)).toBeNull();
  });

  it('once revoked stays revoked, from the first time', async () => {
    const { key, row } = await given();
    await revokeApiKey(db.owner, row, at + 1);
    await revokeApiKey(db.owner, row, at + 2);
    expect((await again(row)).revokedAt).toBe(at + 1);
    expect(await findCaller(db.app, key, at)).toBeNull();
  });

  it.each([
    ['has not ended: neither revoked nor expiring', {}, false],
    ['has not ended: it expires later', { expiresAt: at + 1 }, false],
    ['has ended: it expires now', { expiresAt: at }, true],
    ['has ended: it is revoked', { revokedAt: at - 1 }, true],
  ])('%s', async (_, changes, ended) => {
    const { row } = await given();
    expect(hasEnded({ ...row, ...changes }, at)).toBe(ended);
  });
});

describe('rotation', () => {
  it('hands over name and scopes, and the old key expires after the overlap', async () => {
    const { key: old, row } = await given();
    const key = newApiKey('test');
    const rotated = await rotateApiKey(db.owner, row, key, dayMs, undefined, at + 10);
    expect(rotated?.made).toMatchObject({ name: 'till', scopes: terms.scopes, expiresAt: null });
    expect(rotated?.replaced).toEqual({ ...row, expiresAt: at + 10 + dayMs });
    expect(await again(row)).toEqual(rotated?.replaced);
    for (const one of [old, key]) expect(await findCaller(db.app, one, at + 11)).not.toBeNull();
    expect(await findCaller(db.app, old, at + 10 + dayMs)).toBeNull();
    expect(await findCaller(db.app, key, at + 10 + dayMs)).not.toBeNull();
  });

  it.each([
    ['as long as the old one was made to', 90, undefined, 90],
    ['as long as it is told', 90, 7, 7],
    ['as long as it is told, after one that never expires', null, 7, 7],
  ])('the new key lives %s', async (_, oldDays, told, days) => {
    const { row } = await given({ expiresAt: oldDays === null ? null : at + oldDays * dayMs });
    const lifetime = told === undefined ? undefined : told * dayMs;
    const now = at + dayMs;
    const rotated = await rotateApiKey(db.owner, row, newApiKey('test'), 0, lifetime, now);
    expect(rotated?.made.expiresAt).toBe(now + days * dayMs);
  });

  it('never lengthens a life', async () => {
    const { row } = await given({ expiresAt: at + 5 });
    const rotated = await rotateApiKey(db.owner, row, newApiKey('test'), dayMs, undefined, at);
    expect(rotated?.replaced.expiresAt).toBe(at + 5);
  });

  it.each(['revoked', 'expired'])('of a key that is %s makes none', async (how) => {
    const { row } = await given({ expiresAt: at + 5 });
    if (how === 'revoked') await revokeApiKey(db.owner, row, at);
    const now = how === 'revoked' ? at : at + 5;
    expect(await rotateApiKey(db.owner, row, newApiKey('test'), 0, undefined, now)).toBeNull();
    expect(await listApiKeys(db.owner, row.merchantId)).toHaveLength(1);
  });
});

describe('last use', () => {
  it('is noted for many keys at once, by the server’s role; a later time stays', async () => {
    const [one, other] = [(await given()).row, (await given()).row];
    const used = ({ merchantId, id }: ApiKey, when: number) => ({
      merchantId,
      apiKeyId: id,
      at: when,
    });
    await recordLastUse(db.app, [used(one, at + 5), used(other, at + 6)]);
    await recordLastUse(db.app, [used(one, at + 4), used(other, at + 7)]);
    await recordLastUse(db.app, []);
    expect((await again(one)).lastUsedAt).toBe(at + 5);
    expect((await again(other)).lastUsedAt).toBe(at + 7);
  });

  it.each(['revoked_at', 'expires_at', 'scopes', 'name', 'hash', 'lookup', 'merchant_id'])(
    'is all that the server’s role may change: not %s',
    async (column) => {
      const statement = `update api_keys set ${column} = ${column}`;
      expect(await attempt(db.app.sql, [(sql) => sql.unsafe(statement)])).toBe('42501');
    },
  );
});

describe('the database refuses', () => {
  it.each([
    ['an unknown scope', { scopes: ['payments:refund'] }, '23514'],
    ['a known scope and an unknown one', { scopes: ['admin', 'all'] }, '23514'],
    ['no scope', { scopes: [] }, '23514'],
    ['an empty name', { name: '' }, '23514'],
    ['a name over 255', { name: 'x'.repeat(256) }, '23514'],
    ['no: all scopes', { scopes: ['payments:read', 'payments:write', 'admin'] }, 'done'],
    ['no: no name', { name: null }, 'done'],
  ])('%s', async (_, changes, code) => {
    const statements = [merchantRow({ merchant_id: rawMerchantId }), apiKey(changes)];
    expect(await attempt(db.owner.sql, statements)).toBe(code);
  });

  it('not a key as the version before made it: it may read and write', async () => {
    const { row } = await given();
    const [made] = await db.owner.sql`
      insert into api_keys (merchant_id, id, lookup, hash, created_at)
      values (${row.merchantId.slice(4)}, gen_random_uuid(), 'fk_test_older', '\\x00', now())
      returning scopes, name, expires_at, last_used_at`;
    expect(made).toEqual({
      scopes: ['payments:read', 'payments:write'],
      name: null,
      expires_at: null,
      last_used_at: null,
    });
  });
});

it('the migration gives each merchant’s first key every scope, and the others what they had', async () => {
  await using before = await testDatabase();
  const { sql } = before.owner;
  await sql`
    alter table api_keys drop column name, drop column scopes, drop column expires_at,
      drop column last_used_at`;
  const shops = [await addMerchant(before.owner, 'a', 'test', at)];
  shops.push(await addMerchant(before.owner, 'b', 'test', at));
  for (const { merchantId } of [...shops, ...shops]) {
    await sql`
      insert into api_keys (merchant_id, id, lookup, hash, created_at)
      values (${uuidOf(merchantId)}, ${uuidOf(freshId('apiKey'))}, 'fk_test_', '\\x00', now())`;
  }
  const file = new URL('../migrations/0002_api_key_scopes.sql', import.meta.url);
  await sql.unsafe(await readFile(file, 'utf8'));
  const both = ['payments:read', 'payments:write'];
  for (const { merchantId } of shops) {
    expect((await listApiKeys(before.app, merchantId)).map(({ scopes }) => scopes)).toEqual([
      [...both, 'admin'],
      both,
    ]);
  }
});

describe('merchants', () => {
  it('are found by id and by name, the oldest first', async () => {
    const one = await addMerchant(db.owner, 'twins', 'test', at);
    const other = await addMerchant(db.owner, 'twins', 'live', at);
    expect(await findMerchants(db.app, 'twins')).toEqual([one, other]);
    expect(await findMerchants(db.app, other.merchantId)).toEqual([other]);
    expect(await findMerchants(db.app, 'nobody')).toEqual([]);
    expect(await listMerchants(db.app)).toEqual(expect.arrayContaining([one, other]));
  });

  it('that are made with a key have one that may do everything', async () => {
    const merchantId = await createMerchant(db.owner, 'first', newApiKey('live'));
    expect(await listApiKeys(db.app, merchantId)).toMatchObject([
      { scopes: ['payments:read', 'payments:write', 'admin'], expiresAt: null },
    ]);
  });
});
