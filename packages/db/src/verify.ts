/**
 * Whether the books are right: every payment is audited against its own history, and the tables
 * against each other. It streams, so that memory is flat however many payments there are, and reads
 * in short transactions, so that a server that runs meanwhile is not disturbed. Nothing is repaired.
 */
import { audit, type MerchantId, type PaymentId, uuidOf } from '@florin/core';
import type { Database } from './connect.ts';
import {
  findNextMerchant,
  merchantFindings,
  orderFindings,
  reportFindings,
} from './verify/across.ts';
import { feedDifferences, numberFindings } from './verify/feed.ts';
import type {
  Finding,
  FoundDiscrepancy,
  VerifiedMerchant,
  VerifyProgress,
} from './verify/findings.ts';
import { keyPages } from './verify/keys.ts';
import { type Audited, beforeAll, type Page, readPage } from './verify/page.ts';
import { createTotals } from './verify/totals.ts';

export type {
  AccountTotals,
  Counts,
  Finding,
  FoundDeadReport,
  FoundDifference,
  FoundDiscrepancy,
  VerifiedMerchant,
  VerifyProgress,
} from './verify/findings.ts';

export interface VerifyOptions {
  /** Only this merchant's. */
  readonly merchantId?: MerchantId | undefined;
  readonly paymentsAtOnce?: number;
}

type Verified = Finding | VerifiedMerchant | VerifyProgress;

/**
 * Each finding as it is found, each merchant when it is done, and now and then how far it has come. As
 * the database's owner, on a connection without the settings of the server's pool.
 */
export async function* verify(
  database: Pick<Database, 'sql'>,
  { merchantId, paymentsAtOnce = 200 }: VerifyOptions = {},
): AsyncGenerator<Verified> {
  const expected = await countPayments(database, merchantId);
  const merchants = merchantId === undefined ? allMerchants(database) : [merchantId];
  let done = 0;
  for await (const one of merchants) {
    for await (const verified of verifyMerchant(database, one, paymentsAtOnce)) {
      if (verified.kind !== 'progress') yield verified;
      else yield progressOf(done + verified.payments, expected);
      if (verified.kind === 'merchant') done += verified.counts.payments;
    }
  }
}

const progressOf = (payments: number, expected: number): VerifyProgress => ({
  kind: 'progress',
  payments,
  of: Math.max(expected, payments),
});

async function* verifyMerchant(
  database: Pick<Database, 'sql'>,
  merchantId: MerchantId,
  paymentsAtOnce: number,
): AsyncGenerator<Verified> {
  const totals = createTotals();
  const progress = (): VerifyProgress => progressOf(totals.counts().payments, 0);
  for await (const page of pagesOf(database, merchantId, paymentsAtOnce)) {
    for (const audited of page.audited) {
      totals.add(audited);
      yield* findingsOf(audited);
    }
    yield* straysOf(merchantId, page);
    yield progress();
  }
  for await (const astray of keyPages(database, merchantId)) {
    yield* astray;
    yield progress();
  }
  yield* numberFindings(database, merchantId);
  yield* orderFindings(database, merchantId);
  yield* reportFindings(database, merchantId);
  // A report may name anyone.
  if (totals.counts().payments > 0) yield* merchantFindings(database, merchantId);
  const [counts, balances] = [totals.counts(), totals.balances()];
  yield { kind: 'merchant', merchantId, counts, balances };
}

async function* allMerchants(database: Pick<Database, 'sql'>): AsyncGenerator<MerchantId> {
  for (let last: MerchantId | null = null; ; ) {
    const next: MerchantId | null = await findNextMerchant(database, last);
    if (next === null) return;
    yield next;
    last = next;
  }
}

async function* pagesOf(
  database: Pick<Database, 'sql'>,
  merchantId: MerchantId,
  limit: number,
): AsyncGenerator<Page> {
  for (let after: PaymentId = beforeAll; ; ) {
    const page: Page = await readPage(database, merchantId, after, limit);
    yield page;
    if (page.end === null) return;
    after = page.end;
  }
}

/** Of all merchants estimated: it is only for showing how far it has come. */
async function countPayments(
  { sql }: Pick<Database, 'sql'>,
  merchantId?: MerchantId,
): Promise<number> {
  const [estimated] = await sql<{ count: number }[]>`
    select reltuples::float8 as count from pg_class where oid = to_regclass('payments')`;
  // Below 0 where the table never was analyzed.
  if (merchantId === undefined && estimated && estimated.count > 0) return estimated.count;
  const [counted] = await sql<{ count: number }[]>`
    select count(*)::float8 as count from payments
    ${merchantId === undefined ? sql`` : sql`where merchant_id = ${uuidOf(merchantId)}`}`;
  return counted?.count ?? 0;
}

function* findingsOf(audited: Audited): Generator<Finding> {
  const { merchantId, id: paymentId, discrepancy } = audited.payment;
  for (const difference of audit(audited)) {
    yield { kind: 'difference', merchantId, paymentId, ...difference };
  }
  yield* feedDifferences(audited);
  if (discrepancy) yield discrepancyOf(audited);
}

/** Since the first of its events that has the flag, and after which none has lost it. */
function discrepancyOf({ payment, events, operations }: Audited): FoundDiscrepancy {
  const inOrder = events.toSorted((one, other) => one.version - other.version);
  const clean = inOrder.findLastIndex((event) => event.payment?.discrepancy === false);
  return {
    kind: 'discrepancy',
    merchantId: payment.merchantId,
    paymentId: payment.id,
    since: inOrder[clean + 1]?.createdAt ?? payment.updatedAt,
    inSuspense: operations.filter(({ suspense }) => suspense === 'suspense').map(({ id }) => id),
  };
}

function* straysOf(merchantId: MerchantId, { strays }: Page): Generator<Finding> {
  for (const { table, paymentId } of strays) {
    const about = { merchantId, paymentId, what: `rows of ${table}` };
    yield { kind: 'difference', ...about, expected: 'their payment', found: 'none' };
  }
}
