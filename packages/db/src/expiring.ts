/** Payments that have waited too long: for their payer to act, or to be captured. */
import type { Operation, Payment } from '@florin/core';
import { and, asc, eq, inArray, isNull, lte, notInArray } from 'drizzle-orm';
import type { Database } from './connect.ts';
import { operations, payments } from './schema.ts';

export interface ExpiredPayment {
  readonly payment: Payment;
  /** What waits for the payer; null where the funds are held. */
  readonly waiting: Operation | null;
}

/**
 * Up to `limit` payments of all merchants that expired by `now` (ms), those first that did so first;
 * but none of the providers that are `busy`.
 */
export async function findExpiredPayments(
  { query }: Database,
  now: number,
  limit: number,
  busy: readonly string[] = [],
): Promise<readonly ExpiredPayment[]> {
  return query
    .select({ payment: payments, waiting: operations })
    .from(payments)
    .leftJoin(
      operations,
      and(
        eq(operations.merchantId, payments.merchantId),
        eq(operations.paymentId, payments.id),
        eq(operations.status, 'requires_action'),
      ),
    )
    .where(
      and(
        lte(payments.expiresAt, now),
        inArray(payments.status, ['REQUIRES_ACTION', 'AUTHORIZED']),
        isNull(payments.openOperation),
        eq(payments.discrepancy, false),
        notInArray(payments.provider, [...busy]),
      ),
    )
    .orderBy(asc(payments.expiresAt))
    .limit(limit);
}
