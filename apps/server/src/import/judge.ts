/** A row of the old table, and what can be made of it: an import, or why not. */
import {
  amountOfJsonNumber,
  type Currency,
  type Import,
  type ImportedStatus,
  importedStatuses,
  isCurrency,
  limits,
  type MerchantId,
  parseAmount,
} from '@florin/core';
import { type DjangoRow, freshId } from '@florin/db';

/** In which column a row is wrong, and how; in words that say what the column holds. */
export interface Fault {
  readonly column: 'order_id' | 'amount' | 'currency' | 'status' | 'idempotency_key' | 'created_at';
  readonly why: string;
}

export type Judged = Import | { readonly type: 'faulty'; readonly faults: readonly Fault[] };

export interface Wanted {
  readonly merchantId: MerchantId;
  /** What other texts mean, in upper case; the names of Florin's statuses mean themselves. */
  readonly statuses: ReadonlyMap<string, ImportedStatus>;
}

/** British and American; the old module took any text from its callers. */
const alsoKnown: ReadonlyMap<string, ImportedStatus> = new Map([['CANCELED', 'CANCELLED']]);
/** The first and the last moment of which ISO 8601 has a year of four digits, from 1970 on. */
const [firstTime, lastTime] = [0, Date.UTC(9999, 11, 31)];

/** Where there is no refund none has it. Random bytes for each of many rows are dear. */
const unused = freshId('operation');

export function judge(row: DjangoRow, { merchantId, statuses }: Wanted): Judged {
  const { id, orderId, createdAt } = row;
  const status = statusOf(row.status ?? '', statuses);
  const currency = (row.currency ?? '').toUpperCase();
  const amount = isCurrency(currency) ? amountOf(row.amount ?? '', currency) : null;
  const key = row.idempotencyKey || `django:${id}`;
  const faults: readonly (Fault | null)[] = [
    textFault('order_id', orderId),
    amount === null || amount.ok
      ? null
      : { column: 'amount', why: `amount ${shown(row.amount)} ${amount.problem}` },
    isCurrency(currency)
      ? null
      : { column: 'currency', why: `currency ${shown(row.currency)} is none of ISO 4217` },
    status === null
      ? {
          column: 'status',
          why: `status ${shown(row.status)} means nothing here; say what with --map-status ${shown(`${row.status}=…`)}`,
        }
      : null,
    textFault('idempotency_key', key),
    createdAt === null || createdAt < firstTime || createdAt > lastTime
      ? { column: 'created_at', why: 'created_at is no time from 1970 to 9999' }
      : null,
  ];
  const found = faults.filter((fault) => fault !== null);
  const isRight = found.length === 0 && orderId !== null && createdAt !== null;
  if (!isRight || !amount?.ok || !isCurrency(currency) || status === null) {
    return { type: 'faulty', faults: found };
  }

  const isCaptured = status === 'SUCCESS' || status === 'REFUNDED';
  const transactionId = row.transactionId || null;
  return {
    type: 'import',
    merchantId,
    actor: 'import:django',
    source: 'django',
    legacyId: id,
    orderId,
    amount: amount.amount,
    currency,
    status,
    transactionId: isCaptured ? transactionId : null,
    metadata: {
      legacy_id: String(id),
      ...(row.status === status ? {} : { legacy_status: String(row.status) }),
      ...(isCaptured || transactionId === null ? {} : { legacy_transaction_id: transactionId }),
    },
    idempotencyKey: key,
    createdAt,
    updatedAt: Math.min(row.updatedAt ?? createdAt, lastTime),
    refundId: status === 'REFUNDED' ? freshId('operation') : unused,
  };
}

function statusOf(text: string, given: Wanted['statuses']): ImportedStatus | null {
  const name = text.trim().toUpperCase();
  const own = importedStatuses.find((status) => status === name);
  return given.get(name) ?? own ?? alsoKnown.get(name) ?? null;
}

/** `numeric(10,2)` writes two decimals whatever the currency has: zeros at the end say nothing. */
const amountOf = (text: string, currency: Currency) =>
  parseAmount(amountOfJsonNumber(text), currency);

function textFault(column: 'order_id' | 'idempotency_key', text: string | null): Fault | null {
  if (text === null || text === '') return { column, why: `${column} is empty` };
  if (text.length <= limits.textCharacters || [...text].length <= limits.textCharacters)
    return null;
  return { column, why: `${column} has more than ${limits.textCharacters} characters` };
}

const shown = (text: string | null): string => JSON.stringify(text);
