/**
 * What is asked of a server, as data: wrk's script, autocannon's requests and the SDK's calls are all
 * made from it. Words of the benchmark: a `row` is what is measured (create, get, …); a `side` is one
 * of the two that a ratio compares; a `sample` is what one run of a side came to.
 */
import { randomBytes } from 'node:crypto';

/** A text with places in it that each request fills anew. */
export type Template = readonly (string | Place)[];

/** `fresh`: a name that no request had before. `payment`, `order`: of one of those that were seeded. */
type Place = { readonly fill: 'fresh' | 'payment' | 'order' | 'time' };

export interface Ask {
  /** How many of a mix's requests are this one; alone, 1. */
  readonly weight: number;
  readonly method: 'GET' | 'POST';
  readonly path: Template;
  readonly body: Template | null;
}

const [fresh, payment, order, time] = (['fresh', 'payment', 'order', 'time'] as const).map(
  (fill): Place => ({ fill }),
) as [Place, Place, Place, Place];

const creation = (more: string): Ask => ({
  weight: 1,
  method: 'POST',
  path: ['/payments/'],
  body: [
    '{"order_id": "order-',
    fresh,
    '", "amount": "150.00", "currency": "USD", "idempotency_key": "key-',
    fresh,
    `"${more}}`,
  ],
});

const reading = (...path: Template): Ask => ({ weight: 1, method: 'GET', path, body: null });

const create = creation('');
const get = reading('/payments/', payment, '/');
const list = reading('/payments/?limit=50&created_to=', time);
const byOrder = reading('/payments/order/', order, '/');
const refund: Ask = {
  weight: 1,
  method: 'POST',
  path: ['/payments/', payment, '/refund/'],
  body: ['{"amount": "0.01"}'],
};

const weighing = (weight: number, ask: Ask): Ask => ({ ...ask, weight });

/** The rows of the table. */
export const rows = {
  create: [create],
  'create manual': [creation(', "provider": "manual"')],
  get: [get],
  list: [list],
  'by order': [byOrder],
  refund: [refund],
  mix: [
    weighing(40, get),
    weighing(20, byOrder),
    weighing(10, list),
    weighing(25, create),
    weighing(5, refund),
  ],
} as const satisfies Record<string, readonly Ask[]>;

export type RowName = keyof typeof rows;
export const rowNames = Object.keys(rows) as readonly RowName[];

/** One of a run's own: so that no two runs' names are alike. */
export const runName = (): string => randomBytes(4).toString('hex');

/** Spreads what is counted up: names come in no order, as callers' do. */
export const scrambleFactor = 48_271;
export const scrambleModulus = 2_147_483_647;

/** The name that the n-th request of a run fills in as `fresh`. */
export const freshName = (run: string, n: number): string =>
  `${((n * scrambleFactor) % scrambleModulus).toString(16).padStart(8, '0')}-${run}-${n}`;
