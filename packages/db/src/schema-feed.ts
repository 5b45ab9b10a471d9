/** The tables of the feed: every event once more, in the order that followers see. */
import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { count, id, instant, xid } from './columns.ts';

/**
 * One row an event, written once it is committed, by the one sequencer of its merchant: whoever has
 * seen number n will never see a smaller one appear. No foreign key to the event, which is never
 * deleted. Without a number are rows that the version before this one writes with the event.
 */
export const feed = pgTable(
  'feed',
  {
    merchantId: id('merchant', 'merchant_id').notNull(),
    paymentId: id('payment', 'payment_id').notNull(),
    version: integer().notNull(),
    number: count(),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.paymentId, t.version] }),
    uniqueIndex('feed_by_number').on(t.merchantId, t.number).where(sql`${t.number} is not null`),
    // For the version before this one.
    index('feed_unnumbered')
      .on(t.merchantId, t.paymentId, t.version)
      .where(sql`${t.number} is null`),
    check('feed_number', sql`${t.number} >= 1`),
  ],
);

/** Who numbers a merchant's feed, and how far it has come. */
export const sequencers = pgTable('sequencers', {
  merchantId: id('merchant', 'merchant_id').primaryKey(),
  /** The process that holds the lease; its own word for itself. */
  holder: text().notNull(),
  leaseUntil: instant('lease_until').notNull(),
  lastNumber: count('last_number').notNull(),
  /** All events of transactions before it are numbered. */
  horizon: xid().notNull().default(sql`'0'`),
});
