/** Merchants and their keys: who a key is, and that the database never holds one. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiKeyPattern, findCaller, type Mode, newApiKey } from '../src/api-keys.ts';
import { bootstrapMerchant, createMerchant } from '../src/merchants.ts';
import { type TestDatabase, testDatabase } from '../src/testing.ts';
import { dump, tables } from './given.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());

describe('a new key', () => {
  it.each(['test', 'live'] as const)('of a %s merchant says so', (mode) => {
    const key = newApiKey(mode);
    expect(key).toMatch(apiKeyPattern);
    expect(key).toMatch(new RegExp(`^fk_${mode}_[A-Za-z0-9]{32}$`));
  });

  it('is like no other, with any character in any place', () => {
    const secrets = Array.from({ length: 3_000 }, () => newApiKey('test').slice('fk_test_'.length));
    expect(new Set(secrets).size).toBe(3_000);
    for (let place = 0; place < 32; place++) {
      expect(new Set(secrets.map((secret) => secret[place])).size).toBe(62);
    }
  });
});

describe('whose key it is', () => {
  it.each(['test', 'live'] as const)('its merchant’s, of mode %s', async (mode: Mode) => {
    const key = newApiKey(mode);
    const merchantId = await createMerchant(db.owner, 'one', key);
    const caller = await findCaller(db.app, key);
    expect(caller).toMatchObject({
      merchantId,
      mode,
      apiKeyId: expect.stringMatching(/^key_[0-9a-f]{32}$/),
      scopes: ['payments:read', 'payments:write', 'admin'],
      expiresAt: null,
    });
  });

  it('tells keys apart that begin alike', async () => {
    const [one, other, nobodys] = ['a', 'b', 'c'].map((end) => `fk_test_Same8Chr${end.repeat(24)}`);
    const merchantId = await createMerchant(db.owner, 'one', one ?? '');
    const otherId = await createMerchant(db.owner, 'other', other ?? '');
    expect(await findCaller(db.app, one ?? '')).toMatchObject({ merchantId });
    expect(await findCaller(db.app, other ?? '')).toMatchObject({ merchantId: otherId });
    expect(await findCaller(db.app, nobodys ?? '')).toBeNull();
  });

  const key = newApiKey('test');
  const secret = key.slice('fk_test_'.length);
  const other = (character: string | undefined) => (character === 'a' ? 'b' : 'a');
  it.each([
    ['its last character is another', `fk_test_${secret.slice(0, -1)}${other(secret.at(-1))}`],
    ['its first character is another', `fk_test_${other(secret.at(0))}${secret.slice(1)}`],
    ['of the other mode', `fk_live_${secret}`],
    ['cut short', key.slice(0, -1)],
    ['its lookup alone', key.slice(0, 16)],
    ['longer', `${key}a`],
    ['in another case', key.toUpperCase()],
    ['a newline behind it', `${key}\n`],
    ['a space before it', ` ${key}`],
    ['a NUL in it', `${key}\u0000`],
    ['a pattern', 'fk_test_%%%%%%%%%%%%%%%%%%%%'],
    ['nothing', ''],
    ['much', `fk_test_${'a'.repeat(100_000)}`],
  ])('nobody’s: %s', async (_, wrong) => {
    if (!(await findCaller(db.app, key))) await createMerchant(db.owner, 'one', key);
    expect(await findCaller(db.app, key)).not.toBeNull();
    expect(await findCaller(db.app, wrong)).toBeNull();
  });

  it('nobody’s once it is revoked; the merchant’s other key works on', async () => {
    const old = newApiKey('test');
    const merchantId = await createMerchant(db.owner, 'one', old);
    const { apiKeyId } = (await findCaller(db.app, old)) ?? {};
    await db.owner.sql`
      insert into api_keys (merchant_id, id, lookup, hash, created_at)
      select merchant_id, gen_random_uuid(), 'fk_test_newnewne', sha256('fk_test_newnewnewnewnewnewnewnew'), created_at
      from api_keys where id = ${apiKeyId?.slice(4) ?? ''}`;
    await db.owner.sql`
      update api_keys set revoked_at = now() where id = ${apiKeyId?.slice(4) ?? ''}`;
    expect(await findCaller(db.app, old)).toBeNull();
    expect(await findCaller(db.app, 'fk_test_newnewnewnewnewnewnewnew')).toMatchObject({
      merchantId,
    });
  });
});

it('is never stored: no column has the key, its secret, or the bytes of either', async () => {
  const key = newApiKey('live');
  await createMerchant(db.owner, 'one', key);
  const all = JSON.stringify(await dump(db.owner.sql));
  // Sixteen characters find its row; the other 24 are nowhere.
  const secret = key.slice(16);
  expect(all).toContain(key.slice(0, 16));
  expect(all).not.toContain(secret);
  expect(all).not.toContain(Buffer.from(secret).toString('hex'));
  expect(all).not.toContain(Buffer.from(secret).toString('base64'));
  const found = await db.owner.sql<{ name: string }[]>`
    select tablename as name from pg_tables where schemaname = 'public' order by 1`;
  expect(found.map(({ name }) => name)).toEqual([...tables]);
});

it.each([
  '',
  'fk_test_short',
  'fk_prod_aaaaaaaaaaaaaaaaaaaaaaaa',
  'fk_test_aaaaaaaaaaaaaaaaaaaaaaa!',
])('makes no merchant with the malformed key "%s", and does not repeat it', async (key) => {
  const before = await dump(db.owner.sql);
  const error: unknown = await createMerchant(db.owner, 'one', key).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(RangeError);
  if (key) expect(String(error)).not.toContain(key);
  expect(await dump(db.owner.sql)).toEqual(before);
});

describe('the first merchant', () => {
  it('is made once by eight starts at once, and by none after them', async () => {
    await using empty = await testDatabase();
    const keys = Array.from({ length: 8 }, () => newApiKey('live'));
    const made = await Promise.all(keys.map((key) => bootstrapMerchant(empty.url, key)));
    expect(made.filter(Boolean)).toHaveLength(1);
    expect(await bootstrapMerchant(empty.url, newApiKey('test'))).toBe(false);
    const merchants = await empty.owner.sql`select name, mode from merchants`;
    expect([...merchants]).toEqual([{ name: 'default', mode: 'live' }]);
    const callers = await Promise.all(keys.map((key) => findCaller(empty.app, key)));
    expect(callers.map((caller) => caller !== null)).toEqual(made);
  });

  it('is not made by a malformed key', async () => {
    await using empty = await testDatabase();
    await expect(bootstrapMerchant(empty.url, 'secret')).rejects.toThrow(RangeError);
    expect(await bootstrapMerchant(empty.url, newApiKey('test'))).toBe(true);
  });
});
