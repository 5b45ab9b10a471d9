/** The audit against `decide`: whatever is decided is found in order, whatever is changed is found. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { audit, type Books, type Operation, type Payment } from '../src/index.ts';
import { histories, play, resolve, type Step } from './audit-histories.ts';
import { mutations, named, toldColumns } from './audit-mutations.ts';
import { cancel, create, declined, failure, refund, requiresAction, succeeded } from './given.ts';

test('whatever happened, the books that `decide` leaves agree with themselves', () => {
  const property = fc.property(histories, (books) => {
    expect(audit(books)).toEqual([]);
  });
  fc.assert(property, { numRuns: 5_000 });
});

test('whatever is changed of one row, or a row left out or put in, is found', () => {
  const tried = new Set<string>();
  for (const books of fc.sample(histories, { numRuns: 100, seed: 1 })) {
    for (const [name, broken] of mutations(named(books))) {
      tried.add(name);
      if (audit(broken).length === 0) expect([name, broken]).toEqual('found');
    }
  }
  expect(toldColumns.filter((column) => !tried.has(column))).toEqual([]);
});

test('a difference says what must be and what is, as an operator reads it', () => {
  const books = play(create({ amount: 15_000n }), [tell(succeeded)]);
  const [charge] = books.operations;
  const payment = { ...books.payment, captured: 14_999n, updatedAt: Number.NaN };
  const postings = books.postings.map((one) => ({ ...one, credit: 'suspense' as const }));
  expect(audit({ ...books, payment, postings })).toEqual([
    { what: 'payment, captured', expected: '150.00', found: '149.99' },
    { what: 'payment, updated_at', expected: '2026-09-21T14:13:21.000Z', found: 'no time' },
    {
      what: `posting 1 of ${charge?.id}, credit`,
      expected: 'merchant_payable',
      found: 'suspense',
    },
    { what: 'balances, merchant_payable', expected: '150.00', found: '0.00' },
    { what: 'balances, suspense', expected: '0.00', found: '150.00' },
  ]);
  expect(audit({ ...books, operations: [] })[0]).toEqual({
    what: 'event 1, operation',
    expected: 'a charge or authorize of this payment',
    found: charge?.id,
  });
  expect(audit({ ...books, events: [], postings: [] }).map(({ what }) => what)).toContain(
    'event 2',
  );
});

const tell = (outcome: Extract<Step, { tell: unknown }>['tell'], of = 0): Step => ({
  tell: outcome,
  of,
});
const ask = (command: Extract<Step, { ask: unknown }>['ask']): Step => ({ ask: command });

/** What the last event led to, as the version of Florin before suspense was settled wrote it. */
function asBefore(
  books: Books,
  type: string,
  was: Partial<Payment>,
  operation: (one: Operation) => Operation = (one) => one,
): Books {
  const last = books.events.at(-1);
  const payment = { ...books.payment, ...was };
  const written = { ...last, type, payment, isEarly: true } as Books['events'][number];
  return {
    ...books,
    payment,
    operations: books.operations.map(operation),
    events: [...books.events.slice(0, -1), written],
    postings: books.postings.filter(({ line }) => line === 1),
  };
}

describe('what the version before wrote is judged by the rules of its time', () => {
  const awaiting = [tell(requiresAction), ask(cancel())];
  const failed = { status: 'FAILED', holdsOrder: false, failure, nextAction: null } as const;
  const unsettled = (one: Operation): Operation => ({ ...one, suspense: null });
  const rows: readonly (readonly [string, Books])[] = [
    [
      'a decline after a success stayed where it was booked',
      asBefore(
        play(create(), [tell(succeeded), tell(declined)]),
        'charge.discrepancy',
        {},
        unsettled,
      ),
    ],
    [
      'a refund, declined after it',
      asBefore(
        play(create(), [tell(succeeded), ask(refund(5n)), tell(succeeded, 1), tell(declined, 1)]),
        'refund.discrepancy',
        {},
        unsettled,
      ),
    ],
    [
      'a void of what was charged left the charge where it was',
      asBefore(
        play(create(), [...awaiting, tell(succeeded), tell(succeeded, 1)]),
        'void.discrepancy',
        {},
        unsettled,
      ),
    ],
    [
      'a decline did not wait for an open void',
      asBefore(play(create(), [...awaiting, tell(declined)]), 'charge.declined', failed),
    ],
    [
      'a late authorization was a discrepancy',
      asBefore(
        play(create({ capture: 'manual' }), [...awaiting, tell(succeeded, 1), tell(succeeded)]),
        'authorize.discrepancy',
        { authorized: 0n, transactionId: null, discrepancy: true },
      ),
    ],
  ];

  test.each(rows)('%s', (_, books) => {
    expect(audit(books)).toEqual([]);
    const today = books.events.map((event) => ({ ...event, isEarly: false }));
    expect(audit({ ...books, events: today })).not.toEqual([]);
  });
});

test('in suspense, settled, and in doubt once more: each by its own lines', () => {
  const steps = [tell(succeeded), tell(declined), resolve('merchant_payable')];
  const again = [ask(refund(5n)), tell(succeeded, 1), tell(declined, 1)];
  const books = play(create(), [...steps, ...again, resolve('provider_receivable')]);
  expect(books.postings.map(({ line }) => line)).toEqual([1, 2, 3, 1, 2, 3]);
  expect(audit(books)).toEqual([]);
});
