/**
 * For tests: one embedded PostgreSQL a run (`setup`, vitest's globalSetup), one fresh, migrated
 * database a test file (`testDatabase`).
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { TestProject } from 'vitest/node';
import { connect, connectAsOwner, type Database } from './connect.ts';
import { startEmbedded } from './embedded/index.ts';
import { freshId } from './fresh-ids.ts';
import { migrate } from './migrate.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL of a database that is migrated and that nobody else connects to: the template. */
    florinTemplate: string;
  }
}

export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'florin-test-'));
  // A crash of PostgreSQL loses nothing without fsync, a crash of the machine would; tests have none.
  const settings = { max_connections: '300', fsync: 'off' };
  const cluster = await startEmbedded(folder, { settings });
  await migrate(cluster.url);
  provide('florinTemplate', cluster.url);
  return async () => {
    await cluster.stop();
    await rm(folder, { recursive: true });
  };
}

/** A fresh database; disposing of it fails while anyone is still connected: a leak. */
export interface TestDatabase extends AsyncDisposable {
  /** As its owner, for `DATABASE_URL` and for what the server's role may not do. */
  readonly url: string;
  readonly owner: Database;
  /** As the server's role. */
  readonly app: Database;
}

export async function testDatabase(): Promise<TestDatabase> {
  const template = new URL(inject('florinTemplate'));
  const name = freshId('event').replace('evt', 'florin');
  await administer(template, `create database ${name} template ${databaseOf(template)}`);
  const url = new URL(template);
  url.pathname = name;
  const owner = connectAsOwner(url.href);
  const app = connect(url.href);
  return {
    url: url.href,
    owner,
    app,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([owner.close(), app.close()]);
      await administer(template, `drop database ${name}`);
    },
  };
}

const databaseOf = (url: URL): string => url.pathname.slice(1);

async function administer(template: URL, statement: string): Promise<void> {
  const url = new URL(template);
  url.pathname = 'postgres';
  const { sql, close } = connectAsOwner(url.href);
  await sql.unsafe(statement).finally(() => close());
}
