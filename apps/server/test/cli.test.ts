/**
 * `florin merchants` and `florin keys`: on each kind of database, and what fails. As a process where
 * that matters: what it starts, stops and leaves running, its exit code and its streams.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestDatabase, testDatabase } from '@florin/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { florin, florinHere } from './cli.ts';
import { client, creation } from './http.ts';
import { on, spawnServer } from './server.ts';

const folder = mkdtempSync(join(tmpdir(), 'florin-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('on an embedded database', () => {
  const settings = { FLORIN_DATA_DIR: join(folder, 'data') };

  it('that nobody has open, on a folder that is not there: starts it, and stops it again', async () => {
    const ask = ['merchants', 'create', 'shop', '--mode', 'test', '--json'];
    const made = await florin(settings, ...ask);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(made.json).toEqual({
      id: expect.stringMatching(/^mer_[0-9a-f]{32}$/),
      name: 'shop',
      mode: 'test',
      created_at: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    expect(existsSync(join(settings.FLORIN_DATA_DIR, 'florin.lock'))).toBe(false);
    const { list } = await florin(settings, 'merchants', 'list', '--json');
    expect(list).toEqual([made.json]);
  }, 120_000);

  it('that a server has open: joins it, and leaves it running', async () => {
    await using server = await spawnServer(settings);
    const make = ['keys', 'create', '--merchant', 'shop', '--json'];
    const [used, spare] = await Promise.all([1, 2].map(() => florin(settings, ...make)));
    const http = client(server.url, String(used?.json['key']));
    expect((await http.post('/payments/', creation())).status).toBe(201);
    const revoked = await florin(settings, 'keys', 'revoke', String(spare?.json['id']));
    expect(revoked).toMatchObject({ code: 0, stderr: '' });
    // One that the server has not met: it would trust a key that was good a few seconds more.
    expect((await http.as(String(spare?.json['key'])).get('/payments/')).status).toBe(401);
    expect((await http.get('/ready')).status).toBe(200);
  }, 120_000);

  it('that a killed server left behind: starts it again', async () => {
    const server = await spawnServer(settings);
    await server.kill('SIGKILL');
    const ran = await florin(settings, 'merchants', 'list', '--json');
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.list).toHaveLength(1);
  }, 120_000);

  it('joins one that is starting', async () => {
    const starting = spawnServer(settings);
    const lock = join(settings.FLORIN_DATA_DIR, 'florin.lock');
    await expect.poll(() => existsSync(lock), { timeout: 30_000 }).toBe(true);
    const ran = await florin(settings, 'merchants', 'list', '--json');
    await using _ = await starting;
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.list).toHaveLength(1);
  }, 120_000);
});

describe('with DATABASE_URL', () => {
  let db: TestDatabase;
  let settings: Readonly<Record<string, string>>;
  beforeAll(async () => {
    db = await testDatabase();
    settings = on(db.url);
  });
  afterAll(() => db[Symbol.asyncDispose]());

  const make = async (...args: readonly string[]) =>
    (await florinHere(settings, ...args, '--json')).json;
  const newShop = async (name: string) =>
    String((await make('merchants', 'create', name, '--mode', 'live'))['id']);

  it('migrates an empty one first', async () => {
    const name = `empty_cli_${process.pid}`;
    await db.owner.sql.unsafe(`create database ${name}`);
    const url = new URL(db.url);
    url.pathname = name;
    const ran = await florin({ DATABASE_URL: url.href }, 'keys', 'list');
    await db.owner.sql.unsafe(`drop database ${name}`);
    expect(ran).toMatchObject({ code: 0, stdout: 'There is no key.\n', stderr: '' });
  });

  it('says what to run next, and shows a new key once', async () => {
    const made = await florinHere(settings, 'merchants', 'create', 'a shop', '--mode', 'live');
    const [next = ''] = /florin keys create .*/.exec(made.stdout) ?? [];
    const ran = await florinHere(settings, ...next.split(' ').slice(1));
    const [key = ''] = /fk_live_[A-Za-z0-9]{32}/.exec(ran.stdout) ?? [];
    expect(ran.stdout.split(key)).toHaveLength(2);
    const { stdout } = await florinHere(settings, 'keys', 'list');
    expect(stdout).toContain(key.slice(0, 16));
    expect(stdout).not.toContain(key.slice(0, 17));
  });

  it('a key is of its merchant’s mode, with the terms that were asked for', async () => {
    const id = await newShop('terms');
    const ask = ['keys', 'create', '--merchant', 'terms', '--name', 'back office'];
    const made = await make(...ask, '--scope', 'admin', '--scope', 'payments:read');
    expect(made).toEqual({
      id: expect.stringMatching(/^key_/),
      merchant_id: id,
      merchant_name: 'terms',
      mode: 'live',
      name: 'back office',
      begins: String(made['key']).slice(0, 16),
      scopes: ['payments:read', 'admin'],
      created_at: expect.any(String),
      last_used_at: null,
      expires_at: null,
      revoked_at: null,
      key: expect.stringMatching(/^fk_live_[A-Za-z0-9]{32}$/),
    });
    const { key: _, ...shown } = made;
    expect((await florinHere(settings, 'keys', 'list', '--merchant', id, '--json')).list).toEqual([
      shown,
    ]);
    const plain = await make('keys', 'create', '--merchant', id, '--expires-in', '90d');
    expect(plain['scopes']).toEqual(['payments:read', 'payments:write']);
    const lives = Date.parse(String(plain['expires_at'])) - Date.parse(String(plain['created_at']));
    expect(lives).toBe(90 * 86_400_000);
  });

  it('a rotated key names the one that it replaces, and when that ends', async () => {
    await newShop('rotating');
    const old = await make('keys', 'create', '--merchant', 'rotating', '--name', 'till');
    const made = await make('keys', 'rotate', String(old['id']), '--overlap', '1h');
    expect(made).toMatchObject({ name: 'till', scopes: old['scopes'], mode: 'live' });
    expect(made['key']).not.toBe(old['key']);
    const replaced = made['replaces'] as Readonly<Record<string, unknown>>;
    expect(replaced).toMatchObject({ id: old['id'], revoked_at: null });
    const overlap =
      Date.parse(String(replaced['expires_at'])) - Date.parse(String(made['created_at']));
    expect(overlap).toBe(3_600_000);
  });

  it('lists are aligned: each column begins where its heading does', async () => {
    await newShop('aligned');
    const { stdout } = await florinHere(settings, 'merchants', 'list');
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^ID +NAME +MODE +CREATED$/);
    const at = lines[0]?.indexOf('MODE') ?? 0;
    for (const line of lines.slice(1)) expect(line.slice(at, at + 4)).toBe('live');
  });

  it('revoking twice says when it was', async () => {
    await newShop('revoking');
    const { id } = await make('keys', 'create', '--merchant', 'revoking');
    const first = await make('keys', 'revoke', String(id));
    const second = await florinHere(settings, 'keys', 'revoke', String(id));
    expect(second.code).toBe(0);
    expect(second.stdout).toContain('already');
    expect(await make('keys', 'revoke', String(id))).toEqual(first);
  });

  const unknown = `key_${'0'.repeat(32)}`;
  const secret = `fk_test_${'s'.repeat(32)}`;
  it.each<readonly [string, readonly string[]]>([
    ['no merchant "nobody"', ['keys', 'create', '--merchant', 'nobody']],
    ['no merchant "nobody"', ['keys', 'list', '--merchant', 'nobody', '--json']],
    [`no key "${unknown}"`, ['keys', 'revoke', unknown]],
    [`no key "${unknown}"`, ['keys', 'rotate', unknown]],
    ['no key "key_1"', ['keys', 'rotate', 'key_1']],
    ['not its id', ['keys', 'revoke', secret]],
    ['--merchant', ['keys', 'create']],
    ['--mode', ['merchants', 'create', 'shop']],
    ['test, live', ['merchants', 'create', 'shop', '--mode', 'prod']],
    ['1 to 255', ['merchants', 'create', '', '--mode', 'test']],
    ['one line', ['merchants', 'create', 'a\nb', '--mode', 'test']],
    ['payments:write', ['keys', 'create', '--merchant', 'x', '--scope', 'payments:refund']],
    ['24h', ['keys', 'create', '--merchant', 'x', '--expires-in', 'soon']],
    ['more than nothing', ['keys', 'create', '--merchant', 'x', '--expires-in', '0d']],
    ['24h', ['keys', 'rotate', unknown, '--overlap', '-1h']],
    ['unknown command', ['keyz']],
    ['unknown option', ['keys', 'list', '--all']],
  ])('fails with one line that says: %s (%j)', async (told, args) => {
    const ran = await florinHere(settings, ...args);
    expect([ran.code, ran.stdout]).toEqual([1, '']);
    expect(ran.stderr).toMatch(/^error: .*\n$/);
    expect(ran.stderr).toContain(told);
    expect(ran.stderr).not.toContain(secret);
  });

  it('a process that fails says so on standard error alone, and exits with 1', async () => {
    const ran = await florin(settings, 'keyz');
    expect([ran.code, ran.stdout]).toEqual([1, '']);
    expect(ran.stderr).toBe((await florinHere(settings, 'keyz')).stderr);
  });

  it('where a name is several merchants’, asks for the id, and lists them', async () => {
    const ids = [await newShop('twins'), await newShop('twins')];
    const ran = await florinHere(settings, 'keys', 'create', '--merchant', 'twins');
    expect([ran.code, ran.stdout]).toEqual([1, '']);
    for (const id of ids) expect(ran.stderr).toContain(id);
  });

  it('a rotated key that has ended is not rotated again', async () => {
    await newShop('ended');
    const { id } = await make('keys', 'create', '--merchant', 'ended');
    await make('keys', 'rotate', String(id), '--overlap', '0s');
    const again = await florinHere(settings, 'keys', 'rotate', String(id));
    expect([again.code, again.stdout]).toEqual([1, '']);
    expect(again.stderr).toContain('nothing to hand over');
  });
});

it.each([
  ['DATABASE_URL', { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/florin' }],
  ['DATABASE_URL', { DATABASE_URL: 'mysql://localhost/florin' }],
  ['FLORIN_DATA_DIR', { FLORIN_DATA_DIR: '/dev/null/florin' }],
  ['FLORIN_DATA_DIR', { FLORIN_DATA_DIR: '/proc/florin' }],
])('without a database fails with one line, about %s: %j', async (setting, settings) => {
  const ran = await florin(settings, 'merchants', 'list');
  expect([ran.code, ran.stdout]).toEqual([1, '']);
  expect(ran.stderr).toMatch(/^error: .*\n$/);
  expect(ran.stderr).toContain(setting);
});
