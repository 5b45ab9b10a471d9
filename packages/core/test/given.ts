/** Small builders, so that a row of a test says only what matters to it. All amounts are minor units. */
import { expect } from 'vitest';
import {
  type Applied,
  type Cancel,
  type Capture,
  type Command,
  type Create,
  type Decision,
  decide,
  type Expire,
  type Failure,
  type FreshIds,
  type Import,
  type KeyUse,
  type MerchantId,
  type NextAction,
  type Operation,
  type OperationId,
  type OperationKind,
  type OperationStatus,
  type OrderHolder,
  type Payment,
  type PaymentId,
  type ProviderOutcome,
  type RecordOutcome,
  type Refund,
  type Report,
  type Resolve,
  type State,
  type Status,
} from '../src/index.ts';

/** Milliseconds since the epoch: when the command comes. The payment is a minute old by then. */
export const now = 1_790_000_000_000;
export const before = now - 60_000;
export const lease = 30_000;

const hex = (number: number) => number.toString(16).padStart(32, '0');
export const merchantId: MerchantId = `mer_${hex(1)}`;
export const paymentId: PaymentId = `pay_${hex(1)}`;
export const otherPaymentId: PaymentId = `pay_${hex(2)}`;
/** The id of the operation that was there before; `freshIds(7).operationId` is the new one's. */
export const operationId: OperationId = `op_${hex(1)}`;
export const freshIds = (number: number): FreshIds => ({
  paymentId: `pay_${hex(0xf000 + number)}`,
  operationId: `op_${hex(0xf000 + number)}`,
  eventId: `evt_${hex(0xf000 + number)}`,
});
export const ids = freshIds(7);
export const caller = `key_${hex(1)}`;

export const failure: Failure = { code: 'card_declined', message: 'The card was declined.' };
export const nextAction: NextAction = { type: 'redirect', url: 'https://bank.example/3ds' };
export const succeeded: ProviderOutcome = { outcome: 'succeeded', reference: 'ref_new' };
export const declined: ProviderOutcome = { outcome: 'declined', failure };
export const requiresAction: ProviderOutcome = { outcome: 'requires_action', nextAction };
export const unknown: ProviderOutcome = { outcome: 'unknown' };

const captured = { authorized: 15_000n, captured: 15_000n, transactionId: 'ref_old' };
const shapes: Readonly<Record<Status, Partial<Payment>>> = {
  PENDING: {},
  REQUIRES_ACTION: { nextAction },
  AUTHORIZED: { authorized: 15_000n, transactionId: 'ref_old' },
  SUCCESS: captured,
  REFUNDED: { ...captured, refunded: 15_000n, holdsOrder: false },
  FAILED: { failure, holdsOrder: false },
  CANCELLED: { holdsOrder: false },
};

/** A payment of 150.00 USD with `sandbox`, of version 3. */
export function paymentIn(status: Status, changes: Partial<Payment> = {}): Payment {
  return {
    merchantId,
    id: paymentId,
    orderId: 'order-1',
    currency: 'USD',
    amount: 15_000n,
    authorized: 0n,
    captured: 0n,
    refunded: 0n,
    refundPending: 0n,
    status,
    holdsOrder: true,
    provider: 'sandbox',
    paymentMethod: null,
    transactionId: null,
    idempotencyKey: 'create-1',
    failure: null,
    nextAction: null,
    metadata: {},
    discrepancy: false,
    openOperation: null,
    expiresAt: null,
    version: 3,
    createdAt: before,
    updatedAt: before,
    ...shapes[status],
    ...changes,
  };
}

export function manualIn(status: Status, changes: Partial<Payment> = {}): Payment {
  const holds = status === 'SUCCESS';
  return paymentIn(status, { provider: 'manual', holdsOrder: holds, ...changes });
}

/** An operation over the whole amount, asked for with the key `asked-1`. */
export function operation(
  kind: OperationKind,
  status: OperationStatus = 'open',
  changes: Partial<Operation> = {},
): Operation {
  const isFinal = status === 'succeeded' || status === 'declined';
  return {
    merchantId,
    id: operationId,
    paymentId,
    kind,
    amount: 15_000n,
    status,
    reference: status === 'succeeded' ? 'ref_old' : null,
    failure: status === 'declined' ? failure : null,
    reason: null,
    idempotencyKey: 'asked-1',
    contradiction: null,
    suspense: null,
    attempts: 1,
    leaseUntil: status === 'open' ? before + lease : null,
    createdAt: before,
    closedAt: isFinal ? before + 1_000 : null,
    ...changes,
  };
}

/** The payment knows which of its operations is open, unless a test says otherwise. */
export function given(payment: Payment | null, ...operations: readonly Operation[]): State {
  const open = operations.find(({ kind, status }) => status === 'open' && kind !== 'refund');
  const openOperation = open?.kind ?? payment?.openOperation ?? null;
  return {
    payment: payment && { ...payment, openOperation },
    operations,
    keyUse: null,
    holder: null,
  };
}

/** The same state in which `holder` holds the order. */
export const heldBy = (holder: OrderHolder, state: State = given(null)): State => ({
  ...state,
  holder,
});

/** The same state in which the command's key was used before. */
export const keyed = (keyUse: KeyUse, state: State = given(null)): State => ({ ...state, keyUse });

export const create = (changes: Partial<Create> = {}): Create => ({
  type: 'create',
  merchantId,
  actor: caller,
  orderId: 'order-1',
  amount: 15_000n,
  currency: 'USD',
  capture: 'automatic',
  provider: 'sandbox',
  paymentMethod: null,
  metadata: {},
  idempotencyKey: 'new-1',
  ...changes,
});

/** Payment 17 of the old system: 150.00 USD, an hour before it was last touched. */
export const imported = (changes: Partial<Import> = {}): Import => ({
  type: 'import',
  merchantId,
  actor: 'import:django',
  source: 'django',
  legacyId: 17,
  orderId: 'order-1',
  amount: 15_000n,
  currency: 'USD',
  status: 'SUCCESS',
  transactionId: 'txn_17',
  metadata: { legacy_id: '17' },
  idempotencyKey: 'new-1',
  createdAt: before - 7_200_000,
  updatedAt: before - 3_600_000,
  refundId: `op_${hex(0xabc)}`,
  ...changes,
});

const ofPayment = { merchantId, actor: caller, paymentId, idempotencyKey: 'new-1' } as const;

export const capture = (
  amount: Capture['amount'] = 'rest',
  changes: Partial<Capture> = {},
): Capture => ({ type: 'capture', ...ofPayment, amount, ...changes });

export const cancel = (changes: Partial<Cancel> = {}): Cancel => ({
  type: 'cancel',
  ...ofPayment,
  ...changes,
});

export const expire = (changes: Partial<Expire> = {}): Expire => ({
  type: 'expire',
  merchantId,
  actor: 'worker:expire',
  paymentId,
  idempotencyKey: null,
  ...changes,
});

/** `suspenseTo`: where the money in suspense goes. */
export const resolve = (
  suspenseTo: Resolve['suspenseTo'] = null,
  changes: Partial<Resolve> = {},
): Resolve => ({ type: 'resolve', ...ofPayment, reason: 'asked them', suspenseTo, ...changes });

export const refund = (
  amount: Refund['amount'] = 'rest',
  changes: Partial<Refund> = {},
): Refund => ({ type: 'refund', ...ofPayment, amount, reason: null, ...changes });

export const report = (status: Status, changes: Partial<Report> = {}): Report => ({
  type: 'report',
  ...ofPayment,
  status,
  ...changes,
});

/** What the provider says of the operation `id`. */
export const told = (
  outcome: ProviderOutcome,
  changes: Partial<RecordOutcome> = {},
): RecordOutcome => ({
  type: 'outcome',
  merchantId,
  actor: 'provider:sandbox',
  paymentId,
  operationId,
  outcome,
  ...changes,
});

/** Frozen all the way down: what writes to it throws. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}

/** Decides with frozen inputs. */
export function run(state: State, command: Command, at: number = now): Decision {
  return decide(deepFreeze(state), deepFreeze(command), at, ids);
}

/** Decides what must change the payment. */
export function apply(state: State, command: Command, at: number = now): Applied {
  const decision = run(state, command, at);
  if (decision.kind !== 'applied') {
    expect(decision).toHaveProperty('kind', 'applied');
    throw new Error('not applied');
  }
  return decision;
}
