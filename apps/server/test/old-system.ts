/** A database as the replaced Django module leaves it: its table, and rows as its code writes them. */
import type { TestDatabase } from '@florin/db/testing';
import postgres, { type Sql } from 'postgres';

export interface OldSystem extends AsyncDisposable {
  readonly url: string;
  readonly sql: Sql;
}

/** What its requests and hands have left in a row; the rest is as its code fills it in. */
export interface OldRow {
  readonly id: number;
  readonly order_id?: string | null;
  readonly amount?: string;
  readonly currency?: string;
  readonly status?: string;
  readonly transaction_id?: string | null;
  readonly idempotency_key?: string | null;
  readonly created_at?: string;
  readonly updated_at?: string;
}

let made = 0;

export async function oldSystem(db: TestDatabase): Promise<OldSystem> {
  const name = `django_${process.pid}_${++made}`;
  await db.owner.sql.unsafe(`create database ${name} template template0`);
  const url = new URL(db.url);
  url.pathname = name;
  const sql = postgres(url.href, { max: 1, onnotice: () => {} });
  await sql.unsafe(`
    create table payments (
      id serial primary key,
      order_id varchar(255),
      amount numeric(10,2),
      currency varchar(3),
      status varchar(50),
      transaction_id varchar(255) unique,
      idempotency_key varchar(255) unique,
      created_at timestamptz,
      updated_at timestamptz)`);
  return {
    url: url.href,
    sql,
    [Symbol.asyncDispose]: async () => {
      await sql.end();
      await db.owner.sql.unsafe(`drop database ${name}`);
    },
  };
}

/** Successful and of 150.00 USD, made a second after the one before, unless told otherwise. */
export async function write({ sql }: OldSystem, rows: readonly OldRow[]): Promise<void> {
  const whole = rows.map((row) => {
    const created = row.created_at ?? new Date(Date.UTC(2024, 0, 1) + row.id * 1_000).toISOString();
    return {
      order_id: `old-order-${row.id}`,
      amount: '150.00',
      currency: 'USD',
      status: 'SUCCESS',
      transaction_id: row.status === undefined || row.status === 'SUCCESS' ? `txn_${row.id}` : null,
      idempotency_key: `old-key-${row.id}`,
      created_at: created,
      updated_at: created,
      ...row,
    };
  });
  await sql`
    insert into payments
    select * from json_populate_recordset(null::payments, ${JSON.stringify(whole)}::text::json)`;
}
