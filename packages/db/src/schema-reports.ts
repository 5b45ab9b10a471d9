/** The table of what providers report. */
import type { Currency, KnownOutcome } from '@florin/core';
import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { id, instant, isShortText, json, minorUnits, oneOf } from './columns.ts';

/** `waiting`: stored, not applied yet. `dead`: it can't be applied; `reason` says why. */
export type ReportStatus = 'waiting' | 'applied' | 'dead';

/** What providers report by themselves: stored first, then applied, each once. */
export const providerReports = pgTable(
  'provider_reports',
  {
    merchantId: id('merchant', 'merchant_id').notNull(),
    provider: text().notNull(),
    /** The provider's own id of the report: the same one again is the same report. */
    id: text().notNull(),
    operationId: id('operation', 'operation_id').notNull(),
    outcome: json<KnownOutcome>('outcome').notNull(),
    amount: minorUnits().notNull(),
    currency: text().$type<Currency>().notNull(),
    /** As it came, byte for byte. */
    body: text().notNull(),
    status: text().$type<ReportStatus>().notNull(),
    reason: text(),
    attempts: integer().notNull(),
    /** While it waits: when it is tried next. */
    dueAt: instant('due_at'),
    /** When it happened, as the provider says. */
    occurredAt: instant('occurred_at').notNull(),
    receivedAt: instant('received_at').notNull(),
    settledAt: instant('settled_at'),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.provider, t.id] }),
    index('provider_reports_by_operation').on(t.merchantId, t.operationId),
    // Across merchants: claimed by compare-and-set.
    index('provider_reports_due').on(t.dueAt).where(sql`${t.status} = 'waiting'`),
    // For those that watch: how many there are.
    index('provider_reports_dead').on(t.receivedAt).where(sql`${t.status} = 'dead'`),
    check('provider_reports_id', isShortText(t.id)),
    check('provider_reports_status', oneOf(t.status, ['waiting', 'applied', 'dead'])),
    check('provider_reports_due', sql`(${t.dueAt} is not null) = (${t.status} = 'waiting')`),
    check('provider_reports_settled', sql`(${t.settledAt} is null) = (${t.status} = 'waiting')`),
    check('provider_reports_reason', sql`(${t.reason} is not null) = (${t.status} = 'dead')`),
  ],
);
