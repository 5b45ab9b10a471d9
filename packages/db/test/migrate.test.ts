/** Migrations: many starts at once, a second start, and owners that are no superusers. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { connect, connectAsOwner, type Database } from '../src/connect.ts';
import { freshId } from '../src/fresh-ids.ts';
import { isMigrated, migrate } from '../src/migrate.ts';
import { apply, newMerchant, told } from './given.ts';

let admin: Database;
beforeAll(() => {
  admin = connectAsOwner(urlOf('postgres'));
});
afterAll(() => admin.close());

function urlOf(database: string, user?: { readonly name: string; readonly password: string }) {
  const url = new URL(inject('florinTemplate'));
  url.pathname = database;
  if (user) Object.assign(url, { username: user.name, password: user.password });
  return url.href;
}

const newName = (what: string) => freshId('event').replace('evt', what);

/** An empty database, of the superuser or of `owner`; dropped with its scope. */
async function emptyDatabase(owner?: { readonly name: string; readonly password: string }) {
  const name = newName('empty');
  await admin.sql.unsafe(`create database ${name} ${owner ? `owner ${owner.name}` : ''}`);
  return {
    url: urlOf(name, owner),
    [Symbol.asyncDispose]: async () => void (await admin.sql.unsafe(`drop database ${name}`)),
  };
}

/** A role that may log in, and nothing else but what `options` say; dropped with its scope. */
async function newOwner(options = '') {
  const name = newName('owner');
  const password = freshId('event');
  await admin.sql.unsafe(`create role ${name} login nosuperuser password '${password}' ${options}`);
  return {
    name,
    password,
    [Symbol.asyncDispose]: async () => void (await admin.sql.unsafe(`drop role ${name}`)),
  };
}

/** The tables, and the migrations that have run. */
async function stateOf(url: string) {
  const { sql, close } = connectAsOwner(url);
  const relations = await sql`
    select oid::int, relname, relfilenode::int, xmin::text from pg_class
    where relnamespace in ('public'::regnamespace, 'drizzle'::regnamespace) order by oid`;
  const migrations = await sql`select * from drizzle.__drizzle_migrations order by id`;
  await close();
  return { relations: [...relations], migrations: [...migrations] };
}

/** Whether a payment can be made and settled, as the server would. */
async function works(url: string): Promise<string> {
  const pool = connect(url, 2);
  const created = await apply(pool.sql, newMerchant().create());
  const { payment } = await apply(pool.sql, told(created));
  const [row] = await pool.sql`select current_user as name`;
  await pool.close();
  return `${payment.status} as ${row?.['name']}`;
}

it('makes one schema when six start at once', async () => {
  await using database = await emptyDatabase();
  await Promise.all(Array.from({ length: 6 }, () => migrate(database.url)));
  const { migrations } = await stateOf(database.url);
  expect(new Set(migrations.map(({ hash }) => hash)).size).toBe(migrations.length);
  expect(await works(database.url)).toBe('SUCCESS as florin_app');
});

it('does nothing the second time', async () => {
  await using database = await emptyDatabase();
  await migrate(database.url);
  const before = await stateOf(database.url);
  await migrate(database.url);
  expect(await stateOf(database.url)).toEqual(before);
});

describe('isMigrated', () => {
  it('in an empty database: false', async () => {
    await using database = await emptyDatabase();
    const pool = connect(database.url, 1);
    const answer: unknown = await isMigrated(pool).catch((error: unknown) => error);
    await pool.close();
    expect(answer).toBe(false);
  });

  it('before the last migration: false; after it: true; after one more: true', async () => {
    await using database = await emptyDatabase();
    await migrate(database.url);
    const owner = connectAsOwner(database.url);
    const pool = connect(database.url, 1);
    const answers = [await isMigrated(pool)];
    const [last] = await owner.sql`
      delete from drizzle.__drizzle_migrations
      where created_at = (select max(created_at) from drizzle.__drizzle_migrations) returning *`;
    answers.push(await isMigrated(pool));
    const at = String(BigInt(String(last?.['created_at'])) + 1n);
    await owner.sql`
      insert into drizzle.__drizzle_migrations (hash, created_at) values ('newer', ${at})`;
    answers.push(await isMigrated(pool));
    await Promise.all([owner.close(), pool.close()]);
    expect(answers).toEqual([true, false, true]);
  });
});

describe('an owner that is no superuser', () => {
  it.each(['', 'createdb'])(
    'and may not have the role: told what to run, and then it works (%s)',
    async (options) => {
      await using owner = await newOwner(options);
      await using database = await emptyDatabase(owner);
      const error: unknown = await migrate(database.url).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Error);
      expect(String(error)).toContain(
        'CREATE ROLE florin_app NOLOGIN; GRANT florin_app TO <the user of DATABASE_URL>;',
      );
      expect(String(error)).not.toContain(owner.password);
      expect((error as Error).cause).toMatchObject({ code: '42501' });

      await admin.sql.unsafe(`grant florin_app to ${owner.name}`);
      await Promise.all(Array.from({ length: 3 }, () => migrate(database.url)));
      expect(await works(database.url)).toBe('SUCCESS as florin_app');
      await migrate(database.url);
    },
  );

  // What PostgreSQL 16 and later leave with a CREATEROLE user that has just created the role.
  it('and has made the role itself, but may not become it yet: grants it to itself', async () => {
    await using owner = await newOwner('createrole');
    await using database = await emptyDatabase(owner);
    await admin.sql.unsafe(
      `grant florin_app to ${owner.name} with admin true, inherit false, set false`,
    );
    await migrate(database.url);
    expect(await works(database.url)).toBe('SUCCESS as florin_app');
  });
});
