/** Everything that can happen to a payment. All of it comes in by `decide`. */
import type { SettlingAccount } from './accounts.ts';
import type { MerchantId, OperationId, PaymentId } from './ids.ts';
import { type ImportedStatus, importedProvider } from './imported.ts';
import type { Currency } from './money.ts';
import type { Failure, NextAction, Status } from './payment.ts';

interface Issued {
  readonly merchantId: MerchantId;
  /** Who wants it, for the event: an API key's id, `worker:…` or `provider:…`. */
  readonly actor: string;
}

interface OfPayment extends Issued {
  readonly paymentId: PaymentId;
  readonly idempotencyKey: string | null;
}

/** `amount` is minor units, more than zero. `capture: 'manual'` authorizes only. */
export interface Create extends Issued {
  readonly type: 'create';
  readonly orderId: string;
  readonly amount: bigint;
  readonly currency: Currency;
  readonly capture: 'automatic' | 'manual';
  readonly provider: string;
  readonly paymentMethod: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly idempotencyKey: string;
}

/** Takes what was authorized, or a part of it; the rest is released. */
export interface Capture extends OfPayment {
  readonly type: 'capture';
  readonly amount: bigint | 'rest';
}

/** Voids the payment before anything is captured. */
export interface Cancel extends OfPayment {
  readonly type: 'cancel';
}

/** Voids a payment that has waited for its payer, or for its capture, until it expired. */
export interface Expire extends OfPayment {
  readonly type: 'expire';
  readonly idempotencyKey: null;
}

/** Gives back what was captured, or a part of it. */
export interface Refund extends OfPayment {
  readonly type: 'refund';
  readonly amount: bigint | 'rest';
  readonly reason: string | null;
}

/** What happened outside, told by hand (`PATCH`). */
export interface Report extends OfPayment {
  readonly type: 'report';
  readonly status: Status;
}

/** An operator settles what a provider reported and should not have been possible. */
export interface Resolve extends OfPayment {
  readonly type: 'resolve';
  readonly reason: string;
  /** Where the movements go that are in suspense; null where there are none. */
  readonly suspenseTo: SettlingAccount | null;
}

/**
 * What a provider says of an operation. `unknown`: money may have moved; ask again. `expiresAt`: when
 * the payer's time, or the hold on the funds, runs out (ms since the epoch).
 */
export type ProviderOutcome =
  | {
      readonly outcome: 'succeeded';
      readonly reference: string | null;
      readonly expiresAt?: number | undefined;
    }
  | { readonly outcome: 'declined'; readonly failure: Failure }
  | {
      readonly outcome: 'requires_action';
      readonly nextAction: NextAction;
      readonly expiresAt?: number | undefined;
    }
  | { readonly outcome: 'unknown' };

/** A provider's fact. It is never refused because it should not be possible. */
export interface RecordOutcome extends Issued {
  readonly type: 'outcome';
  readonly paymentId: PaymentId;
  readonly operationId: OperationId;
  readonly outcome: ProviderOutcome;
}

/**
 * A payment of the system that Florin replaces, as that one left it. `amount` is minor units, more
 * than zero; times are milliseconds since the epoch.
 */
export interface Import extends Issued {
  readonly type: 'import';
  readonly source: 'django';
  /** Its id there. */
  readonly legacyId: number;
  readonly orderId: string;
  readonly amount: bigint;
  readonly currency: Currency;
  readonly status: ImportedStatus;
  /** The reference of its charge. */
  readonly transactionId: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly idempotencyKey: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** For the refund of one that is REFUNDED. */
  readonly refundId: OperationId;
}

export type CallerCommand = Create | Capture | Cancel | Expire | Refund | Report | Resolve;
/** Those that may be repeated under a key. */
export type KeyedCommand = CallerCommand | Import;
export type Command = KeyedCommand | RecordOutcome;

/** Whether the command brings a payment into being; all others are about one that is there. */
export function begins(command: Command): command is Create | Import {
  return command.type === 'create' || command.type === 'import';
}

/** The key under which the command may be repeated; an outcome needs none. */
export function keyOf(command: Command): string | null {
  return command.type === 'outcome' ? null : command.idempotencyKey;
}

/** The parsed request, flat, as an idempotency key's row keeps it for good. */
export type ParsedRequest = Readonly<Record<string, string>>;

/** What makes two requests under one key the same request. */
export function requestOf(command: KeyedCommand): ParsedRequest {
  const request: Record<string, string> = { command: command.type };
  switch (command.type) {
    case 'create':
      request['orderId'] = command.orderId;
      request['amount'] = command.amount.toString();
      request['currency'] = command.currency;
      request['capture'] = command.capture;
      request['provider'] = command.provider;
      if (command.paymentMethod !== null) request['paymentMethod'] = command.paymentMethod;
      for (const [name, value] of Object.entries(command.metadata)) {
        request[`metadata.${name}`] = value;
      }
      return request;
    case 'import':
      request['command'] = 'create';
      request['orderId'] = command.orderId;
      request['amount'] = command.amount.toString();
      request['currency'] = command.currency;
      request['capture'] = 'automatic';
      request['provider'] = importedProvider;
      request['importedFrom'] = command.source;
      request['legacyId'] = command.legacyId.toString();
      return request;
    case 'capture':
    case 'refund':
      request['paymentId'] = command.paymentId;
      if (command.amount !== 'rest') request['amount'] = command.amount.toString();
      if (command.type === 'refund' && command.reason !== null) request['reason'] = command.reason;
      return request;
    case 'cancel':
    case 'expire':
      request['paymentId'] = command.paymentId;
      return request;
    case 'resolve':
      request['paymentId'] = command.paymentId;
      request['reason'] = command.reason;
      if (command.suspenseTo !== null) request['suspenseTo'] = command.suspenseTo;
      return request;
    case 'report':
      request['paymentId'] = command.paymentId;
      request['status'] = command.status;
      return request;
  }
}

/** The names of the fields in which two requests differ, in alphabetical order. */
export function differingFields(one: ParsedRequest, other: ParsedRequest): readonly string[] {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].filter((name) => one[name] !== other[name]).sort();
}

/** What a request to the replaced system did not say, and its payment's key keeps all the same. */
const unsaidThere: readonly string[] = ['provider', 'importedFrom', 'legacyId'];

/**
 * In which fields a command differs from what its key was used for. Who repeats the request of an
 * imported payment can only say what was said there.
 */
export function differencesFrom(kept: ParsedRequest, command: KeyedCommand): readonly string[] {
  const fields = differingFields(kept, requestOf(command));
  const isRepeatedFromThere = command.type === 'create' && 'importedFrom' in kept;
  return isRepeatedFromThere ? fields.filter((name) => !unsaidThere.includes(name)) : fields;
}
