/**
 * Baseline (b), a program of its own: the least that a careful person would write by hand with Hono
 * and `postgres`, one payment at a time. Whose key is it; the intent, none twice with a key and none
 * twice for an order; the provider; the outcome and its event in one transaction. Ledger, history
 * of the intent, leases, feed and refusals' reasons are left out.
 */
import { createHash, randomUUID } from 'node:crypto';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import postgres from 'postgres-published';

const [url = '', port = '0', key = '', connections = '16'] = process.argv.slice(2);
const sql = postgres(url, { max: Number(connections), onnotice: () => {} });
const hash = (text: string): Buffer => createHash('sha256').update(text).digest();

await sql`create table if not exists keys_by_hand (hash bytea primary key, merchant_id uuid not null)`;
await sql`create table if not exists payments_by_hand (
  id uuid primary key, merchant_id uuid not null, order_id text not null,
  amount bigint not null check (amount > 0), currency text not null, status text not null,
  idempotency_key text not null, transaction_id text, version int not null,
  created_at timestamptz not null default now(), updated_at timestamptz not null default now(),
  unique (merchant_id, idempotency_key))`;
await sql`create unique index if not exists paid_once on payments_by_hand (merchant_id, order_id)
  where status in ('PENDING', 'SUCCESS')`;
await sql`create table if not exists events_by_hand (
  payment_id uuid not null references payments_by_hand, version int not null, type text not null,
  payment json not null, created_at timestamptz not null default now(), primary key (payment_id, version))`;
await sql`insert into keys_by_hand values (${hash(key)}, ${randomUUID()}) on conflict do nothing`;

interface Wanted {
  readonly order_id: string;
  readonly amount: string;
  readonly currency: string;
  readonly idempotency_key: string;
}

const app = new Hono();
app.post('/payments/', async (http) => {
  const sent = http.req.header('authorization')?.replace('Bearer ', '') ?? '';
  const [caller] = await sql`select merchant_id from keys_by_hand where hash = ${hash(sent)}`;
  if (!caller) return http.json({ error: 'unauthorized' }, 401);
  const wanted = await http.req.json<Wanted>();
  const match = /^(\d{1,12})\.(\d\d)$/.exec(wanted.amount);
  if (!match || !wanted.order_id || !wanted.idempotency_key || wanted.currency !== 'USD') {
    return http.json({ error: 'invalid' }, 400);
  }
  const [payment] = await sql`
    insert into payments_by_hand (id, merchant_id, order_id, amount, currency, status, idempotency_key, version)
    values (${randomUUID()}, ${caller['merchant_id']}, ${wanted.order_id}, ${`${match[1]}${match[2]}`},
      ${wanted.currency}, 'PENDING', ${wanted.idempotency_key}, 1)
    on conflict do nothing returning id`;
  if (!payment) return http.json({ error: 'the key or the order is used' }, 409);
  const id: string = payment['id'];
  const charged = await sql.begin(async (begun) => {
    // Its types, as they are published, forget that a transaction can be called.
    const tx = begun as unknown as postgres.Sql;
    const [row] = await tx`
      update payments_by_hand
      set status = 'SUCCESS', transaction_id = ${`sandbox_${id}`}, version = 2, updated_at = now()
      where id = ${id} returning *`;
    await tx`
      insert into events_by_hand (payment_id, version, type, payment)
      values (${id}, 2, 'charge.succeeded', ${JSON.stringify(row)})`;
    return row;
  });
  return http.json({ ...charged, amount: wanted.amount }, 201);
});

const server = serve({ fetch: app.fetch, port: Number(port), hostname: '127.0.0.1' }, (info) => {
  process.stdout.write(`The baseline is listening on http://127.0.0.1:${info.port}\n`);
});
process.once('SIGTERM', () => {
  server.close();
  void sql.end({ timeout: 1 }).then(() => process.exit());
});
