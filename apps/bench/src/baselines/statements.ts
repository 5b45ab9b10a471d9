/**
 * Baseline (a): the rows that Florin's commits write, by bare SQL; not those of the feed, which come
 * afterwards. Each commit is one statement, the fastest way there is to write them one payment at a
 * time; nothing is checked, decided or answered.
 */
import { noMerchant } from '../seed.ts';

/** `$1`: a number that no other has; `$2`, `$3`: the payment and the operation of the first. */
export interface Steps {
  /** Gives back `payment` and `operation`. */
  readonly intent: string;
  readonly outcome: string | null;
}

const merchant = `'${noMerchant}'::uuid`;
const name = `lpad(to_hex($1::bigint), 16, '0')`;

/** A colon before a letter or a digit would be a variable of pgbench's. */
const payload = (status: string, version: number): string =>
  `('{"merchant_id": "${noMerchant}","id": "' || id || '","order_id": "order-bare-' || n || '","currency": "USD","amount": "15000","authorized": "0","captured": "0","refunded": "0","refund_pending": "0","status": "${status}","holds_order": true,"provider": "sandbox","payment_method": null,"transaction_id": null,"idempotency_key": "key-bare-' || n || '","failure": null,"next_action": null,"metadata": {},"discrepancy": false,"open_operation": "charge","expires_at": null,"version": ${version},"created_at": "2026-01-01T00-00-00.000Z","updated_at": "2026-01-01T00-00-00.000Z"}')::json`;

const event = (type: string, version: string, json: string): string => `
  insert into events (merchant_id, payment_id, version, id, type, actor, operation_id, payment, created_at)
  select ${merchant}, id, ${version}, uuidv7(), '${type}', 'key_bare', op, ${json}, now() from m`;
const posting = (debit: string, credit: string, amount: number): string => `
  insert into postings (merchant_id, operation_id, line, payment_id, debit, credit, amount, currency, created_at)
  select ${merchant}, op, 1, id, '${debit}', '${credit}', ${amount}, 'USD', now() from m`;

const creation = (provider: 'sandbox' | 'manual'): string => {
  const isManual = provider === 'manual';
  const operation = `
    o as (insert into operations (merchant_id, id, payment_id, kind, amount, status, idempotency_key, attempts, lease_until, created_at)
      select ${merchant}, op, id, 'charge', 15000, 'open', 'key-bare-' || n, 1, now() + interval '30 s', now() from m),`;
  return `
    with m as materialized (select uuidv7() as id, uuidv7() as op, ${name} as n),
    k as (insert into idempotency_keys (merchant_id, key, request, payment_id, version, lease_until, created_at)
      select ${merchant}, 'key-bare-' || n, ('{"type": "create","orderId": "order-bare-' || n || '","amount": "15000","currency": "USD","capture": "automatic","provider": "${provider}","paymentMethod": null,"metadata": {}}')::json,
        id, ${isManual ? 1 : 'null'}, now() + interval '30 s', now() from m),
    p as (insert into payments (merchant_id, id, order_id, currency, amount, authorized, captured, refunded, refund_pending, status, holds_order, provider, idempotency_key, metadata, discrepancy, open_operation, version, created_at, updated_at)
      select ${merchant}, id, 'order-bare-' || n, 'USD', 15000, 0, 0, 0, 0, 'PENDING', ${!isManual}, '${provider}', 'key-bare-' || n, '{}', false, ${isManual ? 'null' : "'charge'"}, 1, now(), now() from m),
    ${isManual ? '' : operation}
    e as (${event('payment.created', '1', payload('PENDING', 1))})
    select id as payment, op as operation from m`;
};

const chargeSucceeded = `
  with m as materialized (select $2::uuid as id, $3::uuid as op, ${name} as n),
  p as (update payments set authorized = 15000, captured = 15000, status = 'SUCCESS', open_operation = null,
      transaction_id = 'sandbox_' || op, version = 2, updated_at = now()
    from m where merchant_id = ${merchant} and payments.id = m.id),
  o as (update operations set status = 'succeeded', reference = 'sandbox_' || op, lease_until = null, closed_at = now()
    from m where merchant_id = ${merchant} and operations.id = m.op),
  k as (update idempotency_keys set version = 2 from m where merchant_id = ${merchant} and key = 'key-bare-' || n),
  e as (${event('charge.succeeded', '2', payload('SUCCESS', 2))})
  ${posting('provider_receivable', 'merchant_payable', 15_000)}`;

/** Of a payment that is seeded; `$1` says which, whatever number it is. */
const refundOpened = (count: number): string => `
  with m as materialized (
    select p.id, uuidv7() as op, ${name} as n, p.version + 1 as v from payments p
    where p.merchant_id = ${merchant} and p.order_id = 'order-' ||
      lpad(to_hex(((1 + $1::bigint % ${count}) * 48271) % 2147483647), 8, '0') || '-seed-' || (1 + $1::bigint % ${count})
    for update),
  p as (update payments set refund_pending = refund_pending + 1, version = m.v, updated_at = now()
    from m where merchant_id = ${merchant} and payments.id = m.id),
  o as (insert into operations (merchant_id, id, payment_id, kind, amount, status, attempts, lease_until, created_at)
    select ${merchant}, op, id, 'refund', 1, 'open', 1, now() + interval '30 s', now() from m),
  e as (${event('refund.opened', 'v', payload('SUCCESS', 3))})
  select id as payment, op as operation from m`;

const refundSucceeded = `
  with m as materialized (
    select id, $3::uuid as op, ${name} as n, version + 1 as v from payments
    where merchant_id = ${merchant} and id = $2::uuid for update),
  p as (update payments set refund_pending = refund_pending - 1, refunded = refunded + 1, version = m.v, updated_at = now()
    from m where merchant_id = ${merchant} and payments.id = m.id),
  o as (update operations set status = 'succeeded', reference = 'sandbox_' || op, lease_until = null, closed_at = now()
    from m where merchant_id = ${merchant} and operations.id = m.op),
  e as (${event('refund.succeeded', 'v', payload('SUCCESS', 4))})
  ${posting('merchant_payable', 'provider_receivable', 1)}`;

/** @param seeded how many payments there are to be refunded */
export const steps = (seeded: number) =>
  ({
    create: { intent: creation('sandbox'), outcome: chargeSucceeded },
    'create manual': { intent: creation('manual'), outcome: null },
    refund: { intent: refundOpened(seeded), outcome: refundSucceeded },
  }) as const satisfies Record<string, Steps>;

export type BareRow = keyof ReturnType<typeof steps>;
