/** `florin doctor`: each thing that can be wrong is found, with what mends it; and nothing is changed. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addApiKey, addMerchant, newApiKey } from '@florin/db';
import { type TestDatabase, testDatabase } from '@florin/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { roleFinding, versionFinding } from '../src/doctor/database.ts';
import { examine } from '../src/doctor/doctor.ts';
import type { Finding } from '../src/doctor/finding.ts';
import { florin, florinHere } from './cli.ts';
import { dump } from './dump.ts';
import { spawnServer, startServer, testKey } from './server.ts';

let db: TestDatabase;
const folder = mkdtempSync(join(tmpdir(), 'florin-doctor-'));
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(async () => {
  await db[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

type Settings = Readonly<Record<string, string>>;
const free: Settings = { PORT: '0' };
const on = (url: string): Settings => ({ ...free, DATABASE_URL: url });

/** What is wrong: about what, and the line. */
const wrongs = (findings: readonly Finding[]) =>
  findings
    .filter(({ state }) => state === 'wrong')
    .map(({ about, seen, mend }) => [about, `${seen}. ${mend}`]);

const elsewhere = (change: (url: URL) => void): Settings => {
  const url = new URL(db.url);
  change(url);
  return on(url.href);
};

describe('a setup that is well', () => {
  let key: string;
  beforeAll(async () => {
    const { merchantId } = await addMerchant(db.owner, 'shop', 'test');
    key = newApiKey('test');
    await addApiKey(db.owner, merchantId, key, {
      name: null,
      scopes: ['admin'],
      expiresAt: null,
    });
  });

  it('says so, a line each, changes nothing and exits with 0', async () => {
    const before = await dump(db.owner.sql);
    const { code, stdout, stderr } = await florinHere(on(db.url), 'doctor');
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.slice(0, -2).map((line) => line.split(/ +/).slice(0, 2))).toEqual(
      [
        'settings',
        'port',
        'database',
        'version',
        'migrations',
        'role',
        'grants',
        'clock',
        'key',
      ].map((about) => ['ok', about]),
    );
    expect(lines.at(-1)).toBe('All is well.');
    expect(stdout).not.toContain(new URL(db.url).password);
    expect(await dump(db.owner.sql)).toEqual(before);
  });

  it('is known by programs too', async () => {
    const { list } = await florinHere(on(db.url), 'doctor', '--json');
    expect(list).toHaveLength(9);
    expect(list[4]).toEqual({
      about: 'migrations',
      state: 'well',
      seen: 'all have run',
      mend: null,
    });
  });

  it('also where a Florin is running on the port', async () => {
    await using server = await startServer(db.url);
    const settings = { ...on(db.url), PORT: new URL(server.url).port };
    const findings = await examine(settings);
    expect(wrongs(findings)).toEqual([]);
    expect(findings[1]?.seen).toBe(`a Florin listens on 127.0.0.1:${settings.PORT}`);
  });

  it('and its FLORIN_BOOTSTRAP_KEY opens something', async () => {
    expect(wrongs(await examine({ ...on(db.url), FLORIN_BOOTSTRAP_KEY: key }))).toEqual([]);
  });

  it('but for FLORIN_BOOTSTRAP_KEY, which came too late', async () => {
    const found = wrongs(await examine({ ...on(db.url), FLORIN_BOOTSTRAP_KEY: testKey }));
    expect(found).toEqual([
      ['key', expect.stringMatching(/^FLORIN_BOOTSTRAP_KEY opens nothing: .*florin keys create/)],
    ]);
  });

  it('but for the clock', async () => {
    const slow = await examine(on(db.url), () => Date.now() - 60_000);
    const mend =
      'Set both machines by NTP (timedatectl set-ntp true): leases and deadlines go by the clock.';
    expect(wrongs(slow)).toEqual([['clock', `it is 60 s behind the database's. ${mend}`]]);
    const fast = await examine(on(db.url), () => Date.now() + 7_000);
    expect(wrongs(fast)).toEqual([['clock', `it is 7 s ahead of the database's. ${mend}`]]);
  });

  it('but for a key: the last one was revoked', async () => {
    await db.owner.sql`update api_keys set revoked_at = now()`;
    const { code, stdout } = await florinHere(on(db.url), 'doctor');
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^WRONG {2}key {9}no merchant has a key that opens anything\. Make one: "florin keys create --merchant mer_/m,
    );
    expect(stdout).toMatch(/\n1 to mend\.\n$/);
  });
});

describe('settings', () => {
  it('that cannot be read: each is named, and nothing else is looked at', async () => {
    const { code, stdout } = await florinHere({ PORT: 'abc', FLORIN_LOG: 'loud' }, 'doctor');
    expect(code).toBe(1);
    expect(stdout).toContain(
      'WRONG  settings    PORT must be a port number from 0 to 65535, such as 8000. Correct this environment variable',
    );
    expect(stdout).toContain('FLORIN_LOG must be one of trace');
    expect(stdout).toContain('2 to mend.');
  });
});

describe('the port', () => {
  it('that another program has', async () => {
    const other = createServer((socket) => socket.resume().end('HTTP/1.1 200 OK\r\n\r\nother'));
    await new Promise<void>((ready) => other.listen(0, '127.0.0.1', ready));
    const address = other.address();
    const port = String(typeof address === 'object' ? address?.port : '');
    const found = wrongs(await examine({ ...on(db.url), PORT: port }));
    await new Promise((done) => other.close(done));
    expect(found).toContainEqual([
      'port',
      `127.0.0.1:${port} is taken by another program. Set PORT to another one.`,
    ]);
  });

  it('of an address that this machine does not have', async () => {
    const found = wrongs(await examine({ ...on(db.url), HOST: '203.0.113.7' }));
    expect(found).toContainEqual([
      'port',
      '203.0.113.7:0 cannot be listened on (EADDRNOTAVAIL). Set HOST to an address of this machine, such as 127.0.0.1.',
    ]);
  });
});

describe('a database that cannot be reached', () => {
  it.each([
    [
      'nothing listens',
      () =>
        elsewhere((url) => {
          url.port = '1';
        }),
      /Nothing listens at 127\.0\.0\.1:1: start PostgreSQL there, or correct DATABASE_URL\.$/,
    ],
    [
      'another password',
      () =>
        elsewhere((url) => {
          url.password = 'wrong';
        }),
      /The password of postgres is another one: correct DATABASE_URL\.$/,
    ],
    [
      'no such database',
      () =>
        elsewhere((url) => {
          url.pathname = 'nowhere';
        }),
      /There is no database nowhere: make it \("createdb nowhere"\), or correct DATABASE_URL\.$/,
    ],
    [
      'no such host',
      () =>
        elsewhere((url) => {
          url.hostname = 'db.invalid';
        }),
      /(There is no host db\.invalid|The name db\.invalid cannot be looked up)/,
    ],
  ])('%s', async (_, settings, line) => {
    const findings = await examine(settings());
    expect(wrongs(findings)).toEqual([['database', expect.stringMatching(line)]]);
    expect(findings.filter(({ state }) => state === 'unknown').map(({ about }) => about)).toEqual([
      'version',
      'migrations',
      'role',
      'grants',
      'clock',
      'key',
    ]);
  });
});

describe('a database that is not ready', () => {
  let empty: URL;
  const name = `florin_doctor_${process.pid}`;
  const user = `florin_doctor_${process.pid}`;
  beforeAll(async () => {
    await db.owner.sql.unsafe(`create role ${user} login password 'secret'`);
    await db.owner.sql.unsafe(`create database ${name} owner ${user}`);
    empty = new URL(db.url);
    empty.pathname = name;
  });
  afterAll(async () => {
    await db.owner.sql.unsafe(`drop database ${name}`);
    await db.owner.sql.unsafe(`drop role ${user}`);
  });

  it('has no migrations: they are counted, and not run', async () => {
    for (const _ of [1, 2]) {
      const findings = await examine(on(empty.href));
      expect(wrongs(findings)).toEqual([
        [
          'migrations',
          expect.stringMatching(/^\d have not run\. Start Florin, or run "florin merchants list"/),
        ],
      ]);
    }
  });

  it.each([
    ['is no member of it', async () => {}],
    [
      'is a member that may not become it',
      async () => {
        await db.owner.sql.unsafe(`grant florin_app to ${user} with set false`);
      },
    ],
  ])('lets its user not work as the role: it %s', async (_, grant) => {
    await grant();
    const url = new URL(empty);
    [url.username, url.password] = [user, 'secret'];
    expect(wrongs(await examine(on(url.href)))).toContainEqual([
      'role',
      "DATABASE_URL's user may not work as florin_app. Run as an administrator: GRANT florin_app TO <the user of DATABASE_URL>;",
    ]);
  });

  it('has no merchant: how to make one, unless the first start will', async () => {
    const settings = on(empty.href);
    await florinHere(settings, 'merchants', 'list');
    const found = wrongs(await examine(settings));
    expect(found).toEqual([
      ['key', expect.stringMatching(/^there is no merchant\. Run "florin merchants create/)],
    ]);
    expect(wrongs(await examine({ ...settings, FLORIN_BOOTSTRAP_KEY: testKey }))).toEqual([]);
  });
});

it.each([
  [140_009, 'PostgreSQL 14.9 is too old. Upgrade it to PostgreSQL 15 or newer'],
  [90_603, 'PostgreSQL 9.603 is too old'],
])('version %s', (version, line) => {
  const { about, state, seen, mend } = versionFinding(version);
  expect([about, state]).toEqual(['version', 'wrong']);
  expect(`${seen}. ${mend}`).toContain(line);
});

it('versions from 15 on are well', () => {
  expect(versionFinding(150_004)).toMatchObject({ state: 'well', seen: 'PostgreSQL 15.4' });
});

it.each([
  ['missing', 'there is no role florin_app', 'CREATE ROLE florin_app NOLOGIN;'],
  ['superuser', 'florin_app is a superuser', 'ALTER ROLE florin_app NOSUPERUSER;'],
] as const)('a role that is %s', (state, seen, mend) => {
  const finding = roleFinding(state);
  expect(finding.seen).toContain(seen);
  expect(finding.mend).toContain(mend);
});

describe('the embedded database', () => {
  const settings = { ...free, FLORIN_DATA_DIR: join(folder, 'data') };

  it('that is not there yet is not made, and nothing is wrong', async () => {
    const { code, stdout } = await florinHere(settings, 'doctor');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^ok {5}database {4}there is none yet in .*; the first start makes it\.$/m,
    );
    expect((await florinHere(settings, 'doctor')).stdout).toBe(stdout);
  });

  it('that a server has open is joined; once nobody has, it is started for the while', async () => {
    {
      await using server = await spawnServer(settings);
      const { code, stdout } = await florin(
        { ...settings, PORT: new URL(server.url).port },
        'doctor',
      );
      expect(stdout).toContain('a Florin listens on');
      expect(code).toBe(0);
      expect((await server.http.get('/ready')).status).toBe(200);
    }
    writeFileSync(join(settings.FLORIN_DATA_DIR, 'api-key'), `${newApiKey('test')}\n`);
    const { code, stdout } = await florin(settings, 'doctor');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^WRONG {2}key .*the key in .*api-key opens nothing/m);
  }, 120_000);
});
