/** When all is done: every payment of the run is looked up, and held to what was answered of it. */
import type { Kit } from '../kit.ts';
import type { Sighting, Sightings } from '../sightings.ts';
import { Violation } from '../violation.ts';
import { compare } from '../wire/decimal.ts';
import { accepted, type Exchange } from '../wire/http.ts';
import { isPaid, knownStatuses, type Payment } from '../wire/payment.ts';
import { overRefunded } from './refund-races.ts';

/** What is there in the end. */
interface Books {
  readonly seen: Sightings;
  /** By order, as it is listed. */
  readonly orders: ReadonlyMap<string, readonly Payment[]>;
  /** By id, as it is looked up. */
  readonly lookups: ReadonlyMap<string, Exchange>;
}

export interface Inspection {
  readonly name: string;
  readonly does: string;
  readonly holds: string;
  /** How many things were looked at, and which were not as they must be. */
  readonly inspect: (books: Books) => Inspected;
}

interface Inspected {
  readonly looked: number;
  readonly violations: readonly Violation[];
}

const atOnce = 8;

export async function openBooks(
  kit: Kit,
  progress: (done: number, of: number) => void,
): Promise<Books> {
  const sightings = [...kit.seen.payments.values()];
  const names = new Set(sightings.map(({ first }) => first.order));
  const orders = new Map<string, readonly Payment[]>();
  const lookups = new Map<string, Exchange>();
  const of = names.size + sightings.length;
  await inTurns([...names], async (order) => {
    orders.set(order, await kit.ofOrder(order).catch(untold));
    progress(orders.size, of);
  });
  await inTurns(sightings, async ({ first: { id } }) => {
    lookups.set(id, await kit.get(id));
    progress(orders.size + lookups.size, of);
  });
  return { seen: kit.seen, orders, lookups };
}

/** An order whose payments are not told is found to list none. */
function untold(error: unknown): readonly Payment[] {
  if (error instanceof Violation) return [];
  throw error;
}

/** All of them, `atOnce` at a time. */
async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

type Judge = (sighting: Sighting, now: Payment, books: Books) => string | null;

/** Each payment by itself; what cannot be looked up is the last one's to tell. */
const eachPayment =
  (judge: Judge): Inspection['inspect'] =>
  (books) => {
    const violations = [...books.seen.payments.values()].flatMap((sighting) => {
      const lookup = books.lookups.get(sighting.first.id);
      const what = lookup?.payment ? judge(sighting, lookup.payment, books) : null;
      return what === null ? [] : [new Violation(what, sighting.refundedBy, lookup)];
    });
    return { looked: books.seen.payments.size, violations };
  };

function overOrTwice(sighting: Sighting, now: Payment): string | null {
  const { fullRefunds, partialRefunds } = sighting;
  const { value } = now.amount;
  if (fullRefunds > 1) return `It was refunded in full ${fullRefunds} times`;
  if (value && compare(partialRefunds, value) > 0)
    return 'More was refunded in parts than was paid';
  return overRefunded(now);
}

function inconsistent({ changed, first }: Sighting, now: Payment, books: Books): string | null {
  if (changed) return `An answer told otherwise ${changed.what}`;
  if (now.id !== first.id) return `Payment ${first.id} is told as ${now.id}`;
  const listed = books.orders.get(first.order)?.filter(({ id }) => id === first.id) ?? [];
  const [one] = listed;
  if (!one || listed.length > 1) return `Its order lists it ${listed.length} times`;
  if (one.status !== now.status) return `It is ${now.status}, and listed as ${one.status}`;
  return null;
}

function lost({ seen, lookups }: Books): readonly Violation[] {
  return [...seen.payments.values()].flatMap(({ first, exchange }) => {
    const lookup = lookups.get(first.id);
    const isThere = lookup !== undefined && accepted(lookup) && lookup.payment !== null;
    return isThere ? [] : [new Violation('What was answered is not there', exchange, lookup)];
  });
}

export const afterwards: readonly Inspection[] = [
  {
    name: 'all-orders',
    does: 'all orders of the run, looked up in the end',
    holds: 'none has two successful payments',
    inspect: ({ orders, lookups }) => {
      const violations = [...orders].flatMap(([order, listed]) => {
        const paid = listed.filter(isPaid);
        if (paid.length < 2) return [];
        const shown = paid.slice(0, 2).map(({ id }) => lookups.get(id));
        return [new Violation(`Order ${order} has ${paid.length} successful payments`, ...shown)];
      });
      return { looked: orders.size, violations };
    },
  },
  {
    name: 'all-refunds',
    does: 'all payments of the run, looked up in the end',
    holds: 'none is refunded twice, or above what was paid',
    inspect: eachPayment(overOrTwice),
  },
  {
    name: 'all-statuses',
    does: 'all payments of the run, looked up in the end',
    holds: 'none has an unknown status',
    inspect: eachPayment((_, { status }) =>
      knownStatuses.has(status) ? null : `Its status is "${status}"`,
    ),
  },
  {
    name: 'all-consistent',
    does: 'all answers that named a payment of the run, and what is there in the end',
    holds: 'none is lost; ids, orders, amounts and versions never tell otherwise',
    inspect: (books) => {
      const { looked, violations } = eachPayment(inconsistent)(books);
      return { looked, violations: [...lost(books), ...violations] };
    },
  },
  {
    name: 'all-answered',
    does: 'all requests of the run',
    holds: 'each is answered, and none by a 5xx',
    inspect: ({ seen: { requests, unwell } }) => ({
      looked: requests,
      violations: unwell.map(
        (exchange) => new Violation('It was not answered, or by a 5xx', exchange),
      ),
    }),
  },
];
