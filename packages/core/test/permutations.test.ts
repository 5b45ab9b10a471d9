/** What a provider says of several operations leads to the same end, in whichever order it comes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rowsOf } from './cells.ts';
import {
  after,
  factsInTwoOrders,
  holdsInEveryOrder,
  isContradictory,
  soberEnd,
  wholeEnd,
  withDuplicates,
} from './permutations.ts';
import { factsOf, onlyPayment, worldAfter } from './stories.ts';

const waiting = (kind: string) => `create ${kind}, ${kind} requires_action, cancel`;
const held = 'create authorize, authorize succeeded';
const paid = 'create charge, charge succeeded';

/** What was before; then what is said, and the status in the end. */
const stories: Readonly<Record<string, string>> = {
  'charge open': 'create charge',
  'authorize open': 'create authorize',
  'charge, void open': waiting('charge'),
  'authorize, void open': waiting('authorize'),
  'charge, second void open': `${waiting('charge')}, void 1 declined, cancel`,
  'authorize, second void open': `${waiting('authorize')}, void 1 declined, cancel`,
  'capture open': `${held}, capture 15`,
  'part captured': `${held}, capture 9`,
  'held, void open': `${held}, cancel`,
  'capture declined, void open': `${held}, capture 15, capture 1 declined, cancel`,
  'capture declined, second open': `${held}, capture 15, capture 1 declined, capture 9`,
  'void declined, capture open': `${held}, cancel, void 1 declined, capture 9`,
  'refund open': `${paid}, refund 4`,
  'refunds of all open': `${paid}, refund 4, refund 5, refund 6`,
  'refunds of a part open': `${held}, capture 9, capture 1 succeeded, refund 4, refund 5`,
  'paid though voided, refund open': `${waiting('charge')}, charge succeeded, void 1 declined, refund 15`,
};

const consistent = rowsOf(`
charge open                      SUCCESS     charge requires_action, charge succeeded, charge unknown
charge open                      FAILED      charge requires_action, charge declined, charge unknown
authorize open                   AUTHORIZED  authorize requires_action, authorize succeeded, authorize unknown
authorize open                   FAILED      authorize requires_action, authorize declined, authorize unknown
charge, void open                SUCCESS     charge requires_action, charge succeeded, void 1 declined
charge, void open                CANCELLED   charge requires_action, charge declined, void 1 succeeded
charge, void open                FAILED      charge requires_action, charge declined, void 1 declined
charge, void open                CANCELLED   charge requires_action, void 1 requires_action, void 1 succeeded
authorize, void open             AUTHORIZED  authorize requires_action, authorize succeeded, void 1 declined
authorize, void open             CANCELLED   authorize requires_action, authorize succeeded, void 1 succeeded
authorize, void open             CANCELLED   authorize requires_action, authorize declined, void 1 succeeded
authorize, void open             FAILED      authorize requires_action, authorize declined, void 1 declined
charge, second void open         SUCCESS     charge succeeded, void 1 declined, void 2 declined
charge, second void open         CANCELLED   charge declined, void 1 declined, void 2 succeeded
charge, second void open         FAILED      charge declined, void 1 declined, void 2 declined
authorize, second void open      AUTHORIZED  authorize succeeded, void 1 declined, void 2 declined
authorize, second void open      CANCELLED   authorize succeeded, void 1 declined, void 2 succeeded
authorize, second void open      CANCELLED   authorize declined, void 1 declined, void 2 succeeded
authorize, second void open      FAILED      authorize declined, void 1 declined, void 2 declined
capture open                     SUCCESS     authorize requires_action, authorize succeeded, capture 1 succeeded
capture open                     AUTHORIZED  authorize requires_action, authorize succeeded, capture 1 declined
part captured                    SUCCESS     authorize requires_action, capture 1 unknown, capture 1 succeeded
held, void open                  CANCELLED   authorize succeeded, authorize requires_action, void 1 succeeded
held, void open                  AUTHORIZED  authorize succeeded, authorize requires_action, void 1 declined
capture declined, void open      CANCELLED   authorize succeeded, capture 1 declined, void 1 succeeded
capture declined, void open      AUTHORIZED  authorize succeeded, capture 1 declined, void 1 declined
capture declined, second open    SUCCESS     authorize succeeded, capture 1 declined, capture 2 succeeded
capture declined, second open    AUTHORIZED  authorize succeeded, capture 1 declined, capture 2 declined
void declined, capture open      SUCCESS     authorize succeeded, void 1 declined, capture 1 succeeded
void declined, capture open      AUTHORIZED  authorize succeeded, void 1 declined, capture 1 declined
refunds of all open              REFUNDED    refund 1 succeeded, refund 2 succeeded, refund 3 succeeded
refunds of all open              SUCCESS     refund 1 succeeded, refund 2 declined, refund 3 succeeded, refund 2 unknown
refunds of all open              SUCCESS     refund 1 declined, refund 2 declined, refund 3 declined, charge succeeded
refunds of a part open           REFUNDED    refund 1 succeeded, refund 2 succeeded, capture 1 succeeded
refunds of a part open           SUCCESS     refund 1 succeeded, refund 2 declined, authorize succeeded
paid though voided, refund open  REFUNDED    charge succeeded, void 1 declined, refund 1 succeeded
paid though voided, refund open  SUCCESS     charge succeeded, void 1 declined, refund 1 declined
`);

const contradictory = rowsOf(`
charge open                      charge requires_action, charge succeeded, charge declined
authorize open                   authorize requires_action, authorize succeeded, authorize declined
charge, void open                charge requires_action, charge succeeded, void 1 succeeded
charge, void open                charge succeeded, charge declined, void 1 succeeded
charge, void open                charge succeeded, charge declined, void 1 declined
charge, void open                charge succeeded, charge declined, void 1 succeeded, void 1 declined
charge, void open                charge succeeded, void 1 succeeded, void 1 declined
charge, void open                charge declined, void 1 succeeded, void 1 declined
authorize, void open             authorize succeeded, authorize declined, void 1 succeeded, void 1 declined
authorize, void open             authorize declined, void 1 succeeded, void 1 declined
charge, second void open         charge succeeded, void 1 succeeded, void 2 declined
charge, second void open         charge succeeded, void 1 succeeded, void 2 succeeded, void 2 declined
capture open                     authorize declined, capture 1 succeeded, capture 1 declined
part captured                    authorize declined, capture 1 succeeded
held, void open                  authorize declined, void 1 succeeded
capture declined, void open      capture 1 succeeded, void 1 succeeded, authorize declined
capture declined, void open      capture 1 succeeded, void 1 declined
capture declined, second open    capture 1 succeeded, capture 2 succeeded, capture 2 declined
void declined, capture open      void 1 succeeded, capture 1 succeeded, capture 1 declined
void declined, capture open      void 1 succeeded, capture 1 declined
refund open                      refund 1 succeeded, refund 1 declined, charge declined
refunds of all open              refund 1 succeeded, refund 1 declined, refund 2 succeeded, refund 3 succeeded
refunds of a part open           refund 1 succeeded, refund 2 succeeded, refund 2 declined, capture 1 declined
paid though voided, refund open  charge declined, void 1 succeeded, refund 1 succeeded, refund 1 declined
`);

describe('what can all be true', () => {
  test.each(consistent)('%s: %s by %s', (story = '', status, text = '') => {
    const world = worldAfter(stories[story] ?? '');
    const end = after(world, factsOf(text));
    expect(isContradictory(end)).toBe(false);
    expect(onlyPayment(end)).toMatchObject({ status, discrepancy: false });
    holdsInEveryOrder(factsOf(text), world, wholeEnd);
  });
});

describe('what can not all be true', () => {
  test.each(contradictory)('%s: %s', (story = '', text = '') => {
    const world = worldAfter(stories[story] ?? '');
    const end = after(world, factsOf(text));
    expect(isContradictory(end)).toBe(true);
    expect(onlyPayment(end).discrepancy).toBe(true);
    holdsInEveryOrder(factsOf(text), world, soberEnd);
  });
});

test('any facts about any of these payments, in any two orders', () => {
  const starts = Object.values(stories).map((story) => worldAfter(story));
  const property = fc.property(factsInTwoOrders(starts), ([world, one, other, duplicates]) => {
    const end = after(world, one);
    const otherEnd = after(world, withDuplicates(other, duplicates));
    const contradicts = isContradictory(end);
    expect(onlyPayment(end).discrepancy).toBe(contradicts);
    const endOf = contradicts ? soberEnd : wholeEnd;
    expect(endOf(otherEnd)).toStrictEqual(endOf(end));
  });
  fc.assert(property, { numRuns: 5_000 });
});
