/** The reads of a batch: what its commands are about, payments locked first. */
import { begins, type Command, keyOf, uuidOf } from '@florin/core';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { TransactionSql } from 'postgres';
import { holderOf, nameOf, type World } from './fold.ts';
import { columnsIn, fromRow, type ObjectOf, type Row } from './rows.ts';
import { idempotencyKeys, operations, payments } from './schema.ts';

/**
 * Sent together, run one after the other: a batch pays for one round trip. READ COMMITTED: each
 * statement after the locks sees all that was committed before they were had.
 */
export async function load(tx: TransactionSql, commands: readonly Command[]): Promise<World> {
  const paymentIds = distinct(commands, (command) =>
    begins(command) ? null : uuidOf(command.paymentId),
  );
  const orderIds = distinct(commands, (command) => (begins(command) ? command.orderId : null));
  const keys = distinct(commands, keyOf);
  const reports = distinct(commands, (command) =>
    command.type === 'report' ? uuidOf(command.paymentId) : null,
  );

  const [locked, operationRows, holders, uses] = await Promise.all([
    read(tx, 'locked', payments, paymentIds),
    read(tx, 'operations', operations, paymentIds),
    read(tx, 'holders', payments, orderIds, reports),
    read(tx, 'keyUses', idempotencyKeys, keys),
  ]);
  return {
    payments: new Map(locked.map((payment) => [nameOf(payment.merchantId, payment.id), payment])),
    operations: Map.groupBy(operationRows, ({ merchantId, paymentId }) =>
      nameOf(merchantId, paymentId),
    ),
    keys: new Map(uses.map((use) => [nameOf(use.merchantId, use.key), use])),
    holders: new Map(
      holders.map((payment) => [nameOf(payment.merchantId, payment.orderId), holderOf(payment)]),
    ),
  };
}

interface Wanted {
  readonly merchant_id: string;
  readonly name: string;
}

/** What the commands name, each once. */
function distinct(
  commands: readonly Command[],
  name: (command: Command) => string | null,
): readonly Wanted[] {
  const found = new Map<string, Wanted>();
  for (const command of commands) {
    const wanted = name(command);
    if (wanted === null) continue;
    const merchantId = uuidOf(command.merchantId);
    found.set(nameOf(command.merchantId, wanted), { merchant_id: merchantId, name: wanted });
  }
  return [...found.values()];
}

/** Written once: a text that is put together anew is prepared, and looked up, as if it were another. */
const texts = {
  /** In (merchant, id) order, so that two processes never wait for each other in a ring. */
  locked: `
    select ${columnsIn(payments, 'p')} from payments p
    join json_to_recordset($1::json) as w(merchant_id uuid, name uuid)
      on p.merchant_id = w.merchant_id and p.id = w.name
    order by p.merchant_id, p.id for update of p`,
  operations: `
    select ${columnsIn(operations, 'o')} from operations o
    join json_to_recordset($1::json) as w(merchant_id uuid, name uuid)
      on o.merchant_id = w.merchant_id and o.payment_id = w.name
    order by o.created_at, o.id`,
  /**
   * Of the orders named, and of those whose payments are reported on. Last, so that it is still seen in
   * a batch that refunds the holder: what was imported as SUCCESS beside the holder, and still is. It
   * has paid the order too, also once the holder is refunded; its index is empty, or nearly so.
   */
  holders: `
    with wanted as (
      select merchant_id, name as order_id
        from json_to_recordset($1::json) as w(merchant_id uuid, name text)
      union
      select p.merchant_id, p.order_id
        from json_to_recordset($2::json) as w(merchant_id uuid, name uuid)
        join payments p on p.merchant_id = w.merchant_id and p.id = w.name)
    select 1 as place, ${columnsIn(payments, 'p')} from payments p
    join wanted w on p.merchant_id = w.merchant_id and p.order_id = w.order_id
    where p.holds_order
    union all
    select 2, ${columnsIn(payments, 'p')} from wanted w
    join legacy_ids l on l.merchant_id = w.merchant_id and l.paid_beside = w.order_id
    join payments p on p.merchant_id = l.merchant_id and p.id = l.payment_id
    where p.status = 'SUCCESS'
    order by place`,
  keyUses: `
    select ${columnsIn(idempotencyKeys, 'k')} from idempotency_keys k
    join json_to_recordset($1::json) as w(merchant_id uuid, name text)
      on k.merchant_id = w.merchant_id and k.key = w.name`,
} as const;

/** The rows, as objects of the table; none, and nothing asked, where nothing is wanted. */
async function read<T extends PgTable>(
  tx: TransactionSql,
  text: keyof typeof texts,
  table: T,
  ...wanted: readonly (readonly Wanted[])[]
): Promise<readonly ObjectOf<T>[]> {
  if (wanted.every(({ length }) => length === 0)) return [];
  const parameters = wanted.map((names) => JSON.stringify(names));
  const rows = await tx.unsafe<Row[]>(texts[text], parameters, { prepare: true });
  return rows.map((row) => fromRow(table, row));
}
