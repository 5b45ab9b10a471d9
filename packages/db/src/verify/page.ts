/** A page of a merchant's payments with all that is stored of them, as it was in one moment. */
import {
  type Books,
  idOf,
  type KeyUse,
  type MerchantId,
  type Operation,
  type Payment,
  type PaymentId,
  type Posting,
  type StoredEvent,
  uuidOf,
} from '@florin/core';
import type { TransactionSql } from 'postgres';
import type { Database } from '../connect.ts';
import { columnsIn, fromRow, type Row } from '../rows.ts';
import { events, idempotencyKeys, operations, payments, postings } from '../schema.ts';
import { feed } from '../schema-feed.ts';
import { look } from './look.ts';

type FeedRow = typeof feed.$inferSelect;

export interface Audited extends Books {
  readonly feed: readonly FeedRow[];
  /** The versions that the sequencer has not come to: they need not be in the feed. */
  readonly toBeNumbered: ReadonlySet<number>;
}

/** Names a payment; its own row is not there. */
interface Stray {
  readonly table: 'operations' | 'events' | 'feed';
  readonly paymentId: PaymentId;
}

export interface Page {
  readonly audited: readonly Audited[];
  readonly strays: readonly Stray[];
  /** After which payment the next page begins; null on the last. */
  readonly end: PaymentId | null;
}

/** The payments after one and up to another, in the order of their ids, of a merchant. */
interface Range {
  readonly merchantId: MerchantId;
  readonly after: PaymentId;
  readonly to: PaymentId;
}

/** No payment has it: the first page begins after it. */
export const beforeAll = idOf('payment', '0'.repeat(32));
const afterAll = idOf('payment', 'f'.repeat(32));

/** Up to `limit` payments after one, and whatever lies between them and the next page. */
export async function readPage(
  database: Pick<Database, 'sql'>,
  merchantId: MerchantId,
  after: PaymentId,
  limit: number,
): Promise<Page> {
  return look(database, async (tx) => {
    const paymentRows = await readPayments(tx, { merchantId, after, to: afterAll }, limit);
    const end = paymentRows.length === limit ? (paymentRows.at(-1)?.id ?? null) : null;
    const range: Range = { merchantId, after, to: end ?? afterAll };
    const [operationRows, eventRows, postingRows, feedRows] = await Promise.all([
      readOperations(tx, range),
      readEvents(tx, range),
      readPostings(tx, range),
      readFeed(tx, range),
    ]);
    const keys = [...paymentRows, ...operationRows].map((row) => row.idempotencyKey);
    const uses = await readKeyUses(tx, merchantId, keys);

    const rows = {
      operations: Map.groupBy(operationRows, ({ paymentId }) => paymentId),
      events: Map.groupBy(eventRows, ({ paymentId }) => paymentId),
      feed: Map.groupBy(feedRows, ({ paymentId }) => paymentId),
    };
    const postingsOf = Map.groupBy(postingRows, ({ owner }) => owner);
    const audited = paymentRows.map((payment): Audited => {
      const ofIt = rows.operations.get(payment.id) ?? [];
      return {
        payment,
        operations: ofIt,
        events: rows.events.get(payment.id) ?? [],
        postings: postingsOf.get(payment.id)?.map(({ posting }) => posting) ?? [],
        feed: rows.feed.get(payment.id) ?? [],
        toBeNumbered: new Set(
          rows.events.get(payment.id)?.flatMap((e) => (e.isToBeNumbered ? [e.version] : [])),
        ),
        keys: usesOf(payment, ofIt, uses),
      };
    });
    const known = new Set(paymentRows.map(({ id }) => id));
    const strays = (['operations', 'events', 'feed'] as const).flatMap((table) =>
      [...rows[table].keys()]
        .filter((paymentId) => !known.has(paymentId))
        .map((paymentId) => ({ table, paymentId })),
    );
    return { audited, strays, end };
  });
}

function usesOf(
  { idempotencyKey }: Payment,
  ofIt: readonly Operation[],
  uses: ReadonlyMap<string, KeyUse>,
): readonly KeyUse[] {
  const keys = new Set([idempotencyKey, ...ofIt.map((one) => one.idempotencyKey)]);
  return [...keys].flatMap((key) => (key === null ? [] : (uses.get(key) ?? [])));
}

/** Rows of the range, by the name of the column that has the payment. */
const within = (tx: TransactionSql, { merchantId, after, to }: Range, payment: string) => tx`
  merchant_id = ${uuidOf(merchantId)}
    and ${tx(payment)} > ${uuidOf(after)} and ${tx(payment)} <= ${uuidOf(to)}`;

async function readPayments(tx: TransactionSql, range: Range, limit: number) {
  const rows = await tx<Row[]>`
    select ${tx.unsafe(columnsIn(payments, 'p'))} from payments p
    where ${within(tx, range, 'id')} order by p.id limit ${limit}`;
  return rows.map((row): Payment => fromRow(payments, row));
}

async function readOperations(tx: TransactionSql, range: Range): Promise<readonly Operation[]> {
  const rows = await tx<Row[]>`
    select ${tx.unsafe(columnsIn(operations, 'o'))} from operations o
    where ${within(tx, range, 'payment_id')}`;
  return rows.map((row) => fromRow(operations, row));
}

async function readEvents(tx: TransactionSql, range: Range) {
  const rows = await tx<Row[]>`
    select ${tx.unsafe(columnsIn(events, 'e'))}, e.xid >= coalesce((select horizon from sequencers
      where merchant_id = ${uuidOf(range.merchantId)}), '0') as is_to_be_numbered
    from events e where ${within(tx, range, 'payment_id')}`;
  return rows.map(({ payment, ...row }) => {
    const event: StoredEvent = { ...fromRow(events, row), ...paymentIn(payment) };
    return { ...event, isToBeNumbered: row['is_to_be_numbered'] === true };
  });
}

/** The payment of an event: the one thing here that no column's type keeps in shape. */
function paymentIn(json: unknown): Pick<StoredEvent, 'payment' | 'isEarly'> {
  try {
    const row = (typeof json === 'string' ? JSON.parse(json) : json) as Row;
    return { payment: fromRow(payments, row), isEarly: !('open_operation' in row) };
  } catch {
    return { payment: null };
  }
}

/** By their operations' primary key: there is no index on their payment. */
async function readPostings(tx: TransactionSql, range: Range) {
  const rows = await tx<Row[]>`
    select ${tx.unsafe(columnsIn(postings, 'g'))}, o.payment_id as owner
    from (select merchant_id, id, payment_id from operations
          where ${within(tx, range, 'payment_id')}) o
    join postings g on g.merchant_id = o.merchant_id and g.operation_id = o.id`;
  return rows.map((row) => {
    const posting: Posting = fromRow(postings, row);
    return { posting, owner: idOf('payment', String(row['owner'])) };
  });
}

/** What the keys were used for, by key. */
async function readKeyUses(
  tx: TransactionSql,
  merchantId: MerchantId,
  keys: readonly (string | null)[],
): Promise<ReadonlyMap<string, KeyUse>> {
  const named = JSON.stringify([...new Set(keys)].filter((key) => key !== null));
  const rows = await tx<Row[]>`
    select ${tx.unsafe(columnsIn(idempotencyKeys, 'k'))}
    from json_array_elements_text(${named}::json) as n(key)
    join idempotency_keys k on k.merchant_id = ${uuidOf(merchantId)} and k.key = n.key`;
  return new Map(
    rows.map((row) => {
      const use: KeyUse = fromRow(idempotencyKeys, row);
      return [use.key, use];
    }),
  );
}

async function readFeed(tx: TransactionSql, range: Range): Promise<readonly FeedRow[]> {
  const rows = await tx<Row[]>`
    select ${tx.unsafe(columnsIn(feed, 'f'))} from feed f
    where ${within(tx, range, 'payment_id')}`;
  return rows.map((row) => fromRow(feed, row));
}
