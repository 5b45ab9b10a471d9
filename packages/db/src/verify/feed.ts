/** The feed: every event once, unless its turn is yet to come, and the merchant's numbers from 1, no gap. */
import { type MerchantId, uuidOf } from '@florin/core';
import type { TransactionSql } from 'postgres';
import type { Database } from '../connect.ts';
import type { Row } from '../rows.ts';
import type { FoundDifference } from './findings.ts';
import { findingsAtOnce, look, paged } from './look.ts';
import type { Audited } from './page.ts';

/** A payment's events against its rows in the feed. */
export function feedDifferences({
  payment,
  events,
  feed,
  toBeNumbered,
}: Audited): readonly FoundDifference[] {
  const { merchantId, id: paymentId } = payment;
  const about = { kind: 'difference', merchantId, paymentId } as const;
  const inFeed = new Set(feed.map(({ version }) => version));
  const inEvents = new Set(events.map(({ version }) => version));
  const inOrder = feed.toSorted((one, other) => one.version - other.version);
  const late = inOrder.filter(({ number }, index) => {
    const before = inOrder[index - 1];
    return before && number !== null && (before.number ?? Number.POSITIVE_INFINITY) > number;
  });
  return [
    ...[...inEvents]
      .filter((version) => !inFeed.has(version) && !toBeNumbered.has(version))
      .map((version) => ({ ...about, what: feedRow(version), expected: 'one', found: 'none' })),
    ...[...inFeed]
      .filter((version) => !inEvents.has(version))
      .map((version) => ({ ...about, what: feedRow(version), expected: 'none', found: 'one' })),
    ...late.map(({ version, number }) => ({
      ...about,
      what: `${feedRow(version)}, number`,
      expected: 'above those of the versions before it',
      found: `${number}`,
    })),
  ];
}

const feedRow = (version: number): string => `feed row of event ${version}`;

/** Whether the numbers are 1 to the last one that was given, and then each gap. */
export async function* numberFindings(
  database: Pick<Database, 'sql'>,
  merchantId: MerchantId,
): AsyncGenerator<FoundDifference> {
  const about = { kind: 'difference', merchantId, paymentId: null } as const;
  const { last, highest, counted } = await look(database, (tx) => readNumbers(tx, merchantId));
  if (last !== highest) {
    yield { ...about, what: 'last number of the feed', expected: `${highest}`, found: `${last}` };
  }
  // Unique, and above 0: as many as the highest says are all of them.
  if (counted === highest) return;
  for await (const gap of paged(database, (tx, after: Gap | null) =>
    readGaps(tx, merchantId, after),
  )) {
    const expected = gap.from === gap.to ? `${gap.from}` : `${gap.from} to ${gap.to}`;
    yield { ...about, what: 'number of the feed', expected, found: 'none' };
  }
}

/** Counted along the index of numbers, none of them kept. */
async function readNumbers(tx: TransactionSql, merchantId: MerchantId) {
  const merchant = uuidOf(merchantId);
  const [row] = await tx<Row[]>`
    select count(*) as counted, coalesce(max(number), 0) as highest,
      coalesce((select last_number from sequencers where merchant_id = ${merchant}), 0) as last
    from feed where merchant_id = ${merchant} and number is not null`;
  return {
    counted: Number(row?.['counted']),
    highest: Number(row?.['highest']),
    last: Number(row?.['last']),
  };
}

interface Gap {
  readonly from: number;
  readonly to: number;
  /** The number that is there again. */
  readonly next: number;
}

async function readGaps(
  tx: TransactionSql,
  merchantId: MerchantId,
  after: Gap | null,
): Promise<readonly Gap[]> {
  const start = after?.next ?? 0;
  const rows = await tx<Row[]>`
    select before, number from (
      select f.number, lag(f.number, 1, ${start}::bigint) over (order by f.number) as before
      from feed f where f.merchant_id = ${uuidOf(merchantId)} and f.number > ${start}) f
    where number > before + 1 order by number limit ${findingsAtOnce}`;
  return rows.map((row) => {
    const next = Number(row['number']);
    return { from: Number(row['before']) + 1, to: next - 1, next };
  });
}
