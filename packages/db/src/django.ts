/** The `payments` table of the Django module that Florin replaces: read, in short looks, never written. */
import postgres from 'postgres';

/** A row as it is there, nothing checked. Times are milliseconds since the epoch; null if infinite. */
export interface DjangoRow {
  readonly id: number;
  readonly orderId: string | null;
  /** As PostgreSQL writes it: `150.00`, `-1.00`, `NaN`. */
  readonly amount: string | null;
  readonly currency: string | null;
  readonly status: string | null;
  readonly transactionId: string | null;
  readonly idempotencyKey: string | null;
  readonly createdAt: number | null;
  readonly updatedAt: number | null;
}

export interface DjangoPayments {
  count(): Promise<number>;
  /** All rows in the order of their ids, each page read by itself: rows that are added come too. */
  pages(): AsyncGenerator<readonly DjangoRow[]>;
  /** All rows of one moment, those of an order together and in the order of their ids. */
  pagesByOrder(): AsyncGenerator<readonly DjangoRow[]>;
  close(): Promise<void>;
}

/** The old table is not there, or is another one; the message says what is missing. */
export class DjangoTableError extends Error {}

const columns = [
  'id',
  'order_id',
  'amount',
  'currency',
  'status',
  'transaction_id',
  'idempotency_key',
  'created_at',
  'updated_at',
] as const;

const rowsAtOnce = 500;

/**
 * @param table with its schema where that is not in the search path
 * @param fromId rows with a smaller id are left out
 * @throws DjangoTableError
 */
export async function openDjango(url: string, table: string, fromId = 1): Promise<DjangoPayments> {
  const sql = postgres(url, {
    max: 1,
    onnotice: () => {},
    connection: {
      application_name: 'florin import',
      TimeZone: 'UTC',
      default_transaction_read_only: true,
    },
  });
  const row = sql`
    id::text, order_id, amount::text, currency, status, transaction_id, idempotency_key,
    case when isfinite(created_at) then floor(extract(epoch from created_at) * 1000)::text end
      as created_at,
    case when isfinite(updated_at) then floor(extract(epoch from updated_at) * 1000)::text end
      as updated_at`;

  async function* pages(): AsyncGenerator<readonly DjangoRow[]> {
    for (let after = String(fromId - 1); ; ) {
      const found: readonly Raw[] = await sql<Raw[]>`
        select ${row} from ${sql(table)} t where t.id > ${after} order by t.id limit ${rowsAtOnce}`;
      if (found.length === 0) return;
      yield found.map(rowOf);
      after = found.at(-1)?.id ?? after;
    }
  }

  async function* pagesByOrder(): AsyncGenerator<readonly DjangoRow[]> {
    let kept: DjangoRow[] = [];
    const all = sql<
      Raw[]
    >`select ${row} from ${sql(table)} t where t.id >= ${fromId} order by t.order_id, t.id`;
    for await (const found of all.cursor(rowsAtOnce)) {
      const rows = [...kept, ...found.map(rowOf)];
      // The last order may go on in the next page; rows without one have none.
      const last = rows.at(-1)?.orderId ?? null;
      const end = last === null ? rows.length : rows.findIndex(({ orderId }) => orderId === last);
      yield rows.slice(0, end);
      kept = rows.slice(end);
    }
    yield kept;
  }

  try {
    await check(sql, table);
  } catch (error) {
    await sql.end();
    throw error;
  }
  return {
    async count() {
      const [found] = await sql<{ count: number }[]>`
        select count(*)::float8 as count from ${sql(table)} where id >= ${fromId}`;
      return found?.count ?? 0;
    },
    pages,
    pagesByOrder,
    close: () => sql.end({ timeout: 5 }),
  };
}

async function check(sql: postgres.Sql, table: string): Promise<void> {
  const found = await sql<{ name: string }[]>`
    select attname as name from pg_attribute
    where attrelid = to_regclass(${table}) and attnum > 0 and not attisdropped`;
  const there = new Set(found.map(({ name }) => name));
  if (there.size === 0) throw new DjangoTableError(`there is no table "${table}"`);
  const missing = columns.filter((column) => !there.has(column));
  if (missing.length > 0) {
    throw new DjangoTableError(`table "${table}" has no column ${missing.join(', ')}`);
  }
}

type Raw = Readonly<Record<(typeof columns)[number], string | null>> & { readonly id: string };

const rowOf = (raw: Raw): DjangoRow => ({
  id: Number(raw.id),
  orderId: raw.order_id,
  amount: raw.amount,
  currency: raw.currency,
  status: raw.status,
  transactionId: raw.transaction_id,
  idempotencyKey: raw.idempotency_key,
  createdAt: raw.created_at === null ? null : Number(raw.created_at),
  updatedAt: raw.updated_at === null ? null : Number(raw.updated_at),
});
