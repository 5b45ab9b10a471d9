/** The payment, its operations, and the lifecycle as a table: what is absent there is refused. */
import type { Account } from './accounts.ts';
import type { MerchantId, OperationId, PaymentId } from './ids.ts';
import type { Currency } from './money.ts';

export const operationKinds = ['charge', 'authorize', 'capture', 'void', 'refund'] as const;
export type OperationKind = (typeof operationKinds)[number];

/** `unknown` is missing on purpose: it settles nothing, so no table has a row for it. */
export type Outcome = 'succeeded' | 'declined' | 'requires_action';

/**
 * PENDING: the outcome is not known yet. REQUIRES_ACTION: the payer must act. AUTHORIZED: funds are
 * held. SUCCESS: captured, also where a part is refunded. REFUNDED: all that was captured is. FAILED:
 * declined. CANCELLED: voided before the capture.
 */
export type Status =
  | 'PENDING'
  | 'REQUIRES_ACTION'
  | 'AUTHORIZED'
  | 'SUCCESS'
  | 'REFUNDED'
  | 'FAILED'
  | 'CANCELLED';

/**
 * Where an outcome of each kind of operation leads, from each status. PENDING is left by a void only
 * where nobody has been asked yet (`manual`): with an open charge a void can't be opened.
 */
export const lifecycle = {
  PENDING: {
    charge: { succeeded: 'SUCCESS', declined: 'FAILED', requires_action: 'REQUIRES_ACTION' },
    authorize: { succeeded: 'AUTHORIZED', declined: 'FAILED', requires_action: 'REQUIRES_ACTION' },
    void: { succeeded: 'CANCELLED', declined: 'PENDING' },
  },
  REQUIRES_ACTION: {
    charge: { succeeded: 'SUCCESS', declined: 'FAILED' },
    authorize: { succeeded: 'AUTHORIZED', declined: 'FAILED' },
    void: { succeeded: 'CANCELLED', declined: 'REQUIRES_ACTION' },
  },
  AUTHORIZED: {
    capture: { succeeded: 'SUCCESS', declined: 'AUTHORIZED' },
    void: { succeeded: 'CANCELLED', declined: 'AUTHORIZED' },
  },
  SUCCESS: {
    // REFUNDED once nothing is left of what was captured.
    refund: { succeeded: 'SUCCESS', declined: 'SUCCESS' },
  },
  REFUNDED: {},
  FAILED: {},
  CANCELLED: {},
} as const satisfies Record<
  Status,
  Partial<Record<OperationKind, Partial<Record<Outcome, Status>>>>
>;

export const statuses = Object.keys(lifecycle) as readonly Status[];

/** Where `outcome` of an operation of `kind` leads from `status`; null where it should not be possible. */
export function nextStatus(status: Status, kind: OperationKind, outcome: Outcome): Status | null {
  const byKind: Partial<Record<OperationKind, Partial<Record<Outcome, Status>>>> =
    lifecycle[status];
  return byKind[kind]?.[outcome] ?? null;
}

/** Whether an operation of `kind` may be asked for from `status`. */
export function allows(status: Status, kind: OperationKind): boolean {
  return kind in lifecycle[status];
}

/** Why a provider declined; `code` is for programs, `message` for people. */
export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** Charges and authorizations collect: a payment has one of them, asked for when it is created. */
export function collects(kind: OperationKind): boolean {
  return kind === 'charge' || kind === 'authorize';
}

/** What the payer must do next. */
export interface NextAction {
  readonly type: 'redirect';
  /** Where to send the payer. */
  readonly url: string;
}

/**
 * Amounts are minor units: `refunded + refundPending <= captured <= authorized <= amount`.
 * Times are milliseconds since the epoch. `version` counts the payment's events, from 1, no gap.
 */
export interface Payment {
  readonly merchantId: MerchantId;
  readonly id: PaymentId;
  readonly orderId: string;
  readonly currency: Currency;
  readonly amount: bigint;
  readonly authorized: bigint;
  readonly captured: bigint;
  readonly refunded: bigint;
  /** Reserved by refunds whose outcome is not known yet. */
  readonly refundPending: bigint;
  readonly status: Status;
  /** At most one payment of an order holds it: see `holdsOrder`. */
  readonly holdsOrder: boolean;
  readonly provider: string;
  readonly paymentMethod: string | null;
  /** The provider's reference of the charge or the authorization that succeeded. */
  readonly transactionId: string | null;
  readonly idempotencyKey: string;
  /** Set exactly in FAILED. */
  readonly failure: Failure | null;
  /** Set exactly in REQUIRES_ACTION. */
  readonly nextAction: NextAction | null;
  readonly metadata: Readonly<Record<string, string>>;
  /** A provider reported what should not be possible; an operator settles it. */
  readonly discrepancy: boolean;
  /** The charge, authorization, capture or void whose outcome is not known yet. */
  readonly openOperation: OperationKind | null;
  /** In REQUIRES_ACTION and AUTHORIZED: from then on the payment is voided at its provider. */
  readonly expiresAt: number | null;
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/**
 * `open`: asked, or about to be, and not answered. `requires_action`: the provider waits for the
 * payer. The other two are final.
 */
export type OperationStatus = 'open' | Outcome;

/** One movement asked of a provider. Its id is the provider's idempotency key. */
export interface Operation {
  readonly merchantId: MerchantId;
  readonly id: OperationId;
  readonly paymentId: PaymentId;
  readonly kind: OperationKind;
  readonly amount: bigint;
  readonly status: OperationStatus;
  readonly reference: string | null;
  readonly failure: Failure | null;
  readonly reason: string | null;
  /** The key of the request that opened it: the first outcome is that request's final answer. */
  readonly idempotencyKey: string | null;
  /** A later report that contradicts the final status. */
  readonly contradiction: Outcome | null;
  /**
   * Where a movement in doubt stands: in `suspense`, or in the account that an operator moved it to.
   * Null where it never was in doubt, or moved nothing.
   */
  readonly suspense: Account | null;
  /** How often the provider has been asked. */
  readonly attempts: number;
  /** While open: nobody else asks the provider before this time. */
  readonly leaseUntil: number | null;
  readonly createdAt: number;
  readonly closedAt: number | null;
}

/** With `manual`, somebody else moves the money and reports it: there is nobody to ask. */
export function isReportedByHand(provider: string): boolean {
  return provider === 'manual';
}

/** A payment holds its order from the moment its provider may move money until it no longer can. */
export function holdsOrder(provider: string, status: Status): boolean {
  if (isReportedByHand(provider)) return status === 'SUCCESS';
  return !(status === 'FAILED' || status === 'CANCELLED' || status === 'REFUNDED');
}

/**
 * Whether it holds its order once it is `next`. One that was imported as SUCCESS although another had
 * paid the order never did, and never does.
 */
export function keepsOrder(
  { provider, status, holdsOrder: holds }: Pick<Payment, 'provider' | 'status' | 'holdsOrder'>,
  next: Status,
): boolean {
  return (status !== 'SUCCESS' || holds) && holdsOrder(provider, next);
}

/** The most, in minor units, that an operation of each kind may still move. */
export const remaining: Readonly<Record<OperationKind, (payment: Payment) => bigint>> = {
  charge: (payment) => payment.amount,
  authorize: (payment) => payment.amount,
  capture: (payment) => payment.authorized - payment.captured,
  void: (payment) => payment.amount - payment.captured,
  refund: (payment) => payment.captured - payment.refunded - payment.refundPending,
};

/** What a caller may ask for, and the operation that it comes down to. */
export const operationOfAction = {
  capture: 'capture',
  cancel: 'void',
  refund: 'refund',
  report: 'charge',
} as const satisfies Record<string, OperationKind>;

export type Action = keyof typeof operationOfAction;
export const actions = Object.keys(operationOfAction) as readonly Action[];

/**
 * What may be asked for now, read off the lifecycle table: nothing while something has to be known
 * first. Only `manual` payments are reported on.
 */
export function allowedActions(payment: Payment): readonly Action[] {
  const byHand = isReportedByHand(payment.provider);
  if (payment.discrepancy) return [];
  // A provider's payment is PENDING for as long as its charge is open.
  if (payment.openOperation !== null || (payment.status === 'PENDING' && !byHand)) return [];
  return actions.filter((action) => {
    const kind = operationOfAction[action];
    if (action === 'report' && !byHand) return false;
    return allows(payment.status, kind) && remaining[kind](payment) > 0n;
  });
}
