/** What can be wrong with a payment's rows: what verify says of it, and the statement that does it. */
import type { Sql } from 'postgres';

/** `p`: the payment, `m`: its merchant, both UUIDs. */
type Break = (sql: Sql, p: string, m: string) => Promise<unknown>;

export const breaks: readonly (readonly [name: string, what: RegExp, damage: Break])[] = [
  [
    'an amount',
    /^payment, captured$/,
    (sql, p) => sql`update payments set captured = captured - 1 where id = ${p}`,
  ],
  [
    'a status',
    /^payment, status$/,
    (sql, p) => sql`update payments set status = 'PENDING' where id = ${p}`,
  ],
  ['a version', /^event 6$/, (sql, p) => sql`update payments set version = 6 where id = ${p}`],
  [
    'an order that is not held',
    /^payment, holds_order$/,
    (sql, p) => sql`update payments set holds_order = false where id = ${p}`,
  ],
  [
    'an operation that is not settled',
    /^operation op_.*, status$/,
    (sql, p) =>
      sql`update operations set status = 'requires_action', closed_at = null
        where payment_id = ${p} and kind = 'charge'`,
  ],
  [
    'an operation of another amount',
    /^operation op_.*, amount$/,
    (sql, p) => sql`update operations set amount = 1 where payment_id = ${p} and kind = 'charge'`,
  ],
  [
    'an operation in suspense',
    /^operation op_.*, suspense$/,
    (sql, p) =>
      sql`update operations set suspense = 'suspense' where payment_id = ${p} and kind = 'charge'`,
  ],
  [
    'an operation that no event opened',
    /^operation op_0+7$/,
    (sql, p, m) =>
      sql`insert into operations select (json_populate_record(o,
          json_build_object('id', '00000000-0000-0000-0000-000000000007'))).*
        from operations o where merchant_id = ${m} and payment_id = ${p} and kind = 'charge'`,
  ],
  [
    'a posting that is missing',
    /^posting 1 of op_/,
    (sql, p) => sql`delete from postings where payment_id = ${p} and debit = 'provider_receivable'`,
  ],
  [
    'a posting too many',
    /^posting 2 of op_/,
    (sql, p) =>
      sql`insert into postings select (json_populate_record(g, '{"line": 2}')).*
        from postings g where payment_id = ${p} and debit = 'provider_receivable'`,
  ],
  [
    'a posting of another amount',
    /^posting 1 of op_.*, amount$/,
    (sql, p) => sql`update postings set amount = amount + 1 where payment_id = ${p}`,
  ],
  [
    'a posting to another account',
    /^posting 1 of op_.*, credit$/,
    (sql, p) =>
      sql`update postings set credit = 'suspense' where payment_id = ${p} and credit = 'merchant_payable'`,
  ],
  [
    'a posting of another payment',
    /^posting 1 of op_.*, payment_id$/,
    (sql, p) => sql`update postings set payment_id = merchant_id where payment_id = ${p}`,
  ],
  [
    'a posting in another currency',
    /^posting 1 of op_.*, currency$/,
    (sql, p) => sql`update postings set currency = 'EUR' where payment_id = ${p}`,
  ],
  [
    'an event that is missing',
    /^event 2$/,
    (sql, p) => sql`delete from events where payment_id = ${p} and version = 2`,
  ],
  [
    'the last event, missing',
    /^event 5$/,
    (sql, p) => sql`delete from events where payment_id = ${p} and version = 5`,
  ],
  [
    'an event of another type',
    /^event 2, type$/,
    (sql, p) =>
      sql`update events set type = 'charge.exploded' where payment_id = ${p} and version = 2`,
  ],
  [
    'an event of an operation that is not there',
    /^event 2, operation$/,
    (sql, p) =>
      sql`update events set operation_id = merchant_id where payment_id = ${p} and version = 2`,
  ],
  [
    'an event with another amount in it',
    /^event 2, captured$/,
    (sql, p) =>
      sql`update events set payment = (payment::jsonb || '{"captured": "1"}')::json
        where payment_id = ${p} and version = 2`,
  ],
  [
    'an event with no payment in it',
    /^event 2, payment$/,
    (sql, p) => sql`update events set payment = '"none"' where payment_id = ${p} and version = 2`,
  ],
  [
    'an event with an amount that is none',
    /^event 2, payment$/,
    (sql, p) =>
      sql`update events set payment = (payment::jsonb || '{"amount": "one"}')::json
        where payment_id = ${p} and version = 2`,
  ],
  [
    'a key that is missing',
    /^key "key-\d+"$/,
    (sql, p) => sql`delete from idempotency_keys where payment_id = ${p}`,
  ],
  [
    'a key of another payment',
    /^key "key-\d+"$/,
    (sql, p) => sql`update idempotency_keys set payment_id = merchant_id where payment_id = ${p}`,
  ],
  [
    'a key that is ahead',
    /^key "key-\d+"$/,
    (sql, p) => sql`update idempotency_keys set version = 99 where payment_id = ${p}`,
  ],
  [
    'a key that leads nowhere',
    /^key "astray"$/,
    (sql, p) =>
      sql`insert into idempotency_keys select (json_populate_record(k, json_build_object(
          'key', 'astray', 'payment_id', merchant_id))).* from idempotency_keys k
        where payment_id = ${p} limit 1`,
  ],
  [
    'a key that nothing answers',
    /^key "astray"$/,
    (sql, p) =>
      sql`insert into idempotency_keys select (json_populate_record(k,
          '{"key": "astray", "version": null}')).* from idempotency_keys k
        where payment_id = ${p} limit 1`,
  ],
  [
    'an event that is not in the feed',
    /^feed row of event 2$/,
    (sql, p) => sql`delete from feed where payment_id = ${p} and version = 2`,
  ],
  [
    'a gap in the feed',
    /^number of the feed$/,
    (sql, p) => sql`delete from feed where payment_id = ${p} and version = 2`,
  ],
  [
    'a row of the feed without its event',
    /^feed row of event 9$/,
    (sql, p) =>
      sql`insert into feed (merchant_id, payment_id, version)
        select merchant_id, payment_id, 9 from feed where payment_id = ${p} limit 1`,
  ],
  [
    'a row of the feed without its payment',
    /^rows of feed$/,
    (sql, _, m) => sql`insert into feed (merchant_id, payment_id, version) values (${m}, ${m}, 1)`,
  ],
  [
    'numbers of the feed out of order',
    /^feed row of event 2, number$/,
    (sql, p) => sql`update feed set number = null where payment_id = ${p} and version = 1`,
  ],
  [
    'a sequencer that is behind',
    /^last number of the feed$/,
    (sql, _, m) => sql`update sequencers set last_number = 3 where merchant_id = ${m}`,
  ],
  [
    'a merchant that is not there',
    /^row of merchants$/,
    (sql, _, m) => sql`delete from merchants where merchant_id = ${m}`,
  ],
  [
    'an event without its payment',
    /^rows of events$/,
    withoutKeys(
      (sql, p) =>
        sql`update events set payment_id = merchant_id where payment_id = ${p} and version = 5`,
    ),
  ],
  [
    'operations without their payment',
    /^rows of operations$/,
    withoutKeys((sql, p) => sql`delete from payments where id = ${p}`),
  ],
];

/** With foreign keys asleep, as after a restore that went wrong. */
function withoutKeys(damage: Break): Break {
  return (sql, ...args) =>
    sql.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      await damage(tx as unknown as Sql, ...args);
    });
}
