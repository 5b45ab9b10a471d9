/** Payments to verify, and what verify says of them. */
import type { MerchantId, PaymentId } from '@florin/core';
import { numberEvents } from '../src/feed.ts';
import { addMerchant } from '../src/merchants.ts';
import type { TestDatabase } from '../src/testing.ts';
import { type Finding, type VerifiedMerchant, verify } from '../src/verify.ts';
import { apply, declined, type Merchant, newMerchant, told } from './given.ts';

/** A merchant that is there, with a feed. */
export async function shop(of: TestDatabase): Promise<Merchant> {
  const { merchantId } = await addMerchant(of.owner, 'shop', 'test');
  return newMerchant(merchantId);
}

/** A charge of 150.00, of which 50.00 are refunded and 20.00 more asked for; and a feed. */
export async function pay(merchant: Merchant, of: TestDatabase): Promise<PaymentId> {
  const created = await apply(of.app.sql, merchant.create());
  const { payment } = await apply(of.app.sql, told(created));
  const refund = await apply(of.app.sql, merchant.refund(payment.id, { amount: 5_000n }));
  await apply(of.app.sql, told(refund));
  await apply(of.app.sql, merchant.refund(payment.id, { amount: 2_000n, idempotencyKey: null }));
  await numberEvents(of.app, merchant.merchantId, { holder: 'test', now: 0, leaseUntil: 0 });
  // Transactions of other databases, which may hold it back, are no business of these.
  await of.owner.sql`update sequencers set horizon = pg_current_xact_id()`;
  return payment.id;
}

/** A charge that succeeded and then was declined: 150.00 in suspense. */
export async function doubt(merchant: Merchant, of: TestDatabase): Promise<PaymentId> {
  const created = await apply(of.app.sql, merchant.create());
  await apply(of.app.sql, told(created));
  const { payment } = await apply(of.app.sql, told(created, declined));
  return payment.id;
}

export interface Verified {
  readonly findings: readonly Finding[];
  readonly merchants: readonly VerifiedMerchant[];
  readonly progress: readonly (readonly [number, number])[];
}

export async function run(
  of: TestDatabase,
  merchantId?: MerchantId,
  paymentsAtOnce = 2,
): Promise<Verified> {
  const findings: Finding[] = [];
  const merchants: VerifiedMerchant[] = [];
  const progress: (readonly [number, number])[] = [];
  for await (const one of verify(of.owner, { merchantId, paymentsAtOnce })) {
    if (one.kind === 'progress') progress.push([one.payments, one.of]);
    else if (one.kind === 'merchant') merchants.push(one);
    else findings.push(one);
  }
  return { findings, merchants, progress };
}
