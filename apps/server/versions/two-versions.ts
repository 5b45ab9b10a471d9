/**
 * A deploy: the previous version runs, this one starts beside it and migrates the database, and both
 * answer, on the same payments, until the previous one is gone.
 */
import { connectAsOwner, type Database } from '@florin/db';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { endLeases } from '../test/books.ts';
import { florin } from '../test/cli.ts';
import { creation, fresh } from '../test/http.ts';
import { mainScript, on, type ServerProcess, spawnServer, testKey } from '../test/server.ts';
import { checkOutPrevious, type Previous } from './previous.ts';

let previous: Previous;
let owner: Database;
let url: string;
let older: ServerProcess;
let newer: ServerProcess;

beforeAll(async () => {
  previous = checkOutPrevious();
  url = await emptyDatabase();
  owner = connectAsOwner(url);
  older = await spawnServer(on(url), previous.mainScript);
  // What is there when the newer one migrates.
  for (const payment_method of ['pm_approved', 'pm_unknown', 'pm_requires_action']) {
    await create(older, { payment_method });
  }
  newer = await spawnServer(on(url), mainScript);
});
afterAll(async () => {
  await Promise.all([older?.kill('SIGTERM'), newer?.kill('SIGTERM')]);
  await owner?.close();
  previous?.[Symbol.dispose]();
});

interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: two versions, two shapes; each expectation names its own.
  readonly body: any;
}

/** Held to no document: the older one's answers are not this version's. */
async function ask(server: ServerProcess, path: string, body?: object): Promise<Answer> {
  const response = await fetch(server.url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${testKey}`, 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

const create = (server: ServerProcess, fields: object = {}) =>
  ask(server, '/payments/', creation(fields));

async function emptyDatabase(): Promise<string> {
  const template = new URL(inject('florinTemplate'));
  const name = 'florin_two_versions';
  template.pathname = 'postgres';
  const admin = connectAsOwner(template.href);
  await admin.sql.unsafe(`create database ${name}`).finally(() => admin.close());
  template.pathname = name;
  return template.href;
}

/** `florin verify` of this version finds nothing. */
async function expectClean(): Promise<void> {
  const { stdout, stderr } = await florin({ DATABASE_URL: url }, 'verify');
  const found = stdout.split('\n').filter((line) => /^(difference|discrepancy|dead)/.test(line));
  expect(found).toEqual([]);
  expect([stdout, stderr].join('\n')).toMatch(/^Checked \d+ payments/m);
}

it('the older one is of before the migration, and ran through it', async () => {
  const [found] = await owner.sql`
    select count(*)::int as migrations from drizzle.__drizzle_migrations`;
  expect(found?.['migrations']).toBeGreaterThan(3);
  expect((await ask(older, '/ready')).status).toBe(200);
  expect((await ask(older, '/openapi.json')).body.paths).not.toHaveProperty('/events');
  await expectClean();
});

it('each reads, refunds and replays what the other wrote', async () => {
  const rounds = Array.from({ length: 20 }, async (_, round) => {
    const [one, other] = round % 2 ? [older, newer] : [newer, older];
    const request = creation();
    const made = await ask(one, '/payments/', request);
    expect([made.status, made.body.status]).toEqual([201, 'SUCCESS']);
    const replayed = await ask(other, '/payments/', request);
    expect([replayed.status, replayed.body.version]).toEqual([200, made.body.version]);
    const path = `/payments/${made.body.id}/`;
    expect((await ask(other, path)).body.status).toBe('SUCCESS');
    const part = await ask(other, `${path}refund/`, { amount: '50.00' });
    expect(part.body.refunded_amount).toBe('50.00');
    expect((await ask(one, `${path}refund/`, {})).body.status).toBe('REFUNDED');
  });
  await Promise.all(rounds);
  await expectClean();
});

it('an order is charged once, whichever is asked', async () => {
  const order_id = fresh('order');
  const answers = await Promise.all(
    Array.from({ length: 24 }, (_, n) => create(n % 2 ? older : newer, { order_id })),
  );
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => status === 201)).toHaveLength(1);
  expect(statuses.filter((status) => status === 409)).toHaveLength(23);
  await expectClean();
});

it('what one leaves open the other settles, a capture included', async () => {
  const pending = await create(older, { payment_method: 'pm_unknown_at_first' });
  expect(pending.status).toBe(202);
  const held = await create(newer, { capture: 'manual' });
  expect(held.body.status).toBe('AUTHORIZED');
  const captured = await ask(newer, `/payments/${held.body.id}/capture/`, {});
  expect(captured.body.status).toBe('SUCCESS');
  expect((await ask(older, `/payments/${held.body.id}/`)).body.status).toBe('SUCCESS');
  await endLeases(owner.sql);
  await expect
    .poll(async () => (await ask(newer, `/payments/${pending.body.id}/`)).body.status)
    .toBe('SUCCESS');
});

it('the feed has what the older one wrote too, as it goes', async () => {
  const written = await create(older);
  const [counted] = await owner.sql`select count(*)::int as events from events`;
  await expect.poll(async () => (await follow()).length).toBe(counted?.['events']);
  const seen = await follow();
  expect(seen.map(({ number }) => number)).toEqual(seen.map((_, index) => index + 1));
  expect(seen.map(({ payment_id }) => payment_id)).toContain(written.body.id);
  await expectClean();
});

/** Every event that a follower gets who starts now. */
async function follow() {
  const seen: { readonly number: number; readonly payment_id: string }[] = [];
  for (let after = 0; ; after = seen.at(-1)?.number ?? 0) {
    const { body } = await ask(newer, `/events/?after=${after}&limit=100`);
    if (body.length === 0) return seen;
    seen.push(...body);
  }
}
