/** The table of ids that payments had in the system that Florin replaces. */
import { sql } from 'drizzle-orm';
import { foreignKey, index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { count, id } from './columns.ts';
import { payments } from './schema.ts';

/** One row an imported payment, written in its commit and never changed: callers keep such ids. */
export const legacyIds = pgTable(
  'legacy_ids',
  {
    merchantId: id('merchant', 'merchant_id').notNull(),
    legacyId: count('legacy_id').notNull(),
    paymentId: id('payment', 'payment_id').notNull(),
    /** The order that it has paid although another payment had: paid twice. Few have any. */
    paidBeside: text('paid_beside'),
  },
  (t) => [
    index('legacy_ids_paid_beside')
      .on(t.merchantId, t.paidBeside)
      .where(sql`${t.paidBeside} is not null`),
    primaryKey({ columns: [t.merchantId, t.legacyId] }),
    foreignKey({
      columns: [t.merchantId, t.paymentId],
      foreignColumns: [payments.merchantId, payments.id],
    }),
  ],
);
