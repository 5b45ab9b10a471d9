/** What a provider says after a resolution: it leads to the same end, in whichever order it comes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rowsOf } from './cells.ts';
import {
  after,
  factsInTwoOrders,
  holdsInEveryOrder,
  soberEnd,
  wholeEnd,
  withDuplicates,
} from './permutations.ts';
import { factsOf, onlyPayment, worldAfter } from './stories.ts';
import { balancesOf } from './world.ts';

const waiting = 'create charge, charge requires_action, cancel';
const held = 'create authorize, authorize succeeded';
const paid = 'create charge, charge succeeded';
const both = (operation: string) => `${operation} declined, ${operation} succeeded`;

/** What was said and settled before; something is still to be said of. */
const stories: Readonly<Record<string, string>> = {
  'charge stands, void open': `${waiting}, charge succeeded, charge declined, resolve merchant_payable`,
  'charge undone, void open': `${waiting}, charge succeeded, charge declined, resolve provider_receivable`,
  'declined charge stands, void open': `${waiting}, ${both('charge')}, resolve merchant_payable`,
  'declined charge undone, void open': `${waiting}, ${both('charge')}, resolve provider_receivable`,
  'capture stands, void open': `${held}, capture 9, ${both('capture 1')}, resolve merchant_payable, cancel`,
  'capture stands, rest open': `${held}, capture 9, ${both('capture 1')}, resolve merchant_payable, capture 6`,
  'capture undone, second open': `${held}, capture 9, ${both('capture 1')}, resolve provider_receivable, capture 15`,
  'refund stands, rest open': `${paid}, refund 4, ${both('refund 1')}, resolve merchant_payable, refund 11`,
  'refund undone, all open': `${paid}, refund 4, ${both('refund 1')}, resolve provider_receivable, refund 15`,
  'charge stands, refund open': `${paid}, charge declined, resolve merchant_payable, refund 4`,
  'charge undone, refund open': `${paid}, refund 4, charge declined, resolve provider_receivable`,
  'void settled, second open': `${waiting}, ${both('void 1')}, resolve, cancel`,
};

/** It is not flagged again: what was settled is not news, and the rest fits it. */
const fitting = rowsOf(`
# before                           status      owed, earned     what is said
charge stands, void open           SUCCESS     15 -15           void 1 declined, charge succeeded, charge declined
charge undone, void open           SUCCESS     0 0              void 1 declined, charge succeeded, charge declined
declined charge stands, void open  FAILED      15 -15           void 1 declined, charge succeeded, charge declined
declined charge undone, void open  FAILED      0 0              void 1 declined, charge succeeded, charge declined
capture stands, void open          AUTHORIZED  9 -9             void 1 declined, capture 1 succeeded, capture 1 declined
capture stands, rest open          SUCCESS     15 -15           capture 2 succeeded, capture 1 succeeded, capture 1 declined
capture stands, rest open          AUTHORIZED  9 -9             capture 2 declined, capture 1 succeeded, capture 1 declined
capture undone, second open        SUCCESS     15 -15           capture 2 succeeded, capture 1 succeeded, capture 1 declined
capture undone, second open        AUTHORIZED  0 0              capture 2 declined, capture 1 succeeded, capture 1 declined
refund stands, rest open           SUCCESS     0 0              refund 2 succeeded, refund 1 succeeded, charge succeeded
refund stands, rest open           SUCCESS     11 -11           refund 2 declined, refund 1 declined, charge succeeded
refund undone, all open            REFUNDED    0 0              refund 2 succeeded, refund 1 succeeded, charge succeeded
refund undone, all open            SUCCESS     15 -15           refund 2 declined, refund 1 declined, charge succeeded
charge stands, refund open         SUCCESS     11 -11           refund 1 succeeded, charge succeeded, charge declined
charge stands, refund open         SUCCESS     15 -15           refund 1 declined, charge succeeded, charge declined
charge undone, refund open         SUCCESS     0 0              refund 1 declined, charge succeeded, charge declined
`);

describe('what fits what an operator found', () => {
  test.each(fitting)('%s: %s, %s by %s', (story = '', status, booked, text = '') => {
    const world = worldAfter(stories[story] ?? '');
    const end = after(world, factsOf(text));
    expect(onlyPayment(end)).toMatchObject({ status, discrepancy: false });
    const { provider_receivable, merchant_payable, suspense } = balancesOf(end, onlyPayment(end));
    expect(`${provider_receivable} ${merchant_payable}`).toBe(booked);
    expect(suspense).toBe(0n);
    holdsInEveryOrder(factsOf(text), world, wholeEnd);
  });
});

/** It is flagged again; what was settled stays where it is, what was not goes into suspense. */
const against = rowsOf(`
# before                           in suspense  what is said
charge stands, void open           0            void 1 succeeded, charge succeeded, charge declined
charge stands, void open           0            void 1 succeeded, void 1 declined, charge declined
charge undone, void open           0            void 1 succeeded, void 1 declined, charge succeeded
declined charge stands, void open  0            void 1 succeeded, charge succeeded
declined charge undone, void open  0            void 1 succeeded, charge declined
capture stands, void open          0            void 1 succeeded, capture 1 declined, authorize succeeded
capture stands, rest open          -6           capture 2 succeeded, capture 2 declined, capture 1 declined
capture stands, rest open          0            capture 2 succeeded, authorize declined
capture undone, second open        -15          capture 2 succeeded, capture 2 declined, authorize declined
refund stands, rest open           11           refund 2 succeeded, refund 2 declined, refund 1 declined
refund stands, rest open           -15          refund 2 succeeded, charge declined
refund undone, all open            0            refund 2 succeeded, refund 2 declined, charge declined
charge stands, refund open         4            refund 1 succeeded, refund 1 declined, charge declined
charge undone, refund open         4            refund 1 succeeded, refund 1 declined, charge succeeded
void settled, second open          -15          charge succeeded, void 2 declined
void settled, second open          -15          charge succeeded, void 2 succeeded, void 1 declined
`);

describe('what contradicts it, or itself', () => {
  test.each(against)('%s: %s in suspense by %s', (story = '', inSuspense, text = '') => {
    const world = worldAfter(stories[story] ?? '');
    const end = after(world, factsOf(text));
    expect(onlyPayment(end).discrepancy).toBe(true);
    expect(`${balancesOf(end, onlyPayment(end)).suspense}`).toBe(inSuspense);
    holdsInEveryOrder(factsOf(text), world, soberEnd);
  });
});

test('any facts after any of these resolutions, in any two orders', () => {
  const starts = Object.values(stories).map((story) => worldAfter(story));
  const property = fc.property(factsInTwoOrders(starts), ([world, one, other, duplicates]) => {
    const end = after(world, one);
    const otherEnd = after(world, withDuplicates(other, duplicates));
    const isFlagged = onlyPayment(end).discrepancy;
    const endOf = isFlagged ? soberEnd : wholeEnd;
    expect(endOf(otherEnd)).toStrictEqual(endOf(end));
  });
  fc.assert(property, { numRuns: 5_000 });
});
