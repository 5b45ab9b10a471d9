/** What a scenario works with: the requests of the contract, on orders and keys of its own. */
import type { Random } from './random.ts';
import type { Sightings } from './sightings.ts';
import { Violation } from './violation.ts';
import { accepted, type Exchange, type Http } from './wire/http.ts';
import { isPaid, type Payment } from './wire/payment.ts';

/** What not every server of the contract can do. */
export type Ability = 'declines' | 'opens' | 'reports' | 'cancels' | 'refunds a part';

/** What has been found out about the server. */
export interface Facts {
  /** What ends a path. */
  readonly slash: '/' | '';
  /** Whether amounts are sent as strings. */
  readonly takesText: boolean;
  /** Whether `"provider": "manual"` makes a payment that waits for what is reported of it. */
  readonly takesManual: boolean;
  /** Why it is not able to do what it is not. */
  readonly lacks: Partial<Readonly<Record<Ability, string>>>;
}

export interface Creation {
  readonly order?: string;
  readonly key?: string;
  /** A decimal. */
  readonly amount?: string;
  /** JSON text, in place of `amount`. */
  readonly written?: string;
  readonly currency?: string;
  readonly provider?: string;
}

export interface Kit {
  readonly http: Http;
  readonly facts: Facts;
  readonly seen: Sightings;
  readonly random: Random;
  /** How many requests a race has. */
  readonly ways: number;
  /** Which run of the scenario this is, from 0. */
  readonly turn: number;
  /** Whether the server is called with a key. */
  readonly hasKey: boolean;
  newOrder(): string;
  newKey(): string;
  /** A decimal that is approved. */
  newAmount(): string;
  path(...segments: readonly string[]): string;
  bodyOf(creation: Creation): string;
  /** For an order, with a key and of an amount of its own, where nothing else is said. */
  create(creation?: Creation): Promise<Exchange>;
  refund(id: string, amount?: string): Promise<Exchange>;
  patch(id: string, status: unknown): Promise<Exchange>;
  get(id: string): Promise<Exchange>;
  /** All payments of an order. */
  ofOrder(order: string): Promise<readonly Payment[]>;
  /** As `create`, and it must be approved. */
  pay(creation?: Creation): Promise<Payment>;
  /** A payment that is not successful: one that waits, or else one that was declined. */
  open(order?: string): Promise<Payment>;
  decline(order?: string): Promise<Payment>;
  /** What it is now. */
  look(id: string): Promise<Payment>;
  /** `ways` requests, or `count`, at once. */
  atOnce(send: (n: number) => Promise<Exchange>, count?: number): Promise<readonly Exchange[]>;
}

export interface KitParts {
  readonly http: Http;
  readonly facts: Facts;
  readonly seen: Sightings;
  readonly random: Random;
  readonly ways: number;
  readonly turn: number;
  readonly hasKey: boolean;
  /** A name that nobody has used on this server. */
  readonly fresh: (what: string) => string;
  /** Opens so many connections, unless they were in use a moment ago. */
  readonly warm: (count: number, path: string) => Promise<void>;
}

export const declinedAmount = '20.99';
const mostPages = 100;

export function createKit({ fresh, warm, ...parts }: KitParts): Kit {
  const { http, facts, random, ways } = parts;
  const path = (...segments: readonly string[]): string =>
    `/${['payments', ...segments.map(encodeURIComponent)].join('/')}${facts.slash}`;
  const newOrder = () => fresh('order');
  const newKey = () => fresh('key');
  const newAmount = () => `${1 + random.below(900)}.${10 + random.below(89)}`;
  const writtenAs = (amount: string) => (facts.takesText ? JSON.stringify(amount) : amount);

  function bodyOf({ order = newOrder(), key = newKey(), ...creation }: Creation): string {
    const { amount = newAmount(), written = writtenAs(amount), currency, provider } = creation;
    const fields = { order_id: order, currency: currency ?? 'USD', idempotency_key: key, provider };
    return `${JSON.stringify(fields).slice(0, -1)},"amount":${written}}`;
  }
  const create = (creation: Creation = {}) => http.send('POST', path(), bodyOf(creation));
  const get = (id: string) => http.send('GET', path(id));

  /** Creates a payment that must come to be `as`. */
  async function made(creation: Creation, as: (payment: Payment) => boolean, what: string) {
    const exchange = await create(creation);
    const { payment } = exchange;
    if (accepted(exchange) && payment && as(payment)) return payment;
    throw new Violation(`A fresh payment ${what}`, exchange);
  }
  const decline = (order = newOrder()) =>
    made(
      { order, amount: declinedAmount },
      ({ status }) => status === 'FAILED',
      'was not declined',
    );
  const wait = (order = newOrder()) =>
    made({ order, provider: 'manual' }, ({ status }) => status === 'PENDING', 'did not wait');

  return {
    ...parts,
    newOrder,
    newKey,
    newAmount,
    path,
    bodyOf,
    create,
    get,
    refund: (id, amount) =>
      http.send(
        'POST',
        path(id, 'refund'),
        amount === undefined ? '{}' : `{"amount":${writtenAs(amount)}}`,
      ),
    patch: (id, status) => http.send('PATCH', path(id), JSON.stringify({ status })),
    async ofOrder(order) {
      const found: Payment[] = [];
      let next: string | null = path('order', order);
      for (let page = 0; next !== null && page < mostPages; page++) {
        const exchange: Exchange = await http.send('GET', next);
        const { payments } = exchange;
        if (!accepted(exchange) || !payments) {
          throw new Violation("An order's payments were not told", exchange);
        }
        found.push(...payments);
        next = exchange.next;
      }
      return found;
    },
    pay: (creation = {}) => made(creation, isPaid, 'was not approved'),
    open: facts.takesManual ? wait : decline,
    decline,
    async look(id) {
      const exchange = await get(id);
      if (accepted(exchange) && exchange.payment) return exchange.payment;
      throw new Violation('A payment was not told', exchange);
    },
    async atOnce(send, count = ways) {
      // Over new connections requests come one after the other, and race nobody.
      await warm(count, path('order', 'none'));
      return Promise.all(Array.from({ length: count }, (_, n) => send(n)));
    },
  };
}
