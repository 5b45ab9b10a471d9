/** Idempotency keys that lead nowhere. Those that payments and operations name are audited with them. */
import { type MerchantId, uuidOf } from '@florin/core';
import type { TransactionSql } from 'postgres';
import type { Database } from '../connect.ts';
import { fromRow, type Row } from '../rows.ts';
import { idempotencyKeys } from '../schema.ts';
import type { FoundDifference } from './findings.ts';
import { look } from './look.ts';

/** Each page looks up as many payments, wherever they lie. */
const keysAtOnce = 5_000;

interface KeyPage {
  /** Null on the last. */
  readonly end: string | null;
  readonly astray: readonly FoundDifference[];
}

/** What is wrong with each page of keys, in their order; nothing, most of the time. */
export async function* keyPages(
  database: Pick<Database, 'sql'>,
  merchantId: MerchantId,
): AsyncGenerator<readonly FoundDifference[]> {
  for (let after = ''; ; ) {
    const from = after;
    const page: KeyPage = await look(database, async (tx) => {
      const end = await findEnd(tx, merchantId, from);
      return { end, astray: await readAstray(tx, merchantId, from, end) };
    });
    yield page.astray;
    if (page.end === null) return;
    after = page.end;
  }
}

/** The last key of a page that begins after one; null where the page is the last. */
async function findEnd(
  tx: TransactionSql,
  merchantId: MerchantId,
  after: string,
): Promise<string | null> {
  const [row] = await tx<Row[]>`
    select key from idempotency_keys where merchant_id = ${uuidOf(merchantId)} and key > ${after}
    order by key offset ${keysAtOnce - 1} limit 1`;
  return row ? fromRow(idempotencyKeys, row).key : null;
}

/** Without their payment, ahead of it, or not answered though nothing is open that they asked for. */
async function readAstray(
  tx: TransactionSql,
  merchantId: MerchantId,
  after: string,
  end: string | null,
): Promise<readonly FoundDifference[]> {
  const rows = await tx<Row[]>`
    select k.key, k.payment_id, k.version, p.version as reached from idempotency_keys k
    left join payments p on p.merchant_id = k.merchant_id and p.id = k.payment_id
    where k.merchant_id = ${uuidOf(merchantId)} and k.key > ${after}
      ${end === null ? tx`` : tx`and k.key <= ${end}`}
      and (p.id is null or k.version > p.version
        or (k.version is null and not exists (select from operations o
          where o.merchant_id = k.merchant_id and o.payment_id = k.payment_id
            and o.status = 'open' and o.idempotency_key = k.key)))
    order by k.key`;
  return rows.map((row) => {
    const { key, paymentId, version } = fromRow(idempotencyKeys, row);
    const reached = row['reached'] === null ? null : Number(row['reached']);
    const about = { merchantId, paymentId, what: `key "${key}"` };
    return { kind: 'difference', ...about, ...wrong(version, reached) };
  });
}

function wrong(version: number | null, reached: number | null) {
  if (reached === null) return { expected: 'its payment', found: 'none' };
  if (version !== null) return { expected: `a version up to ${reached}`, found: `${version}` };
  return { expected: 'an answer, since nothing that it asked for is open', found: 'none' };
}
