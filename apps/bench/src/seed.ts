/** Payments that are there already: any number, written by SQL, as Florin would have left them. */
import type { Database } from '@florin/db';
import { scrambleFactor, scrambleModulus } from './requests.ts';

/** Payments seeded into one database, numbered from 1. */
export interface Seeded {
  readonly count: number;
  /** When the first was created, in ms since the epoch; each next one `stepMs` later. */
  readonly firstAt: number;
}

export const stepMs = 1_000;
const chunk = 50_000;

/** The id of the n-th: its time, then its number, as a UUIDv7 has them. */
export const seededId = ({ firstAt }: Seeded, n: number): string =>
  `pay_${hex(firstAt + n * stepMs)}70008000${hex(n)}`;

export const seededOrder = (n: number): string =>
  `order-${((n * scrambleFactor) % scrambleModulus).toString(16).padStart(8, '0')}-seed-${n}`;

const hex = (value: number): string => value.toString(16).padStart(12, '0');

/**
 * Writes `count` charged payments of the only merchant with everything that belongs to them. As the
 * owner, and without waiting for the disk: what a benchmark starts from is not what it measures.
 * @param told of how many are there
 */
export async function seed(
  { sql }: Database,
  count: number,
  told: (done: number) => void = () => {},
): Promise<Seeded> {
  const firstAt = Date.now() - (count + 3_600) * stepMs;
  // A database of baselines has no merchant; the tables ask for none.
  const [merchant] = await sql`select merchant_id from merchants`;
  const merchantId = String(merchant?.['merchant_id'] ?? noMerchant);
  for (let from = 1; from <= count; from += chunk) {
    const to = Math.min(from + chunk - 1, count);
    await sql.begin(async (tx) => {
      await tx.unsafe(
        "set local synchronous_commit = off; set local session_replication_role = 'replica'",
      );
      await tx.unsafe(statement(merchantId, firstAt, from, to));
    });
    told(to);
  }
  await sql`
    insert into sequencers (merchant_id, holder, lease_until, last_number, horizon)
    values (${merchantId}, 'seed', now(), ${count * 2}, pg_current_xact_id())
    on conflict (merchant_id) do update
    set last_number = excluded.last_number, horizon = excluded.horizon`;
  await sql`vacuum (analyze)`;
  await sql`checkpoint`;
  return { count, firstAt };
}

export const noMerchant = '00000000-0000-7000-8000-000000000001';

/** The event's record of the payment, by version: text, since building it as JSON takes as long as the rest. */
const payload = (version: 1 | 2): string => {
  const done = version === 2;
  return `format('{"merchant_id":"%s","id":"%s","order_id":"%s","currency":"USD","amount":"15000","authorized":"${done ? 15000 : 0}","captured":"${done ? 15000 : 0}","refunded":"0","refund_pending":"0","status":"${done ? 'SUCCESS' : 'PENDING'}","holds_order":true,"provider":"sandbox","payment_method":null,"transaction_id":${done ? '"sandbox_%s"' : 'null'},"idempotency_key":"key-%3$s","failure":null,"next_action":null,"metadata":{},"discrepancy":false,"open_operation":${done ? 'null' : '"charge"'},"expires_at":null,"version":${version},"created_at":"2026-01-01T00:00:00.000Z","updated_at":"2026-01-01T00:00:00.000Z"}', m, id, ord, op)::json`;
};

const statement = (merchantId: string, firstAt: number, from: number, to: number): string => `
  with s as materialized (
    select i, '${merchantId}'::uuid as m, t,
      (time || '70008000' || number)::uuid as id, (time || '70009000' || number)::uuid as op,
      'order-' || scrambled || '-seed-' || i as ord
    from (select i, to_timestamp((${firstAt} + i * ${stepMs}) / 1000.0) as t,
      lpad(to_hex(${firstAt} + i * ${stepMs}), 12, '0') as time, lpad(to_hex(i), 12, '0') as number,
      lpad(to_hex((i * ${scrambleFactor}) % ${scrambleModulus}), 8, '0') as scrambled
      from generate_series(${from}::bigint, ${to}) i) n),
  k as (insert into idempotency_keys (merchant_id, key, request, payment_id, version, lease_until, created_at)
    select m, 'key-' || ord, ('{"type":"create","orderId":"' || ord || '","amount":"15000","currency":"USD","capture":"automatic","provider":"sandbox","paymentMethod":null,"metadata":{}}')::json, id, 2, t, t from s),
  p as (insert into payments (merchant_id, id, order_id, currency, amount, authorized, captured,
      refunded, refund_pending, status, holds_order, provider, transaction_id, idempotency_key,
      metadata, discrepancy, version, created_at, updated_at)
    select m, id, ord, 'USD', 15000, 15000, 15000, 0, 0, 'SUCCESS', true, 'sandbox',
      'sandbox_' || op, 'key-' || ord, '{}', false, 2, t, t from s),
  o as (insert into operations (merchant_id, id, payment_id, kind, amount, status, reference,
      idempotency_key, attempts, created_at, closed_at)
    select m, op, id, 'charge', 15000, 'succeeded', 'sandbox_' || op, 'key-' || ord, 1, t, t from s),
  e as (insert into events (merchant_id, payment_id, version, id, type, actor, operation_id, payment, created_at)
    select m, id, 1, id, 'payment.created', 'key_seed', op, ${payload(1)}, t from s
    union all
    select m, id, 2, op, 'charge.succeeded', 'provider:sandbox', op, ${payload(2)}, t from s),
  f as (insert into feed (merchant_id, payment_id, version, number)
    select m, id, 1, i * 2 - 1 from s union all select m, id, 2, i * 2 from s)
  insert into postings (merchant_id, operation_id, line, payment_id, debit, credit, amount, currency, created_at)
  select m, op, 1, id, 'provider_receivable', 'merchant_payable', 15000, 'USD', t from s`;
