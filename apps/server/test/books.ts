/** What must be true of the database whatever happened: asked as its owner, each answer empty. */
import { verify } from '@florin/db';
import type { TestDatabase } from '@florin/db/testing';
import { expect } from 'vitest';

type Sql = TestDatabase['owner']['sql'];

/** Each statement finds what should not be there. */
const faults: Readonly<Record<string, string>> = {
  'an event without its payment': `
    select e.payment_id, e.version from events e
    where not exists (select from payments p
      where p.merchant_id = e.merchant_id and p.id = e.payment_id)`,
  'a posting without its operation and payment': `
    select g.operation_id from postings g
    where not exists (select from operations o join payments p
      on p.merchant_id = o.merchant_id and p.id = o.payment_id
      where o.merchant_id = g.merchant_id and o.id = g.operation_id and p.id = g.payment_id)`,
  'a gap in the versions': `
    select p.id, p.version, e.versions from payments p left join lateral
      (select array_agg(version order by version) as versions from events e
       where e.merchant_id = p.merchant_id and e.payment_id = p.id) e on true
    where e.versions is distinct from array(select generate_series(1, p.version))`,
  'a last event that is not the payment as it is': `
    select p.id, to_json(p), e.payment from payments p join events e
      on e.merchant_id = p.merchant_id and e.payment_id = p.id and e.version = p.version
    where to_jsonb(json_populate_record(null::payments, e.payment)) <> to_jsonb(p)`,
  'postings that are not what was captured and refunded': `
    select p.id, p.captured, p.refunded, g.* from payments p left join lateral
      (select coalesce(sum(amount) filter (where credit = 'merchant_payable'), 0) as earned,
              coalesce(sum(amount) filter (where debit = 'merchant_payable'), 0) as returned,
              coalesce(bool_or('suspense' in (debit, credit)), false) as suspense
       from postings g where g.merchant_id = p.merchant_id and g.payment_id = p.id) g on true
    where g.earned <> p.captured or g.returned <> p.refunded or g.suspense or p.discrepancy`,
  'amounts that no operation explains': `
    select p.id, p.refund_pending, o.* from payments p left join lateral
      (select coalesce(sum(amount) filter (where kind = 'refund' and status = 'open'), 0) as pending,
              coalesce(sum(amount) filter (where kind = 'refund' and status = 'succeeded'), 0) as refunded,
              count(*) filter (where kind = 'charge') as charges
       from operations o where o.merchant_id = p.merchant_id and o.payment_id = p.id) o on true
    where o.pending <> p.refund_pending or o.refunded <> p.refunded or o.charges > 1`,
  'an order with two payments that hold it': `
    select merchant_id, order_id from payments
    where holds_order or status = 'SUCCESS' group by 1, 2 having count(*) > 1`,
  'a key that names no payment, or a version that is not there': `
    select k.key from idempotency_keys k
    where not exists (select from events e where e.merchant_id = k.merchant_id
      and e.payment_id = k.payment_id and e.version = coalesce(k.version, 1))`,
  'a payment whose key names another, or none': `
    select p.id, p.idempotency_key from payments p left join idempotency_keys k
      on k.merchant_id = p.merchant_id and k.key = p.idempotency_key
    where k.payment_id is distinct from p.id`,
};

export async function expectSoundBooks(sql: Sql): Promise<void> {
  for (const [fault, statement] of Object.entries(faults)) {
    expect([...(await sql.unsafe(statement))], fault).toEqual([]);
  }
  await expectVerified(sql);
}

/** As `florin verify` finds them: each payment against its own history. Flags and dead reports may be. */
async function expectVerified(sql: Sql): Promise<void> {
  for await (const found of verify({ sql })) {
    if (found.kind === 'difference') expect(found).toBeNull();
  }
}

/** And nothing is under way any more. */
export async function expectSettledBooks(sql: Sql): Promise<void> {
  const open = await sql`select id, kind from operations where status = 'open'`;
  expect([...open]).toEqual([]);
  await expectSoundBooks(sql);
}

/** As if everyone who was at work had been gone for longer than a lease. */
export async function endLeases(sql: Sql): Promise<void> {
  await sql`update operations set lease_until = now() - interval '1 second' where status = 'open'`;
  await sql`update idempotency_keys set lease_until = now() - interval '1 second'`;
}
