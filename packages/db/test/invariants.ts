/** What must hold of the whole database after anything at all, each as the SQL that finds a breach. */
import type { Sql } from 'postgres';

const breaches: Readonly<Record<string, string>> = {
  'a payment has an event for each version from 1, and no gap': `
    select p.id, p.version, count(e.version), min(e.version), max(e.version)
    from payments p left join events e on e.merchant_id = p.merchant_id and e.payment_id = p.id
    group by p.merchant_id, p.id, p.version
    having count(e.version) <> p.version or min(e.version) <> 1 or max(e.version) <> p.version`,
  'the last event has the payment as it is': `
    select p.id, p, e.payment from payments p
    join events e on e.merchant_id = p.merchant_id and e.payment_id = p.id and e.version = p.version
    where to_jsonb(json_populate_record(null::payments, e.payment)) <> to_jsonb(p)`,
  'an event has the payment of its own version': `
    select payment_id, version from events
    where version <> (payment ->> 'version')::int or payment_id <> (payment ->> 'id')::uuid`,
  'an order has one holder at most': `
    select merchant_id, order_id from payments where holds_order
    group by merchant_id, order_id having count(*) > 1`,
  'a payment holds its order as its provider and status say': `
    select id, provider, status from payments
    where holds_order <> case provider when 'manual' then status = 'SUCCESS'
                         else status not in ('FAILED', 'CANCELLED', 'REFUNDED') end`,
  "a key's payment is there, in the version that is its answer": `
    select k.key from idempotency_keys k
    left join payments p on p.merchant_id = k.merchant_id and p.id = k.payment_id
    where p.id is null or k.version > p.version`,
  "a payment's and an operation's key is there": `
    select p.id, p.idempotency_key from payments p
    where not exists (select from idempotency_keys k
      where k.merchant_id = p.merchant_id and k.key = p.idempotency_key and k.payment_id = p.id)
    union all
    select o.id, o.idempotency_key from operations o
    where o.idempotency_key is not null and not exists (select from idempotency_keys k
      where k.merchant_id = o.merchant_id and k.key = o.idempotency_key
        and k.payment_id = o.payment_id)`,
  "a key is answered unless its operation is open, or the payer's turn": `
    select k.key from idempotency_keys k
    join operations o on o.merchant_id = k.merchant_id and o.idempotency_key = k.key
    where (k.version is null) <> (o.status = 'open')`,
  'a posting is of an operation that succeeded, of its payment, amount and currency': `
    select s.operation_id, s.line from postings s
    join operations o on o.merchant_id = s.merchant_id and o.id = s.operation_id
    join payments p on p.merchant_id = o.merchant_id and p.id = o.payment_id
    where not (o.status = 'succeeded' or o.contradiction = 'succeeded')
      or s.payment_id <> o.payment_id or s.amount <> o.amount or s.currency <> p.currency`,
  'an operation that moved money has one line 1, any other none': `
    select o.id, o.kind, o.status from operations o
    left join postings s on s.merchant_id = o.merchant_id and s.operation_id = o.id and s.line = 1
    group by o.merchant_id, o.id
    having count(s.line) <> case when o.kind in ('charge', 'capture', 'refund')
      and (o.status = 'succeeded' or o.contradiction = 'succeeded') then 1 else 0 end`,
  "an operation's suspense is what its postings leave there": `
    select o.id, o.suspense from operations o
    left join postings s on s.merchant_id = o.merchant_id and s.operation_id = o.id
    group by o.merchant_id, o.id
    having (o.suspense is not distinct from 'suspense') <> (
      coalesce(sum(s.amount) filter (where s.credit = 'suspense'), 0)
      <> coalesce(sum(s.amount) filter (where s.debit = 'suspense'), 0))`,
  "the operations that succeeded in time add up to the payment's amounts": `
    select p.id, p.captured, p.refunded from payments p
    left join events e on e.merchant_id = p.merchant_id and e.payment_id = p.id
      and e.type in ('charge.succeeded', 'capture.succeeded', 'refund.succeeded')
    left join operations o on o.merchant_id = p.merchant_id and o.id = e.operation_id
    group by p.merchant_id, p.id
    having p.captured <> coalesce(sum(o.amount) filter (where o.kind <> 'refund'), 0)
      or p.refunded <> coalesce(sum(o.amount) filter (where o.kind = 'refund'), 0)`,
  'what is not in doubt is earned, or given back': `
    select p.id, p.captured, p.refunded from payments p
    left join postings s on s.merchant_id = p.merchant_id and s.payment_id = p.id
    where not p.discrepancy
    group by p.merchant_id, p.id
    having p.captured <> coalesce(sum(s.amount) filter (where s.credit = 'merchant_payable'), 0)
      or p.refunded <> coalesce(sum(s.amount) filter (where s.debit = 'merchant_payable'), 0)`,
  'every event has a number whose transaction is before the horizon': `
    select e.payment_id, e.version from events e
    join sequencers s on s.merchant_id = e.merchant_id and e.xid < s.horizon
    left join feed f on f.merchant_id = e.merchant_id
      and f.payment_id = e.payment_id and f.version = e.version where f.number is null`,
  'open refunds add up to what is pending': `
    select p.id, p.refund_pending from payments p
    left join operations o on o.merchant_id = p.merchant_id and o.payment_id = p.id
      and o.kind = 'refund' and o.status = 'open'
    group by p.merchant_id, p.id having p.refund_pending <> coalesce(sum(o.amount), 0)`,
};

/** The invariants that do not hold, with the rows that break them; none is as it must be. */
export async function broken(sql: Sql): Promise<Readonly<Record<string, readonly unknown[]>>> {
  const found: Record<string, readonly unknown[]> = {};
  for (const [invariant, breach] of Object.entries(breaches)) {
    const rows = await sql.unsafe(breach);
    if (rows.length > 0) found[invariant] = [...rows];
  }
  return found;
}
