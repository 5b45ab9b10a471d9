/**
 * Whether a payment's rows agree with each other: its events are told over again, and what they lead
 * to is compared with what is stored. Nothing here decides, and nothing is repaired.
 */
import { compare } from './audit/compare.ts';
import { keyDifferences } from './audit/keys.ts';
import { balanceDifferences, operationDifferences, postingDifferences } from './audit/rows.ts';
import { type Difference, type Facts, newStory, type StoredEvent } from './audit/story.ts';
import { tell } from './audit/tell.ts';
import type { KeyUse } from './decision.ts';
import type { Posting } from './ledger.ts';
import type { Operation, Payment } from './payment.ts';

export type { Difference, StoredEvent } from './audit/story.ts';

/** Everything that is stored of one payment. */
export interface Books {
  readonly payment: Payment;
  readonly operations: readonly Operation[];
  readonly events: readonly StoredEvent[];
  /** Those of its operations. */
  readonly postings: readonly Posting[];
  /** The keys that the payment and its operations name. */
  readonly keys: readonly KeyUse[];
}

/** What never changes about a payment. */
const constants = [
  'merchantId',
  'id',
  'orderId',
  'currency',
  'amount',
  'provider',
  'paymentMethod',
  'idempotencyKey',
  'metadata',
  'createdAt',
] as const satisfies readonly (keyof Payment)[];

const facts = [
  'status',
  'authorized',
  'captured',
  'refunded',
  'refundPending',
  'holdsOrder',
  'transactionId',
  'failure',
  'nextAction',
  'discrepancy',
] as const satisfies readonly (keyof Facts)[];

/** Each way in which the books disagree with themselves; none is as it must be. */
export function audit({ payment, operations, events, ...books }: Books): readonly Difference[] {
  const story = newStory(payment, operations);
  const inOrder = events.toSorted((one, other) => one.version - other.version);
  const first = inOrder.find((event) => event.payment !== null)?.payment ?? payment;
  const ofEvents = inOrder.flatMap((event) => {
    tell(story, event);
    return eventDifferences(event, payment, first, story.facts);
  });
  return [
    ...versionDifferences(payment, inOrder),
    ...story.differences,
    ...ofEvents,
    ...rowDifferences(payment, story.facts, inOrder.at(-1)),
    ...operationDifferences(story),
    ...postingDifferences(story, books.postings),
    ...balanceDifferences(story, books.postings),
    ...keyDifferences(story, books.keys),
  ];
}

/** Versions from 1 to the payment's, each once; the events' own ids too. */
function versionDifferences(
  { version }: Payment,
  events: readonly StoredEvent[],
): readonly Difference[] {
  const there = new Set(events.map((event) => event.version));
  const missing = Array.from({ length: version }, (_, index) => index + 1)
    .filter((one) => !there.has(one))
    .map((one) => ({ what: `event ${one}`, expected: 'one', found: 'none' }));
  const beyond = events
    .filter((event) => event.version > version)
    .map((event) => ({ what: `event ${event.version}`, expected: 'none', found: event.type }));
  const ids = events.map(({ id }) => id);
  const twice = events
    .filter(({ id }, index) => ids.indexOf(id) !== index)
    .map((event) => ({
      what: `event ${event.version}, id`,
      expected: 'its own',
      found: event.id,
    }));
  return [...missing, ...beyond, ...twice];
}

/** What an event says of itself, and the payment in it as it must have been then. */
function eventDifferences(
  event: StoredEvent,
  row: Payment,
  first: Payment,
  told: Facts,
): readonly Difference[] {
  const { payment, version, type, actor, reason, createdAt } = event;
  const what = `event ${version}`;
  const hasReason = type === 'discrepancy.resolved';
  const own = [
    ...compare(
      what,
      { merchantId: row.merchantId, paymentId: row.id, hasActor: true, hasReason },
      { ...event, hasActor: actor !== '', hasReason: reason !== null },
      ['merchantId', 'paymentId', 'hasActor', 'hasReason'],
      row.currency,
    ),
    ...chainDifferences(what, row, told),
  ];
  if (payment === null) {
    return [...own, { what: `${what}, payment`, expected: 'a payment', found: 'none to be read' }];
  }
  const { currency } = row;
  const stamps = {
    version,
    updatedAt: createdAt,
    // What was imported keeps its own times.
    createdAt: type === 'payment.created' ? createdAt : payment.createdAt,
  };
  return [
    ...own,
    ...compare(what, stamps, payment, ['version', 'updatedAt', 'createdAt'], currency),
    ...compare(what, first, payment, constants, currency),
    ...compare(what, told, payment, facts, currency),
    ...presenceDifferences(what, payment),
  ];
}

/** A failure exactly in FAILED, a next action exactly in REQUIRES_ACTION. */
function presenceDifferences(
  what: string,
  { status, failure, nextAction, currency }: Payment,
): readonly Difference[] {
  return compare(
    what,
    { hasFailure: status === 'FAILED', hasNextAction: status === 'REQUIRES_ACTION' },
    { hasFailure: failure !== null, hasNextAction: nextAction !== null },
    ['hasFailure', 'hasNextAction'],
    currency,
  );
}

function chainDifferences(
  what: string,
  { amount }: Payment,
  { authorized, captured, refunded, refundPending }: Facts,
): readonly Difference[] {
  const isChain = refunded + refundPending <= captured && captured <= authorized;
  if (isChain && authorized <= amount && refundPending >= 0n) return [];
  return [
    {
      what: `${what}, amounts`,
      expected: 'refunded + refund_pending <= captured <= authorized <= amount',
      found: `${refunded} + ${refundPending}, ${captured}, ${authorized}, ${amount} minor units`,
    },
  ];
}

/**
 * The row is the payment of its last event. `openOperation` and `expiresAt` are left out: an earlier
 * version of Florin, which may run beside this one during a deploy, keeps neither.
 */
function rowDifferences(
  payment: Payment,
  told: Facts,
  last: StoredEvent | undefined,
): readonly Difference[] {
  const { currency } = payment;
  if (!last?.payment) return compare('payment', told, payment, facts, currency);
  const names = [...constants, ...facts, 'version', 'updatedAt'] as const;
  return compare('payment', last.payment, payment, names, currency);
}
