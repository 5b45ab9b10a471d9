/** What an audit knows of a payment while its events are told over again. */

import type { Account } from '../accounts.ts';
import type { Event } from '../event.ts';
import type { OperationId } from '../ids.ts';
import type { Posting } from '../ledger.ts';
import {
  holdsOrder,
  type Operation,
  type OperationStatus,
  type Outcome,
  type Payment,
} from '../payment.ts';

/** Something is not as it must be. `what` names it, the others are shown as text. */
export interface Difference {
  readonly what: string;
  readonly expected: string;
  readonly found: string;
}

/** An event as it is stored; `payment` is null where it can't be read. */
export interface StoredEvent extends Omit<Event, 'payment'> {
  readonly payment: Payment | null;
  /**
   * Written by a version of Florin that did not yet keep a payment's open operation. It is judged by
   * the rules of its time: a movement that came to be in doubt stayed where it was booked, a decline
   * did not wait for an open void, and a late authorization was a discrepancy.
   */
  readonly isEarly?: boolean;
}

/** What events change about a payment. `openOperation` and `expiresAt` are missing: see `audit.ts`. */
export type Facts = Pick<
  Payment,
  | 'status'
  | 'authorized'
  | 'captured'
  | 'refunded'
  | 'refundPending'
  | 'holdsOrder'
  | 'transactionId'
  | 'failure'
  | 'nextAction'
  | 'discrepancy'
>;

/** An operation as its events tell of it; what they do not keep is the row's. */
export interface ToldOperation {
  readonly row: Operation;
  readonly openedAt: number;
  /** The amount that it must have had; null where it was the caller's to choose. */
  readonly amount: bigint | null;
  status: OperationStatus;
  contradiction: Outcome | null;
  suspense: Account | null;
  closedAt: number | null;
  /** The version in which it was first answered: that of its key. */
  answeredIn: number | null;
}

export interface Story {
  /** The payment's row, for what never changes: amount, currency, provider. */
  readonly payment: Payment;
  readonly rows: ReadonlyMap<OperationId, Operation>;
  facts: Facts;
  readonly operations: Map<OperationId, ToldOperation>;
  readonly postings: Posting[];
  /** The system that it was imported from. */
  importedFrom: string | null;
  readonly differences: Difference[];
}

export function newStory(payment: Payment, operations: readonly Operation[]): Story {
  return {
    payment,
    rows: new Map(operations.map((operation) => [operation.id, operation])),
    facts: {
      status: 'PENDING',
      authorized: 0n,
      captured: 0n,
      refunded: 0n,
      refundPending: 0n,
      holdsOrder: holdsOrder(payment.provider, 'PENDING'),
      transactionId: null,
      failure: null,
      nextAction: null,
      discrepancy: false,
    },
    operations: new Map(),
    postings: [],
    importedFrom: null,
    differences: [],
  };
}

/** Notes what is wrong about an event. */
export function differ(
  { differences }: Story,
  { version }: StoredEvent,
  what: string,
  expected: string,
  found: string | null,
): void {
  differences.push({ what: `event ${version}, ${what}`, expected, found: found ?? 'none' });
}
