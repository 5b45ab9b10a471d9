/** What `verify` finds, one at a time: nothing of it is kept, however much there is. */
import type {
  Account,
  Currency,
  Difference,
  MerchantId,
  OperationId,
  PaymentId,
} from '@florin/core';

/** Something is not as it must be. `paymentId` is null where it is about no single payment. */
export interface FoundDifference extends Difference {
  readonly kind: 'difference';
  readonly merchantId: MerchantId;
  readonly paymentId: PaymentId | null;
}

/** A payment whose provider reported what should not be possible, and that no operator has settled. */
export interface FoundDiscrepancy {
  readonly kind: 'discrepancy';
  readonly merchantId: MerchantId;
  readonly paymentId: PaymentId;
  /** Since when it is flagged, in ms since the epoch. */
  readonly since: number;
  /** The operations whose movement stands in suspense. */
  readonly inSuspense: readonly OperationId[];
}

/** A provider's report that can't be applied. */
export interface FoundDeadReport {
  readonly kind: 'dead_report';
  readonly merchantId: MerchantId;
  readonly provider: string;
  readonly reportId: string;
  readonly operationId: OperationId;
  readonly reason: string;
  /** When it came, in ms since the epoch. */
  readonly receivedAt: number;
}

export type Finding = FoundDifference | FoundDiscrepancy | FoundDeadReport;

/** Minor units that were debited to an account and credited to it. */
export interface AccountTotals {
  readonly currency: Currency;
  readonly account: Account;
  readonly debits: bigint;
  readonly credits: bigint;
}

/** What was looked at. */
export interface Counts {
  readonly payments: number;
  readonly operations: number;
  readonly events: number;
  readonly postings: number;
}

/** A merchant is done: by currency and account, of each currency all accounts. */
export interface VerifiedMerchant {
  readonly kind: 'merchant';
  readonly merchantId: MerchantId;
  readonly counts: Counts;
  readonly balances: readonly AccountTotals[];
}

/** How far it has come. */
export interface VerifyProgress {
  readonly kind: 'progress';
  /** How many payments are done. */
  readonly payments: number;
  /** About how many there are. */
  readonly of: number;
}
