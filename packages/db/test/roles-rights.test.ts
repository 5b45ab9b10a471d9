/** All that the server's role may do, table by table: what is not in these rows it may not. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { appRole } from '../src/connect.ts';
import { appRights, findWrongRights } from '../src/rights.ts';
import { type TestDatabase, testDatabase } from '../src/testing.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());

const rights = Object.entries(appRights)
  .map(([table, may]) => [table.replace(/^.*\./, ''), may] as const)
  .sort(([one], [other]) => (one < other ? -1 : 1));

it('has these rights, and these are all tables', async () => {
  const found = await db.owner.sql`
    select c.relname as name, array(
      select p from unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER}'::text[]) as p
      where has_table_privilege(${appRole}, c.oid, p)) as rights
    from pg_class c
    where c.relkind = 'r' and c.relnamespace in ('public'::regnamespace, 'drizzle'::regnamespace)
    order by c.relname collate "C"`;
  expect(found.map(({ name, rights }) => [name, rights])).toEqual(rights);
});

it('is found to have too few or too many, and right again when that is mended', async () => {
  expect(await findWrongRights(db.owner.sql)).toEqual([]);
  await db.owner.sql.unsafe(`revoke insert on events from ${appRole}`);
  await db.owner.sql.unsafe(`grant delete, truncate on postings to ${appRole}`);
  expect(await findWrongRights(db.owner.sql)).toEqual([
    { on: 'public.events', right: 'INSERT', isMissing: true },
    { on: 'public.postings', right: 'DELETE', isMissing: false },
    { on: 'public.postings', right: 'TRUNCATE', isMissing: false },
  ]);
  await db.owner.sql.unsafe(`grant insert on events to ${appRole}`);
  await db.owner.sql.unsafe(`revoke delete, truncate on postings from ${appRole}`);
  expect(await findWrongRights(db.owner.sql)).toEqual([]);
});

it('changes one column alone: when a key was last used', async () => {
  const found = await db.owner.sql`
    select c.relname || '.' || a.attname as name
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
    where c.relkind = 'r' and c.relnamespace in ('public'::regnamespace, 'drizzle'::regnamespace)
      and not has_table_privilege(${appRole}, c.oid, 'UPDATE')
      and has_column_privilege(${appRole}, c.oid, a.attnum, 'UPDATE')`;
  expect(found.map(({ name }) => name)).toEqual(['api_keys.last_used_at']);
});

it.each([
  ['as they are', 'select'],
  // As many an administrator has it.
  ['where PUBLIC may do nothing', 'revoke all on schema public from public'],
])('uses the schemas, and makes nothing in them: %s', async (_, statement) => {
  await db.owner.sql.unsafe(statement);
  const found = await db.owner.sql`
    select nspname as name, has_schema_privilege(${appRole}, oid, 'USAGE') as usage,
      has_schema_privilege(${appRole}, oid, 'CREATE') as creation
    from pg_namespace where nspname in ('public', 'drizzle') order by 1`;
  expect([...found]).toEqual([
    { name: 'drizzle', usage: true, creation: false },
    { name: 'public', usage: true, creation: false },
  ]);
});
