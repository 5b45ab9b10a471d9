/**
 * The tables. `merchant_id` leads every primary key, unique index and foreign key, so that rows can
 * be sharded by merchant; the money rules of `@florin/core` are repeated here as CHECKs, on purpose.
 * The rest is in `schema-merchants.ts`, `schema-feed.ts` and `schema-reports.ts`.
 */
import type {
  Account,
  Currency,
  EventType,
  Failure,
  NextAction,
  OperationKind,
  OperationStatus,
  Outcome,
  ParsedRequest,
  Status,
} from '@florin/core';
import { accounts, operationKinds, statuses } from '@florin/core';
import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { id, instant, isShortText, json, minorUnits, oneOf, xid } from './columns.ts';

export const payments = pgTable(
  'payments',
  {
    merchantId: id('merchant', 'merchant_id').notNull(),
    id: id('payment', 'id').notNull(),
    orderId: text('order_id').notNull(),
    currency: text().$type<Currency>().notNull(),
    amount: minorUnits().notNull(),
    authorized: minorUnits().notNull(),
    captured: minorUnits().notNull(),
    refunded: minorUnits().notNull(),
    refundPending: minorUnits('refund_pending').notNull(),
    status: text().$type<Status>().notNull(),
    holdsOrder: boolean('holds_order').notNull(),
    provider: text().notNull(),
    paymentMethod: text('payment_method'),
    transactionId: text('transaction_id'),
    idempotencyKey: text('idempotency_key').notNull(),
    failure: json<Failure>('failure'),
    nextAction: json<NextAction>('next_action'),
    metadata: json<Readonly<Record<string, string>>>('metadata').notNull(),
    discrepancy: boolean().notNull(),
    openOperation: text('open_operation').$type<OperationKind>(),
    expiresAt: instant('expires_at'),
    version: integer().notNull(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.id] }),
    // On the flag, not on the status: then a status update touches no index.
    uniqueIndex('payments_order_holder').on(t.merchantId, t.orderId).where(sql`${t.holdsOrder}`),
    index('payments_by_order').on(t.merchantId, t.orderId, t.createdAt, t.id),
    index('payments_by_time').on(t.merchantId, t.createdAt, t.id),
    // Across merchants, few: a plain charge never has a row in it.
    index('payments_expiring').on(t.expiresAt).where(sql`${t.expiresAt} is not null`),
    check('payments_status', oneOf(t.status, statuses)),
    check('payments_currency', sql`${t.currency} ~ '^[A-Z]{3}$'`),
    check('payments_amount', sql`${t.amount} > 0`),
    check(
      'payments_amounts_chain',
      sql`${t.refunded} >= 0 and ${t.refundPending} >= 0 and ${t.refunded} + ${t.refundPending} <= ${t.captured} and ${t.captured} <= ${t.authorized} and ${t.authorized} <= ${t.amount}`,
    ),
    check('payments_failure', sql`(${t.failure} is not null) = (${t.status} = 'FAILED')`),
    check(
      'payments_next_action',
      sql`(${t.nextAction} is not null) = (${t.status} = 'REQUIRES_ACTION')`,
    ),
    check('payments_order_id', isShortText(t.orderId)),
    check('payments_idempotency_key', isShortText(t.idempotencyKey)),
    check('payments_payment_method', isShortText(t.paymentMethod)),
    check('payments_version', sql`${t.version} >= 1`),
    check('payments_open_operation', oneOf(t.openOperation, operationKinds)),
  ],
);

export const operations = pgTable(
  'operations',
  {
    merchantId: id('merchant', 'merchant_id').notNull(),
    id: id('operation', 'id').notNull(),
    paymentId: id('payment', 'payment_id').notNull(),
    kind: text().$type<OperationKind>().notNull(),
    amount: minorUnits().notNull(),
    status: text().$type<OperationStatus>().notNull(),
    reference: text(),
    failure: json<Failure>('failure'),
    reason: text(),
    idempotencyKey: text('idempotency_key'),
    contradiction: text().$type<Outcome>(),
    suspense: text().$type<Account>(),
    attempts: integer().notNull(),
    leaseUntil: instant('lease_until'),
    createdAt: instant('created_at').notNull(),
    closedAt: instant('closed_at'),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.id] }),
    foreignKey({
      columns: [t.merchantId, t.paymentId],
      foreignColumns: [payments.merchantId, payments.id],
    }),
    uniqueIndex('operations_one_open')
      .on(t.merchantId, t.paymentId)
      .where(sql`${t.status} = 'open' and ${t.kind} <> 'refund'`),
    index('operations_by_payment').on(t.merchantId, t.paymentId, t.createdAt, t.id),
    // Across merchants: claimed by compare-and-set, see operations.ts.
    index('operations_due').on(t.leaseUntil).where(sql`${t.status} = 'open'`),
    check('operations_kind', oneOf(t.kind, operationKinds)),
    check(
      'operations_status',
      oneOf(t.status, ['open', 'requires_action', 'succeeded', 'declined']),
    ),
    check('operations_amount', sql`${t.amount} > 0`),
    check('operations_attempts', sql`${t.attempts} >= 1`),
    check('operations_lease', sql`(${t.leaseUntil} is not null) = (${t.status} = 'open')`),
    check(
      'operations_closed',
      sql`(${t.closedAt} is not null) = (${oneOf(t.status, ['succeeded', 'declined'])})`,
    ),
    check('operations_reason', isShortText(t.reason)),
    check('operations_suspense', oneOf(t.suspense, accounts)),
  ],
);

/** History: the role `florin_app` may insert and read, nothing else. */
export const events = pgTable(
  'events',
  {
    merchantId: id('merchant', 'merchant_id').notNull(),
    paymentId: id('payment', 'payment_id').notNull(),
    version: integer().notNull(),
    id: id('event', 'id').notNull(),
    type: text().$type<EventType>().notNull(),
    actor: text().notNull(),
    operationId: id('operation', 'operation_id'),
    reason: text(),
    /** The payment's row as it then was. */
    payment: json<Readonly<Record<string, unknown>>>('payment').notNull(),
    createdAt: instant('created_at').notNull(),
    /** Who wrote it: what is new to the feed is found by it, see feed.ts. 0: of before it was told. */
    xid: xid().notNull().default(sql`pg_current_xact_id()`),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.paymentId, t.version] }),
    foreignKey({
      columns: [t.merchantId, t.paymentId],
      foreignColumns: [payments.merchantId, payments.id],
    }),
    index('events_by_xid').on(t.merchantId, t.xid),
    // Versions before this one look by it for what they wrote without the feed.
    index('events_by_time').using('brin', t.createdAt),
    check('events_version', sql`${t.version} >= 1`),
    check('events_reason', isShortText(t.reason)),
  ],
);

/** History, as `events`. An operation posts once: its lines are numbered. */
export const postings = pgTable(
  'postings',
  {
    merchantId: id('merchant', 'merchant_id').notNull(),
    operationId: id('operation', 'operation_id').notNull(),
    line: smallint().notNull(),
    paymentId: id('payment', 'payment_id').notNull(),
    debit: text().$type<Account>().notNull(),
    credit: text().$type<Account>().notNull(),
    amount: minorUnits().notNull(),
    currency: text().$type<Currency>().notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.operationId, t.line] }),
    foreignKey({
      columns: [t.merchantId, t.operationId],
      foreignColumns: [operations.merchantId, operations.id],
    }),
    check('postings_line', sql`${t.line} >= 1`),
    check('postings_amount', sql`${t.amount} > 0`),
    check('postings_debit', oneOf(t.debit, accounts)),
    check('postings_credit', oneOf(t.credit, accounts)),
    check('postings_accounts', sql`${t.debit} <> ${t.credit}`),
    check('postings_currency', sql`${t.currency} ~ '^[A-Z]{3}$'`),
  ],
);

/**
 * What each key was used for, for good. No foreign key to the payment: the key is written first, so
 * that whoever comes second with it waits there and not behind a payment.
 */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    merchantId: id('merchant', 'merchant_id').notNull(),
    key: text().notNull(),
    request: json<ParsedRequest>('request').notNull(),
    paymentId: id('payment', 'payment_id').notNull(),
    version: integer(),
    leaseUntil: instant('lease_until').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.key] }),
    check('idempotency_keys_key', isShortText(t.key)),
    check('idempotency_keys_version', sql`${t.version} >= 1`),
  ],
);
