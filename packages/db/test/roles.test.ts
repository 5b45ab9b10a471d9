/** The server's role: it adds to history and never changes it, and it owns nothing. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect } from '../src/connect.ts';
import { type TestDatabase, testDatabase } from '../src/testing.ts';
import {
  apiKey,
  attempt,
  event,
  keyUse,
  merchant,
  operation,
  payment,
  posting,
  type Statement,
  seed,
} from './raw.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
  for (const statement of seed) await statement(db.owner.sql);
});
afterAll(() => db[Symbol.asyncDispose]());

const run =
  (statement: string): Statement =>
  (sql) =>
    sql.unsafe(statement);

const refused: readonly (readonly [string, Statement])[] = [
  'update events set actor = actor',
  'delete from events',
  'truncate events',
  'update postings set amount = amount + 1',
  'delete from postings',
  'truncate postings',
  'select from events for update',
  'delete from payments',
  'truncate payments cascade',
  'delete from operations',
  'truncate operations cascade',
  'truncate idempotency_keys',
  'update merchants set mode = mode',
  'delete from merchants',
  'update api_keys set revoked_at = null',
  'delete from api_keys',
  'delete from drizzle.__drizzle_migrations',
  'create table mine ()',
  'create schema mine',
  'create view mine as select 1',
  'create role mine',
  'alter table events disable trigger all',
  'alter table payments drop constraint payments_amounts_chain',
  'drop index payments_order_holder',
  'drop table payments cascade',
  'create function mine() returns int language sql return 1',
  "copy payments to program 'cat'",
].map((statement) => [statement, run(statement)] as const);

const inserts: readonly (readonly [string, Statement])[] = [
  ['insert into merchants', merchant()],
  ['insert into api_keys', apiKey()],
];

it.each([...refused, ...inserts])('may not: %s', async (_, statement) => {
  expect(await attempt(db.app.sql, [statement])).toBe('42501');
});

it.each([
  ['add a payment', payment({ id: randomUUID() })],
  ['add an operation', operation()],
  ['add an event', event()],
  ['add a posting', posting()],
  ['add a key', keyUse()],
  ['change a payment', run('update payments set version = version + 1')],
  ['change an operation', run('update operations set attempts = attempts + 1')],
  ['answer a key', run('update idempotency_keys set version = 1')],
  ['take a key back', run('delete from idempotency_keys')],
  ['read it all', run('select from merchants, api_keys, events, postings')],
  ['lock a payment', run('select from payments for update')],
])('may %s', async (_, statement) => {
  expect(await attempt(db.app.sql, [statement])).toBe('done');
});

it('is florin_app on every connection, no superuser, and owns nothing', async () => {
  const pool = connect(db.url, 3);
  const users = await Promise.all(
    Array.from({ length: 3 }, async () => {
      const [row] = await pool.sql`select current_user as name, pg_sleep(0.05)`;
      return row?.['name'];
    }),
  );
  expect(users).toEqual(['florin_app', 'florin_app', 'florin_app']);

  const [role] = await pool.sql`
    select rolsuper, rolcreaterole, rolcreatedb, rolcanlogin, rolbypassrls, rolreplication
    from pg_roles where rolname = current_user`;
  expect(role).toEqual({
    rolsuper: false,
    rolcreaterole: false,
    rolcreatedb: false,
    rolcanlogin: false,
    rolbypassrls: false,
    rolreplication: false,
  });
  const owned = await pool.sql`
    select relname from pg_class where relowner = current_user::regrole
    union all select nspname from pg_namespace where nspowner = current_user::regrole
    union all select datname from pg_database where datdba = current_user::regrole`;
  expect([...owned]).toEqual([]);
  const memberships = await pool.sql`
    select roleid::regrole from pg_auth_members where member = current_user::regrole`;
  expect([...memberships]).toEqual([]);
  await pool.close();
});
