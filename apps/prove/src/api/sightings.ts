/** All that the run has seen of its own payments: what `scenarios/afterwards.ts` compares in the end. */
import { type Decimal, parseDecimal, plus, zero } from './wire/decimal.ts';
import { accepted, type Exchange } from './wire/http.ts';
import { isObject, parseJson, textOf } from './wire/json.ts';
import type { Payment } from './wire/payment.ts';

export interface Sighting {
  readonly first: Payment;
  /** The answer that named it first. */
  readonly exchange: Exchange;
  /** What a later answer told otherwise that never changes; with that answer. */
  changed: { readonly what: string; readonly exchange: Exchange } | null;
  /** By version: what is then told. */
  readonly versions: Map<string, string>;
  /** Refunds without an amount that were accepted, and the sum of those with one. */
  fullRefunds: number;
  partialRefunds: Decimal;
  /** The last one accepted. */
  refundedBy: Exchange | null;
}

export interface Sightings {
  see(exchange: Exchange): void;
  readonly payments: ReadonlyMap<string, Sighting>;
  readonly requests: number;
  /** Requests that were not answered, or by a 5xx. */
  readonly unwell: readonly Exchange[];
}

/** What is true of a payment for good. */
const forGood = {
  'its order': ({ order }) => order,
  'its amount': ({ amount }) => amount.text,
  'its currency': ({ currency }) => currency,
  'its idempotency_key': ({ key }) => key,
  'its created_at': ({ createdAt }) => createdAt,
  'the type of its id': ({ hasNumericId }) => (hasNumericId ? 'number' : 'string'),
} satisfies Record<string, (payment: Payment) => string | null>;

/** @param isOwn whether an order is one of this run's: others' payments are none of its business */
export function createSightings(isOwn: (order: string) => boolean): Sightings {
  const payments = new Map<string, Sighting>();
  const unwell: Exchange[] = [];
  let requests = 0;

  function note(payment: Payment, exchange: Exchange): void {
    const known = payments.get(payment.id);
    const sighting = known ?? newSighting(payment, exchange);
    if (!known) payments.set(payment.id, sighting);
    const what = differenceOf(sighting, payment);
    if (what !== null) sighting.changed ??= { what, exchange };
  }

  return {
    payments,
    unwell,
    get requests() {
      return requests;
    },
    see(exchange) {
      requests += 1;
      if (exchange.status === 0 || exchange.status >= 500) unwell.push(exchange);
      if (!accepted(exchange)) return;
      const told = exchange.payment ? [exchange.payment] : (exchange.payments ?? []);
      for (const payment of told) if (isOwn(payment.order)) note(payment, exchange);
      const refunded = refundedIn(exchange);
      const sighting = refunded === null ? undefined : payments.get(refunded);
      if (sighting) noteRefund(sighting, exchange);
    },
  };
}

const newSighting = (first: Payment, exchange: Exchange): Sighting => ({
  first,
  exchange,
  changed: null,
  versions: new Map(),
  fullRefunds: 0,
  partialRefunds: zero,
  refundedBy: null,
});

/** What this answer tells otherwise than an earlier one; null if nothing. */
function differenceOf({ first, versions }: Sighting, payment: Payment): string | null {
  for (const [what, read] of Object.entries(forGood)) {
    if (read(first) !== read(payment)) return `${what}: ${read(first)}, then ${read(payment)}`;
  }
  if (payment.version === null) return null;
  const state = `${payment.status} ${payment.updatedAt}`;
  const before = versions.get(payment.version) ?? state;
  versions.set(payment.version, before);
  return before === state ? null : `its version ${payment.version}: ${before}, then ${state}`;
}

/** The id of the payment that this request refunds. */
function refundedIn({ method, path }: Exchange): string | null {
  const id = method === 'POST' ? /\/payments\/([^/]+)\/refund\/?$/.exec(path)?.[1] : undefined;
  return id === undefined ? null : decodeURIComponent(id);
}

function noteRefund(sighting: Sighting, exchange: Exchange): void {
  const fields = parseJson(exchange.body ?? '');
  const amount = isObject(fields) ? parseDecimal(textOf(fields['amount']) ?? '') : null;
  if (amount === null) sighting.fullRefunds += 1;
  else sighting.partialRefunds = plus(sighting.partialRefunds, amount);
  sighting.refundedBy = exchange;
}
