/** When keys end: revoked, expired, rotated. And that their last use is noted, but not each use. */
import { isId, type Scope } from '@florin/core';
import { type ApiKey, findApiKey, newApiKey, revokeApiKey, rotateApiKey } from '@florin/db';
import { type TestDatabase, testDatabase } from '@florin/db/testing';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startLastUseWorker } from '../src/workers/record-last-use.ts';
import { client, type Http } from './http.ts';
import { makeKey, newMerchant } from './keys.ts';
import { on, type ServerProcess, spawnServer, startServer } from './server.ts';

const all: readonly Scope[] = ['payments:read', 'payments:write'];
let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());

const statusOf = async (http: Http) => (await http.get('/payments/')).status;

/** Twice what is promised, for slow machines. */
const untilRefused = (https: readonly Http[]) =>
  vi.waitFor(
    async () => {
      for (const http of https) expect(await statusOf(http)).toBe(401);
    },
    { timeout: 10_000, interval: 100 },
  );

// Side by side: a server trusts a key that was good for a few seconds, which each of these waits for.
describe.concurrent('on two processes', () => {
  let servers: readonly ServerProcess[];
  beforeAll(async () => {
    servers = await Promise.all([spawnServer(on(db.url)), spawnServer(on(db.url))]);
  });
  afterAll(async () => {
    await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
  });

  /** The two, called with this key; both know it by now. */
  async function bothKnowing(key: string): Promise<readonly Http[]> {
    const https = servers.map(({ url }) => client(url, key));
    for (const http of https) expect(await statusOf(http)).toBe(200);
    return https;
  }

  it('a revoked key is refused by both, and at once by one that never met it', async () => {
    const { key, row } = await makeKey(db, await newMerchant(db), all);
    const https = await bothKnowing(key);
    await revokeApiKey(db.owner, row);
    await using other = await startServer(db.url);
    expect((await other.http.as(key).get('/payments/')).refusal).toEqual([401, 'unauthorized']);
    await untilRefused(https);
  });

  it('an expired key is refused by both, however well they knew it', async () => {
    const { key, row } = await makeKey(db, await newMerchant(db), all, 3_000);
    const https = await bothKnowing(key);
    await untilRefused(https);
    expect(Date.now()).toBeGreaterThanOrEqual(row.expiresAt ?? 0);
  });

  it('a rotated key works beside the new one for the overlap, then only the new one does', async () => {
    const { key: old, row } = await makeKey(db, await newMerchant(db), all);
    const olds = await bothKnowing(old);
    const key = newApiKey('test');
    await rotateApiKey(db.owner, row, key, 3_600_000);
    const news = await bothKnowing(key);
    await bothKnowing(old);
    // The hour goes by.
    await db.owner.sql`
      update api_keys set expires_at = now() where lookup = ${row.lookup}`;
    await untilRefused(olds);
    for (const http of news) expect(await statusOf(http)).toBe(200);
  });

  it('without an overlap, only the new one does', async () => {
    const { key: old, row } = await makeKey(db, await newMerchant(db), all);
    const olds = await bothKnowing(old);
    const key = newApiKey('test');
    await rotateApiKey(db.owner, row, key, 0);
    await bothKnowing(key);
    await untilRefused(olds);
  });
});

describe('last use', () => {
  const lastUse = async ({ id }: ApiKey) => (await findApiKey(db.owner, id))?.lastUsedAt ?? null;

  it('is recorded once for many requests, at the latest when the server stops', async () => {
    await db.owner.sql.unsafe(`
      create table uses (id uuid);
      create function note_use() returns trigger language plpgsql security definer as
        $$ begin insert into uses values (new.id); return new; end $$;
      create trigger note_use after update of last_used_at on api_keys
        for each row execute function note_use()`);
    const [used, unused] = [
      await makeKey(db, await newMerchant(db), all),
      await makeKey(db, await newMerchant(db), all),
    ];
    const before = Date.now();
    const server = await startServer(db.url);
    const http = server.http.as(used.key);
    await Promise.all(Array.from({ length: 60 }, () => statusOf(http)));
    await server[Symbol.asyncDispose]();
    expect(await lastUse(used.row)).toBeGreaterThanOrEqual(before);
    expect(await lastUse(unused.row)).toBeNull();
    const written = await db.owner.sql<{ id: string }[]>`
      select 'key_' || replace(id::text, '-', '') as id from uses`;
    expect(written.filter(({ id }) => isId('apiKey', id) && id === used.row.id)).toHaveLength(1);
    await db.owner.sql.unsafe('drop trigger note_use on api_keys; drop table uses');
  });

  const callerOf = ({ merchantId, id }: ApiKey) =>
    ({ merchantId, apiKeyId: id, mode: 'test', scopes: all, expiresAt: null }) as const;

  it('is recorded at an interval, while the server runs', async () => {
    const { row } = await makeKey(db, await newMerchant(db), all);
    const worker = startLastUseWorker(db.app, pino({ level: 'silent' }), 20);
    worker.note(callerOf(row));
    await expect.poll(() => lastUse(row)).not.toBeNull();
    await worker.stop();
  });

  it('that cannot be written is kept for the next round, and fails nobody', async () => {
    const { row } = await makeKey(db, await newMerchant(db), all);
    await db.owner.sql`revoke update (last_used_at) on api_keys from florin_app`;
    const warnings: string[] = [];
    const log = pino({ level: 'warn' }, { write: (line: string) => void warnings.push(line) });
    const worker = startLastUseWorker(db.app, log, 20);
    worker.note(callerOf(row));
    await expect.poll(() => warnings.length).toBeGreaterThan(1);
    expect(await lastUse(row)).toBeNull();
    await db.owner.sql`grant update (last_used_at) on api_keys to florin_app`;
    await expect.poll(() => lastUse(row)).not.toBeNull();
    await worker.stop();
  });
});
