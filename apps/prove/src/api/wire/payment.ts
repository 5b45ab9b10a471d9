/** A payment as any server of the contract tells it: read tolerantly, judged elsewhere. */
import { type Decimal, parseDecimal } from './decimal.ts';
import { isObject, type Json, JsonNumber, type JsonObject, textOf } from './json.ts';

export interface Payment {
  /** As text, also where it is a number. */
  readonly id: string;
  readonly hasNumericId: boolean;
  readonly order: string;
  /** As it was written; `value` is null where that is no number. */
  readonly amount: { readonly text: string; readonly value: Decimal | null };
  /** A JSON number: readers make a float of it. */
  readonly hasNumericAmount: boolean;
  readonly currency: string | null;
  /** In upper case, and CANCELED is CANCELLED. */
  readonly status: string;
  readonly key: string | null;
  readonly createdAt: string | null;
  readonly updatedAt: string | null;
  /** What has been refunded of it, if it tells. */
  readonly refunded: Decimal | null;
  /** How much was taken, where it may be less than the amount. */
  readonly captured: Decimal | null;
  /** The number of its present state, if it has one. */
  readonly version: string | null;
}

/** Statuses that a payment may have; what is none of these is not known. */
export const knownStatuses: ReadonlySet<string> = new Set([
  ...['PENDING', 'PROCESSING', 'REQUIRES_ACTION', 'AUTHORIZED', 'SUCCESS', 'PARTIALLY_REFUNDED'],
  ...['REFUNDED', 'FAILED', 'CANCELLED'],
]);

/** Its money was taken, and not all of it given back. */
export function isPaid({ status }: Payment): boolean {
  return status === 'SUCCESS' || status === 'PARTIALLY_REFUNDED';
}

const needed = ['id', 'order_id', 'amount', 'status'] as const;

/** The fields without which a payment can't be read. */
export function missingIn(value: Json | undefined): readonly string[] {
  const fields = isObject(value) ? value : {};
  return needed.filter((name) => textOf(fields[name]) === null);
}

/** Null where it is no payment. */
export function readPayment(value: Json | undefined): Payment | null {
  if (!isObject(value) || missingIn(value).length > 0) return null;
  const text = (...names: readonly string[]) => firstText(value, names);
  const decimal = (...names: readonly string[]) => parseDecimal(text(...names) ?? '');
  const amount = text('amount') ?? '';
  return {
    id: text('id') ?? '',
    hasNumericId: value['id'] instanceof JsonNumber,
    order: text('order_id') ?? '',
    amount: { text: amount, value: parseDecimal(amount) },
    hasNumericAmount: value['amount'] instanceof JsonNumber,
    currency: text('currency'),
    status: (text('status') ?? '').toUpperCase().replace(/^CANCELED$/, 'CANCELLED'),
    key: text('idempotency_key'),
    createdAt: text('created_at'),
    updatedAt: text('updated_at'),
    refunded: decimal('refunded_amount', 'amount_refunded', 'refunded'),
    captured: decimal('captured_amount', 'amount_captured'),
    version: text('version'),
  };
}

function firstText(fields: JsonObject, names: readonly string[]): string | null {
  const found = names.find((name) => textOf(fields[name]) !== null);
  return found === undefined ? null : textOf(fields[found]);
}
