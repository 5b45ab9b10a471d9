/** Every way in which one cell of a payment's books can be wrong, and one row be missing or too many. */
import type { Books, Event, KeyUse, Operation, Payment, Posting } from '../src/index.ts';

/** What was done to the books, in the words of the table, and the books after it. */
export type Mutation = readonly [name: string, books: Books];

/** Other values for each column; a value that is there already is no change. */
type Others<T> = { readonly [K in keyof T]-?: (row: T, books: Books) => readonly unknown[] };

const nobody = 'f'.repeat(32);
const ids = { merchant: `mer_${nobody}`, payment: `pay_${nobody}`, operation: `op_${nobody}` };
const failure = { code: 'other', message: 'Another.' };
const nextAction = { type: 'redirect', url: 'https://other.example/' };

const is =
  (...values: readonly unknown[]) =>
  () =>
    values;
/** Nothing else in the books tells what it must be. */
const untold = is();
const orNull = (column: string, other: unknown) => (row: object) => [
  (row as Readonly<Record<string, unknown>>)[column] === null ? other : null,
];
const more = (column: string) => (row: object) => {
  const value = (row as Readonly<Record<string, unknown>>)[column];
  return typeof value === 'bigint' ? [value + 1n] : typeof value === 'number' ? [value + 1] : [7];
};
const statuses = ['PENDING', 'REQUIRES_ACTION', 'AUTHORIZED', 'SUCCESS', 'REFUNDED', 'FAILED'];
const accounts = ['provider_receivable', 'merchant_payable', 'suspense'];
const outcomes = ['succeeded', 'declined', 'requires_action'];

const payment: Others<Payment> = {
  merchantId: is(ids.merchant),
  id: is(ids.payment),
  orderId: is('another'),
  currency: is('EUR'),
  amount: more('amount'),
  authorized: more('authorized'),
  captured: more('captured'),
  refunded: more('refunded'),
  refundPending: more('refundPending'),
  status: is(...statuses, 'CANCELLED'),
  holdsOrder: is(true, false),
  provider: is('manual', 'sandbox'),
  paymentMethod: is('pm_other'),
  transactionId: orNull('transactionId', 'ref_other'),
  idempotencyKey: is('key-other'),
  failure: orNull('failure', failure),
  nextAction: orNull('nextAction', nextAction),
  metadata: is({}),
  discrepancy: is(true, false),
  // An earlier version of Florin may run beside this one, and keeps neither.
  openOperation: untold,
  expiresAt: untold,
  version: more('version'),
  createdAt: more('createdAt'),
  updatedAt: more('updatedAt'),
};

const operation: Others<Operation> = {
  merchantId: is(ids.merchant),
  id: is(ids.operation),
  paymentId: is(ids.payment),
  kind: is('charge', 'authorize', 'capture', 'void', 'refund'),
  amount: more('amount'),
  status: is('open', ...outcomes),
  reference: ({ id, reference }, { events }) => {
    const said = (type: string) =>
      events.some((event) => event.operationId === id && event.type.endsWith(type));
    const collected = events.some(
      (event) => event.operationId === id && /^(charge|authorize)\.succeeded$/.test(event.type),
    );
    if (collected) return [reference === null ? 'ref_other' : null, 'ref_another'];
    return said('.succeeded') || said('.discrepancy') ? [] : ['ref_other'];
  },
  failure: orNull('failure', failure),
  reason: ({ idempotencyKey, kind }) =>
    idempotencyKey === null || kind === 'charge' || kind === 'authorize' ? [] : ['Another reason'],
  idempotencyKey: is('key-other'),
  contradiction: is(null, 'succeeded', 'declined'),
  suspense: is(null, ...accounts),
  attempts: is(0),
  leaseUntil: orNull('leaseUntil', 7),
  createdAt: more('createdAt'),
  closedAt: (row) => [row.closedAt === null ? 7 : null, 8],
};

const event: Others<Omit<Event, 'payment'>> = {
  merchantId: is(ids.merchant),
  paymentId: is(ids.payment),
  version: (row) => [row.version + 1, row.version + 100],
  id: ({ id }, { events }) => events.map((other) => other.id).filter((other) => other !== id),
  type: is(
    ...['charge', 'authorize', 'capture', 'void', 'refund'].flatMap((kind) =>
      ['opened', 'discrepancy', 'exploded', ...outcomes].map((what) => `${kind}.${what}`),
    ),
    'payment.created',
    'discrepancy.resolved',
    '',
  ),
  actor: is(''),
  operationId: (_, { operations }) => [null, ids.operation, ...operations.map(({ id }) => id)],
  reason: orNull('reason', 'For no reason'),
  createdAt: more('createdAt'),
};

const posting: Others<Posting> = {
  merchantId: is(ids.merchant),
  operationId: is(ids.operation),
  line: is(1, 2, 3, 4),
  paymentId: is(ids.payment),
  debit: is(...accounts),
  credit: is(...accounts),
  amount: more('amount'),
  currency: is('EUR'),
  createdAt: more('createdAt'),
};

const key: Others<KeyUse> = {
  merchantId: untold,
  key: is('key-other'),
  request: untold,
  paymentId: is(ids.payment),
  version: (row) => [row.version === null ? 1 : null, 99],
  leaseUntil: untold,
  createdAt: untold,
};

/** The columns that something tells of: each is changed in some history. */
export const toldColumns: readonly string[] = Object.entries({
  payment,
  operation,
  event,
  'event.payment': payment,
  posting,
  key,
}).flatMap(([table, others]) =>
  Object.entries(others)
    .filter(([, of]) => of !== untold)
    .map(([column]) => `${table}.${column}`),
);

function* changed<T extends object>(
  table: string,
  others: Others<T>,
  row: T,
  books: Books,
  put: (row: T) => Books,
): Iterable<Mutation> {
  for (const [column, of] of Object.entries(others) as [keyof T & string, Others<T>[keyof T]][]) {
    for (const value of of(row, books)) {
      if (row[column] !== value) yield [`${table}.${column}`, put({ ...row, [column]: value })];
    }
  }
}

const swapped = <T>(rows: readonly T[], at: number, row: T): readonly T[] =>
  rows.map((one, index) => (index === at ? row : one));

/** Keys that are named: of a report that changed nothing only its own row tells. */
export function named({ payment: of, operations, keys, ...books }: Books): Books {
  const names = new Set([of.idempotencyKey, ...operations.map((one) => one.idempotencyKey)]);
  return { ...books, payment: of, operations, keys: keys.filter((one) => names.has(one.key)) };
}

export function* mutations(books: Books): Iterable<Mutation> {
  yield* changed('payment', payment, books.payment, books, (row) => ({ ...books, payment: row }));
  for (const [at, row] of books.operations.entries()) {
    const put = (one: Operation) => ({ ...books, operations: swapped(books.operations, at, one) });
    yield* changed('operation', operation, row, books, put);
  }
  for (const [at, row] of books.events.entries()) {
    const put = (one: Event) => ({ ...books, events: swapped(books.events, at, one) });
    yield* changed('event', event, row as Event, books, (one) => put(one as Event));
    if (row.payment === null) continue;
    const putPayment = (one: Payment) => put({ ...row, payment: one } as Event);
    yield* changed('event.payment', payment, row.payment, books, putPayment);
    yield ['event.payment', put({ ...row, payment: null } as unknown as Event)];
  }
  for (const [at, row] of books.postings.entries()) {
    const put = (one: Posting) => ({ ...books, postings: swapped(books.postings, at, one) });
    yield* changed('posting', posting, row, books, put);
  }
  for (const [at, row] of books.keys.entries()) {
    const put = (one: KeyUse) => ({ ...books, keys: swapped(books.keys, at, one) });
    yield* changed('key', key, row, books, put);
  }
  for (const table of ['operations', 'events', 'postings', 'keys'] as const) {
    for (const at of books[table].keys()) {
      const rest = (books[table] as readonly unknown[]).filter((_, index) => index !== at);
      yield [`${table}: one missing`, { ...books, [table]: rest }];
    }
  }
  const [anyOperation, anyEvent] = [books.operations[0], books.events[0]];
  if (anyOperation) {
    const another = { ...anyOperation, id: ids.operation } as Operation;
    yield ['operations: one too many', { ...books, operations: [...books.operations, another] }];
    const { merchantId, id, currency } = books.payment;
    const made: Posting = {
      merchantId,
      operationId: anyOperation.id,
      line: 4,
      paymentId: id,
      debit: 'suspense',
      credit: 'merchant_payable',
      amount: 1n,
      currency,
      createdAt: 7,
    };
    yield ['postings: one too many', { ...books, postings: [...books.postings, made] }];
  }
  if (anyEvent) {
    const version = books.events.length + 1;
    const another = { ...anyEvent, version };
    yield ['events: one too many', { ...books, events: [...books.events, another] }];
  }
}
