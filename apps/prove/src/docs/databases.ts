/** A PostgreSQL such as the reader of a page has, and what stands in it. */
import { join } from 'node:path';
import { connectAsOwner, type Database, startEmbedded } from '@florin/db';
import { createOldTable } from '../import/old-rows.ts';

export interface Given {
  readonly settings: Readonly<Record<string, string>>;
  /** A command, with this server's address in the place of the page's. */
  placed(command: string): string;
  /** What the page has an administrator run. */
  administer(sql: string): Promise<void>;
  stop(): Promise<void>;
}

/** `db.internal:5432`, as the pages call it. */
const address = 'db.internal:5432';

export async function giveDatabase(folder: string, kind: 'own' | 'old'): Promise<Given> {
  const embedded = await startEmbedded(join(folder, `postgres-${kind}`));
  const owner = connectAsOwner(embedded.url);
  const url = new URL(embedded.url);
  const settings: Record<string, string> = {};
  if (kind === 'own') {
    // A user who may make no role, as in many a house.
    await owner.sql.unsafe("create role florin login password 'secret'");
    await owner.sql.unsafe('alter database florin owner to florin');
  } else {
    settings['DATABASE_URL'] = embedded.url;
    settings['OLD_DATABASE_URL'] = await writeOld(owner, url);
  }
  return {
    settings,
    placed: (command) => command.replaceAll(address, url.host),
    administer: async (sql) => void (await owner.sql.unsafe(sql)),
    stop: async () => {
      await owner.close();
      await embedded.stop();
    },
  };
}

/** @returns the old database's URL, with a table that has what the page tells of */
async function writeOld(owner: Database, url: URL): Promise<string> {
  await owner.sql.unsafe('create database django');
  const old = new URL(url);
  old.pathname = 'django';
  const database = connectAsOwner(old.href);
  await createOldTable(database);
  await database.sql`
    insert into payments (order_id, amount, currency, status, transaction_id, idempotency_key,
      created_at, updated_at)
    select 'order-' || case n when 4720 then 9 else n end,
      case n when 4712 then -5 when 4720 then 140 else 150 end, 'USD',
      case when n = 4711 then 'banana' when n between 1001 and 1610 then 'FAILED'
        when n between 2001 and 2067 then 'REFUNDED' else 'SUCCESS' end,
      'txn_' || n, 'key-' || n, at, at
    from (select n, timestamptz '2024-01-01' + n * interval '1 hour' as at
      from generate_series(1, 5000) n) n`;
  await database.close();
  return old.href;
}
