/** One PostgreSQL for all mutants of the schema; each has a database of its own in it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsOwner, migrate, startEmbedded } from '@florin/db';
import type { SchemaMutant } from './mutant.ts';
import { databaseRoot, databaseTests } from './packages.ts';
import type { Heart } from './prove.ts';
import { schemaControl, schemaMutants } from './schema-mutants.ts';

export interface SchemaHeart extends AsyncDisposable {
  readonly heart: Heart<SchemaMutant>;
}

export async function startSchemaHeart(): Promise<SchemaHeart> {
  const folder = await mkdtemp(join(tmpdir(), 'florin-mutants-'));
  const cluster = await startEmbedded(folder, {
    settings: { max_connections: '300', fsync: 'off' },
  });
  await migrate(cluster.url);
  const mutants = await asOwner(cluster.url, schemaMutants);
  let made = 0;
  return {
    heart: {
      root: databaseRoot,
      tests: databaseTests(),
      control: schemaControl,
      mutants,
      async with({ statement }, run) {
        const name = `mutant_${++made}`;
        const on = (database: string) =>
          Object.assign(new URL(cluster.url), { pathname: database });
        const administer = (text: string) =>
          asOwner(on('postgres').href, (sql) => sql.unsafe(text));
        const migrated = new URL(cluster.url).pathname.slice(1);
        await administer(`create database ${name} template ${migrated}`);
        await asOwner(on(name).href, (sql) => sql.unsafe(statement));
        // A run that was cut off may have left connections.
        return run({ template: on(name).href }).finally(() =>
          administer(`drop database ${name} with (force)`),
        );
      },
    },
    async [Symbol.asyncDispose]() {
      await cluster.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function asOwner<T>(
  url: string,
  work: (sql: ReturnType<typeof connectAsOwner>['sql']) => PromiseLike<T>,
): Promise<T> {
  const { sql, close } = connectAsOwner(url);
  try {
    return await work(sql);
  } finally {
    await close();
  }
}
