/** Rows as raw SQL: legal ones, and statements that break one thing about them. */
import { randomUUID } from 'node:crypto';
import type { Sql } from 'postgres';
import type { RawRow, Table } from './given.ts';

export const merchantId = randomUUID();
export const otherMerchantId = randomUUID();
export const at = '2026-07-01T12:00:00Z';

/** One of each, there before every case: `paid` is a SUCCESS of `order-1`, and holds it. */
export const paid = randomUUID();
export const charge = randomUUID();
/** A payment of the other merchant. */
export const foreign = randomUUID();
export const foreignCharge = randomUUID();

export type Statement = (sql: Sql) => Promise<unknown>;

export const insert =
  (table: Table, row: RawRow): Statement =>
  (sql) =>
    sql`insert into ${sql(table)} ${sql(row)}`;

export const update =
  (table: 'payments' | 'operations', id: string, changes: RawRow): Statement =>
  (sql) =>
    sql`update ${sql(table)} set ${sql(changes)} where merchant_id = ${merchantId} and id = ${id}`;

/** A payment of 100 in SUCCESS, 40 of it refunded and 10 more asked for; it holds no order. */
export const payment = (changes: RawRow = {}): Statement =>
  insert('payments', {
    merchant_id: merchantId,
    id: randomUUID(),
    order_id: 'order-1',
    currency: 'USD',
    amount: 100,
    authorized: 90,
    captured: 80,
    refunded: 40,
    refund_pending: 10,
    status: 'SUCCESS',
    holds_order: false,
    provider: 'sandbox',
    payment_method: null,
    transaction_id: null,
    idempotency_key: 'key-1',
    failure: null,
    next_action: null,
    metadata: '{}',
    discrepancy: false,
    version: 1,
    created_at: at,
    updated_at: at,
    ...changes,
  });

/** An open charge of `paid`. */
export const operation = (changes: RawRow = {}): Statement =>
  insert('operations', {
    merchant_id: merchantId,
    id: randomUUID(),
    payment_id: paid,
    kind: 'charge',
    amount: 100,
    status: 'open',
    reference: null,
    failure: null,
    reason: null,
    idempotency_key: 'key-1',
    contradiction: null,
    attempts: 1,
    lease_until: at,
    created_at: at,
    closed_at: null,
    ...changes,
  });

export const succeeded = { status: 'succeeded', lease_until: null, closed_at: at };

export const event = (changes: RawRow = {}): Statement =>
  insert('events', {
    merchant_id: merchantId,
    payment_id: paid,
    version: 2,
    id: randomUUID(),
    type: 'charge.succeeded',
    actor: 'provider:sandbox',
    operation_id: charge,
    payment: '{}',
    created_at: at,
    ...changes,
  });

export const posting = (changes: RawRow = {}): Statement =>
  insert('postings', {
    merchant_id: merchantId,
    operation_id: charge,
    line: 2,
    payment_id: paid,
    debit: 'provider_receivable',
    credit: 'merchant_payable',
    amount: 100,
    currency: 'USD',
    created_at: at,
    ...changes,
  });

export const keyUse = (changes: RawRow = {}): Statement =>
  insert('idempotency_keys', {
    merchant_id: merchantId,
    key: 'key-2',
    request: '{}',
    payment_id: paid,
    version: null,
    lease_until: at,
    created_at: at,
    ...changes,
  });

export const merchant = (changes: RawRow = {}): Statement =>
  insert('merchants', {
    merchant_id: randomUUID(),
    name: 'default',
    mode: 'test',
    created_at: at,
    ...changes,
  });

export const apiKey = (changes: RawRow = {}): Statement =>
  insert('api_keys', {
    merchant_id: merchantId,
    id: randomUUID(),
    lookup: 'fk_test_12345678',
    hash: new Uint8Array(32),
    created_at: at,
    revoked_at: null,
    ...changes,
  });

/** What is there before every case. */
export const seed: readonly Statement[] = [
  merchant({ merchant_id: merchantId }),
  payment({ id: paid, holds_order: true }),
  operation({ id: charge, ...succeeded }),
  event({ version: 1 }),
  posting({ line: 1 }),
  keyUse({ key: 'key-1' }),
  payment({ merchant_id: otherMerchantId, id: foreign, order_id: 'order-9', holds_order: true }),
  operation({
    merchant_id: otherMerchantId,
    id: foreignCharge,
    payment_id: foreign,
    ...succeeded,
  }),
];

class Undone extends Error {}

/** Runs the statements in a transaction that is undone: `done`, or the SQLSTATE of the refusal. */
export async function attempt(sql: Sql, statements: readonly Statement[]): Promise<string> {
  try {
    await sql.begin(async (tx) => {
      for (const statement of statements) await statement(tx as unknown as Sql);
      throw new Undone();
    });
  } catch (error) {
    if (error instanceof Undone) return 'done';
    return (error as { code?: string }).code ?? String(error);
  }
  return 'not undone';
}
