/** Builders and helpers of the database tests. Every test has a merchant of its own, so files share one database. */
import {
  type Applied,
  type Cancel,
  type Capture,
  type Command,
  type Create,
  type Decision,
  type Failure,
  type Id,
  type IdKind,
  type MerchantId,
  type NextAction,
  type Payment,
  type PaymentId,
  type ProviderOutcome,
  type RecordOutcome,
  type Refund,
  type Report,
  type Status,
  uuidOf,
} from '@florin/core';
import type { Sql } from 'postgres';
import { expect } from 'vitest';
import { commit, type Result } from '../src/commit.ts';
import { connect } from '../src/connect.ts';
import { freshId } from '../src/fresh-ids.ts';

export const actor = 'key_of_a_caller';
export const failure: Failure = { code: 'card_declined', message: 'The card was declined.' };
export const nextAction: NextAction = { type: 'redirect', url: 'https://bank.example/3ds' };
export const succeeded: ProviderOutcome = { outcome: 'succeeded', reference: 'ref_1' };
export const declined: ProviderOutcome = { outcome: 'declined', failure };
export const requiresAction: ProviderOutcome = { outcome: 'requires_action', nextAction };

let made = 0;
/** A name that no other test of the file has. */
export const fresh = (what: string): string => `${what}-${++made}`;

/** Commands of one merchant. Each has a fresh order and key unless told otherwise; 150.00 USD, `sandbox`. */
export function newMerchant(merchantId: MerchantId = freshId('merchant')) {
  const issued = () => ({ merchantId, actor, idempotencyKey: fresh('key') });
  return {
    merchantId,
    create: (changes: Partial<Create> = {}): Create => ({
      type: 'create',
      ...issued(),
      orderId: fresh('order'),
      amount: 15_000n,
      currency: 'USD',
      capture: 'automatic',
      provider: 'sandbox',
      paymentMethod: null,
      metadata: {},
      ...changes,
    }),
    capture: (paymentId: PaymentId, changes: Partial<Capture> = {}): Capture => ({
      type: 'capture',
      ...issued(),
      paymentId,
      amount: 'rest',
      ...changes,
    }),
    cancel: (paymentId: PaymentId, changes: Partial<Cancel> = {}): Cancel => ({
      type: 'cancel',
      ...issued(),
      paymentId,
      ...changes,
    }),
    refund: (paymentId: PaymentId, changes: Partial<Refund> = {}): Refund => ({
      type: 'refund',
      ...issued(),
      paymentId,
      amount: 'rest',
      reason: null,
      ...changes,
    }),
    report: (paymentId: PaymentId, status: Status, changes: Partial<Report> = {}): Report => ({
      type: 'report',
      ...issued(),
      paymentId,
      status,
      ...changes,
    }),
  };
}

export type Merchant = ReturnType<typeof newMerchant>;

/** What the provider says of the operation that `of` has opened. */
export function told(of: Applied, outcome: ProviderOutcome = succeeded): RecordOutcome {
  const { operation, payment } = of;
  if (!operation) throw new Error('It has no operation.');
  const { merchantId, id: paymentId } = payment;
  const about = { merchantId, paymentId, operationId: operation.id };
  return { type: 'outcome', ...about, actor: `provider:${payment.provider}`, outcome };
}

/** A pool of its own to the same database, closed with its scope. */
export function pooled({ url }: { readonly url: string }, connections: number) {
  const pool = connect(url, connections);
  return { ...pool, [Symbol.asyncDispose]: () => pool.close(1) };
}

/** Commits one command. */
export async function commitOne(sql: Sql, command: Command): Promise<Result> {
  const [result, ...others] = await commit(sql, [command]);
  expect(others).toEqual([]);
  if (!result) throw new Error('A command was not answered.');
  return result;
}

export function applied(result: Result | undefined): Applied {
  if (result?.kind !== 'applied') {
    expect(result).toHaveProperty('kind', 'applied');
    throw new Error('not applied');
  }
  return result;
}

/** Commits one command that must change its payment. */
export const apply = async (sql: Sql, command: Command): Promise<Applied> =>
  applied(await commitOne(sql, command));

/** A payment in SUCCESS, 150.00 USD by `sandbox`. */
export async function paid(
  sql: Sql,
  merchant: Merchant,
  changes: Partial<Create> = {},
): Promise<Payment> {
  const created = await apply(sql, merchant.create(changes));
  return (await apply(sql, told(created))).payment;
}

/** A payment in AUTHORIZED, 150.00 USD by `sandbox`. */
export const authorized = (sql: Sql, merchant: Merchant): Promise<Payment> =>
  paid(sql, merchant, { capture: 'manual' });

/** A manual payment in PENDING. */
export async function manual(
  sql: Sql,
  merchant: Merchant,
  changes: Partial<Create> = {},
): Promise<Payment> {
  return (await apply(sql, merchant.create({ provider: 'manual', ...changes }))).payment;
}

/** Commits until nothing answers `again`, as the server's batcher does; a failure is thrown. */
export async function commitAll(
  sql: Sql,
  commands: readonly Command[],
  by: (some: readonly Command[]) => Promise<readonly Result[]> = (some) => commit(sql, some),
): Promise<readonly Decision[]> {
  const decisions = new Map<number, Decision>();
  let waiting = [...commands.keys()];
  for (let round = 0; waiting.length > 0; round++) {
    if (round > 20) throw new Error(`${waiting.length} commands lost 20 times in a row.`);
    const results = await by(waiting.map((index) => commands[index] as Command));
    waiting = waiting.filter((index, place) => {
      const result = results[place];
      if (result?.kind === 'failed') throw result.error;
      if (result && result.kind !== 'again') decisions.set(index, result);
      return result?.kind === 'again';
    });
  }
  return [...commands.keys()].map((index) => decisions.get(index) as Decision);
}

/** A result in a few words, for rows: `applied SUCCESS`, `refused payment_not_found`, `again`. */
export function said(result: Result): string {
  switch (result.kind) {
    case 'refused':
      return `refused ${result.refusal.code}`;
    case 'applied':
    case 'unchanged':
      return `${result.kind} ${result.payment.status}`;
    case 'failed':
      return `failed ${(result.error as { code?: string }).code ?? String(result.error)}`;
    case 'replayed':
      return `replayed ${result.version}`;
    case 'unsettled':
    case 'again':
      return result.kind;
  }
}

export const tables = [
  'api_keys',
  'events',
  'feed',
  'idempotency_keys',
  'legacy_ids',
  'merchants',
  'operations',
  'payments',
  'postings',
  'provider_reports',
  'sequencers',
] as const;
export type Table = (typeof tables)[number];

/** Every row of every table, with where it lies and which transaction wrote it. */
export async function dump(sql: Sql): Promise<Readonly<Record<string, readonly string[]>>> {
  const dumped: Record<string, readonly string[]> = {};
  for (const table of tables) {
    const rows = await sql<{ row: string }[]>`
      select concat_ws(' ', t.ctid, t.xmin, t) as row from ${sql(table)} t order by t.ctid`;
    dumped[table] = rows.map(({ row }) => row);
  }
  return dumped;
}

export type RawRow = Readonly<Record<string, unknown>>;

/** The merchant's rows as PostgreSQL's JSON has them, oldest first; without what no two runs have alike. */
export async function rowsOf(sql: Sql, table: Table, id: MerchantId): Promise<readonly RawRow[]> {
  const rows = await sql<{ row: RawRow }[]>`
    select to_json(t) as row from ${sql(table)} t
    where merchant_id = ${uuidOf(id)} order by created_at, t.ctid`;
  return rows.map(({ row: { xid, ...row } }) => row);
}

/** The keys that the merchant has used, in alphabetical order. */
export async function keysOf(sql: Sql, { merchantId }: Merchant): Promise<readonly string[]> {
  const rows = await sql<{ key: string }[]>`
    select key from idempotency_keys where merchant_id = ${uuidOf(merchantId)} order by key`;
  return rows.map(({ key }) => key);
}

/** How many transactions wrote the merchant's events later than the version `since`. */
export async function transactionsOf(
  sql: Sql,
  { merchantId }: Merchant,
  since = 0,
): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(distinct xmin::text)::int as count from events
    where merchant_id = ${uuidOf(merchantId)} and version > ${since}`;
  return row?.count ?? 0;
}

/** An id as PostgreSQL shows it. */
export const hyphenated = (id: Id<IdKind>): string =>
  uuidOf(id).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
