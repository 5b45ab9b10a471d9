/** An old system's table of any size, with faults in it such as its code lets in. */
import type { Database } from '@florin/db';

/** The table as the old system makes it. */
export async function createOldTable({ sql }: Pick<Database, 'sql'>): Promise<void> {
  await sql.unsafe(`
    create table payments (
      id serial primary key,
      order_id varchar(255) not null,
      amount numeric(10,2) not null,
      currency varchar(3) not null,
      status varchar(50) not null,
      transaction_id varchar(255) unique,
      idempotency_key varchar(255) not null unique,
      created_at timestamptz not null,
      updated_at timestamptz not null)`);
}

/**
 * Two years of payments. Of each 1,000 rows 100 failed, 30 are refunded, 5 cancelled in lower case and
 * 20 in yen; 10 pay an order a second time; and 20 are wrong, 5 each: a status "banana", a negative
 * amount, decimals of yen, an unknown currency. Their numbers decide: the same size is the same table.
 */
export async function writeOldRows(old: Pick<Database, 'sql'>, rows: number): Promise<void> {
  const { sql } = old;
  await createOldTable(old);
  await sql`
    insert into payments (order_id, amount, currency, status, transaction_id, idempotency_key,
      created_at, updated_at)
    select
      'order-' || case when k between 700 and 709 then n - 50 else n end,
      case when k between 710 and 714 then -1 when k between 715 and 719 then 100.50
        when k between 600 and 619 then 1000 else 1 + n % 99999 / 100.0 end,
      case when k between 600 and 619 or k between 715 and 719 then 'JPY'
        when k between 720 and 724 then 'XXQ' else 'USD' end,
      status, case when status in ('SUCCESS', 'REFUNDED') then 'txn_' || md5(n::text) end,
      'key-' || md5('k' || n), at, at + case when status = 'REFUNDED' then interval '3 days' else '0' end
    from (
      select n, k, timestamptz '2024-01-01' + n * interval '2 years' / ${rows} as at,
        case when k < 100 then 'FAILED' when k < 130 then 'REFUNDED' when k < 135 then 'cancelled'
          when k < 140 then 'banana' else 'SUCCESS' end as status
      from (select n, n % 1000 as k from generate_series(1, ${rows}::int) n) n) n`;
  await sql`analyze payments`;
}
