/** Reads of events. Each is within one merchant: another merchant's events are not there. */
import { type Event, type MerchantId, type PaymentId, uuidOf } from '@florin/core';
import type { Sql } from 'postgres';
import type { Database } from './connect.ts';
import { columnsIn, fromRow, fromValues } from './rows.ts';
import { events, payments } from './schema.ts';

/** An event with its number in the merchant's feed; null as long as none is given. */
export interface FeedEvent extends Event {
  readonly number: number | null;
}

/**
 * `limit` events at most, in the order of their numbers, after the number `after`. All numbers from 1
 * are there, and none appears below one that was seen.
 */
export async function listEvents(
  { sql }: Database,
  merchantId: MerchantId,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<readonly FeedEvent[]> {
  // Limited before it is joined: the index of numbers alone says which events they are.
  const rows = await sql`
    select ${sql.unsafe(columnsIn(events, 'e'))}, f.number
    from (
      select merchant_id, payment_id, version, number from feed
      where merchant_id = ${uuidOf(merchantId)} and number > ${after}
      order by number limit ${limit}
    ) f
    join events e on ${isOf(sql)}
    order by f.number`.values();
  return rows.map(eventOf);
}

/** `limit` events of a payment at most, in the order of its versions, after `afterVersion`. */
export async function listEventsOfPayment(
  { sql }: Database,
  merchantId: MerchantId,
  paymentId: PaymentId,
  { afterVersion, limit }: { readonly afterVersion: number; readonly limit: number },
): Promise<readonly FeedEvent[]> {
  // As a bigint: what is larger than any version is no error, there is just nothing after it.
  const rows = await sql`
    select ${sql.unsafe(columnsIn(events, 'e'))}, f.number
    from events e left join feed f on ${isOf(sql)}
    where e.merchant_id = ${uuidOf(merchantId)} and e.payment_id = ${uuidOf(paymentId)}
      and e.version > ${afterVersion}::bigint
    order by e.version
    limit ${limit}`.values();
  return rows.map(eventOf);
}

/** Whether the event `e` is the one that the row `f` of the feed names. */
const isOf = (sql: Sql) =>
  sql`(e.merchant_id, e.payment_id, e.version) = (f.merchant_id, f.payment_id, f.version)`;

/** @param values the event's columns, then its number in the feed */
function eventOf(values: readonly unknown[]): FeedEvent {
  const event = fromValues(events, values);
  const number = values.at(-1) ?? null;
  return {
    ...event,
    number: number === null ? null : Number(number),
    payment: fromRow(payments, event.payment),
  };
}
