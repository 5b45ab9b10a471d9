/** The first start, the next ones, several at once, and those that can't. */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connectAsOwner, startEmbedded } from '@florin/db';
import { type TestDatabase, testDatabase } from '@florin/db/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { client, create, type WirePayment } from './http.ts';
import { on, runServer, spawnServer, testKey } from './server.ts';

// Processes start and end here: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

const folder = mkdtempSync(join(tmpdir(), 'florin-start-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('the node that `pnpm start` takes, and this one, is Node 24', () => {
  const node = join(import.meta.dirname, '../../../node_modules/.bin/node');
  expect(execFileSync(node, ['--version'], { encoding: 'utf8' })).toMatch(/^v24\./);
  expect(process.version).toMatch(/^v24\./);
});

describe('with the embedded database', () => {
  const dataDir = join(folder, 'first');
  const keyFile = join(dataDir, 'api-key');
  const settings = { FLORIN_DATA_DIR: dataDir };

  it('the first start prints a line that takes a first payment, and keeps its key', async () => {
    await using server = await spawnServer(settings);
    const key = readFileSync(keyFile, 'utf8').trim();
    expect(key).toMatch(/^fk_test_[A-Za-z0-9]{32}$/);
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    expect(server.printed()).toContain(keyFile);
    const lines = server
      .printed()
      .split('\n')
      .filter((line) => line.startsWith('curl '));
    expect(lines).toHaveLength(1);
    const { stdout } = await promisify(execFile)('bash', ['-c', `${lines[0]} --silent`]);
    const payment = JSON.parse(stdout) as WirePayment;
    expect(payment).toMatchObject({ order_id: 'order-1', amount: '150.00', status: 'SUCCESS' });
    expect((await client(server.url, key).get('/payments/')).payments).toEqual([payment]);

    const second = await runServer(settings);
    expect(second.code).toBe(1);
    expect(second.stderr).toContain('Another Florin');
    expect(second.stderr).toContain(dataDir);
    expect(second.stderr).not.toMatch(/\n +at /);
    expect((await client(server.url, key).get('/payments/')).payments).toEqual([payment]);
  });

  it('the second start prints no key, and takes the first one’s', async () => {
    await using server = await spawnServer(settings);
    const key = readFileSync(keyFile, 'utf8').trim();
    expect(server.printed()).toBe(`Florin is listening on ${server.url}\n`);
    expect((await client(server.url, key).get('/payments/')).payments).toHaveLength(1);
  });

  it('where there is a merchant already, no file holds a key that opens nothing', async () => {
    rmSync(keyFile);
    await using server = await spawnServer(settings);
    expect(server.printed()).toBe(`Florin is listening on ${server.url}\n`);
    expect(existsSync(keyFile)).toBe(false);
  });

  it('a key’s file that a crash has cut short does not keep a first start from working', async () => {
    // What is left where the power went between making the key's file and writing to it.
    await dropDatabase(dataDir);
    writeFileSync(keyFile, '', { mode: 0o600 });
    await using server = await spawnServer(settings);
    const key = readFileSync(keyFile, 'utf8').trim();
    expect(server.printed()).toContain(key);
    expect((await client(server.url, key).get('/payments/')).payments).toEqual([]);
  });
});

/** As in a folder that was never started: only making the cluster is spared. */
async function dropDatabase(dataDir: string): Promise<void> {
  const embedded = await startEmbedded(dataDir);
  const url = new URL(embedded.url);
  url.pathname = 'postgres';
  const { sql, close } = connectAsOwner(url.href);
  await sql`drop database florin`;
  await close();
  await embedded.stop();
}

describe.concurrent('with DATABASE_URL', () => {
  let db: TestDatabase;
  const name = `empty_${process.pid}`;
  beforeAll(async () => {
    db = await testDatabase();
    await db.owner.sql.unsafe(`create database ${name}`);
  });
  afterAll(async () => {
    await db.owner.sql.unsafe(`drop database ${name}`);
    await db[Symbol.asyncDispose]();
  });

  it('several at once on an empty database make one merchant, who pays at each', async () => {
    const url = new URL(db.url);
    url.pathname = name;
    const servers = await Promise.all([1, 2, 3].map(() => spawnServer(on(url.href))));
    try {
      for (const server of servers) {
        expect(server.printed()).toBe(`Florin is listening on ${server.url}\n`);
        await create(server.http);
      }
      expect((await servers[0]?.http.get('/payments/'))?.payments).toHaveLength(3);
      await using later = await spawnServer({
        ...on(url.href),
        FLORIN_BOOTSTRAP_KEY: `fk_test_${'z'.repeat(32)}`,
      });
      expect((await later.http.get('/payments/')).status).toBe(401);
    } finally {
      await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
    }
  });

  it('without a bootstrap key starts, and makes nobody', async () => {
    await using untouched = await testDatabase();
    await using server = await spawnServer({ DATABASE_URL: untouched.url });
    expect((await server.http.as(testKey).get('/payments/')).status).toBe(401);
    expect(await untouched.owner.sql`select from merchants`).toHaveLength(0);
  });

  it('says which port is taken, and how to take another', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    const exit = await runServer({ ...on(db.url), PORT: String(port) });
    taken.close();
    expect([exit.code, exit.stdout]).toEqual([1, '']);
    expect(exit.stderr).toBe(
      `Florin cannot start. Port ${port} of 127.0.0.1 is taken. Set PORT to another one.\n`,
    );
  });

  it.each([
    ['PORT', 'http'],
    ['HOST', 'no.such.host.invalid'],
    ['HOST', '192.0.2.1'],
    ['DATABASE_URL', 'postgres://nobody@127.0.0.1:1/florin'],
    ['FLORIN_DATA_DIR', '/dev/null/florin'],
  ])('%s=%j: exits 1, and says so', async (variable, value) => {
    const database = variable === 'FLORIN_DATA_DIR' ? {} : on(db.url);
    const exit = await runServer({ ...database, [variable]: value });
    expect([exit.code, exit.stdout]).toEqual([1, '']);
    expect(exit.stderr).toMatch(/^Florin cannot start\. /);
    expect(exit.stderr).toContain(variable);
    expect(exit.stderr, 'no stack').not.toMatch(/\n +at /);
  });
});
