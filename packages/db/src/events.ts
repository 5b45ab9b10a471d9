/** Reads of events. Each is within one merchant: another merchant's events are not there. */
import type { Event, MerchantId, PaymentId } from '@florin/core';
import { and, asc, eq, gt, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Database } from './connect.ts';
import { fromRow } from './rows.ts';
import { events, payments } from './schema.ts';
import { feed } from './schema-feed.ts';

/** An event with its number in the merchant's feed; null as long as none is given. */
export interface FeedEvent extends Event {
  readonly number: number | null;
}

/** The event that a row of the feed names. */
const isOf = (row: Readonly<Record<'merchantId' | 'paymentId' | 'version', PgColumn>>) =>
  and(
    eq(events.merchantId, row.merchantId),
    eq(events.paymentId, row.paymentId),
    eq(events.version, row.version),
  );

/**
 * `limit` events at most, in the order of their numbers, after the number `after`. All numbers from 1
 * are there, and none appears below one that was seen.
 */
export async function listEvents(
  { query }: Database,
  merchantId: MerchantId,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<readonly FeedEvent[]> {
  // Limited before it is joined: the index of numbers alone says which events they are.
  const page = query
    .select()
    .from(feed)
    .where(and(eq(feed.merchantId, merchantId), gt(feed.number, after)))
    .orderBy(asc(feed.number))
    .limit(limit)
    .as('page');
  const found = await query
    .select({ number: page.number, event: events })
    .from(page)
    .innerJoin(events, isOf(page))
    .orderBy(asc(page.number));
  return found.map(eventOf);
}

/** `limit` events of a payment at most, in the order of its versions, after `afterVersion`. */
export async function listEventsOfPayment(
  { query }: Database,
  merchantId: MerchantId,
  paymentId: PaymentId,
  { afterVersion, limit }: { readonly afterVersion: number; readonly limit: number },
): Promise<readonly FeedEvent[]> {
  const found = await query
    .select({ number: feed.number, event: events })
    .from(events)
    .leftJoin(feed, isOf(feed))
    .where(
      and(
        eq(events.merchantId, merchantId),
        eq(events.paymentId, paymentId),
        // As a bigint: what is larger than any version is no error, there is just nothing after it.
        gt(events.version, sql`${afterVersion}::bigint`),
      ),
    )
    .orderBy(asc(events.version))
    .limit(limit);
  return found.map(eventOf);
}

interface Found {
  readonly number: number | null;
  readonly event: typeof events.$inferSelect;
}

function eventOf({ number, event }: Found): FeedEvent {
  return { ...event, number, payment: fromRow(payments, event.payment) };
}
