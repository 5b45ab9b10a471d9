/** The facts about one payment in other orders, and what must be the same after each. */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Operation } from '../src/index.ts';
import { namesOf, onlyPayment, tell } from './stories.ts';
import { balancesOf, copyOf, type World } from './world.ts';

/** All orders of some facts. */
function ordersOf<T>(facts: readonly T[]): readonly (readonly T[])[] {
  if (facts.length === 0) return [[]];
  return facts.flatMap((fact, index) =>
    ordersOf(facts.toSpliced(index, 1)).map((rest) => [fact, ...rest]),
  );
}

/** Says some facts twice: each pick chooses one of them, and where it is said once more. */
export function withDuplicates(facts: readonly string[], picks: readonly number[]) {
  return picks.reduce<readonly string[]>((all, pick) => {
    const again = facts[pick % facts.length];
    return again ? all.toSpliced(Math.floor(pick / 7) % (all.length + 1), 0, again) : all;
  }, facts);
}

export const after = (world: World, facts: readonly string[]): World => tell(copyOf(world), facts);

const saidOf = ({ status, contradiction }: Operation) => [status, contradiction];
const said = (operation: Operation, outcome: string) =>
  operation.status === outcome || operation.contradiction === outcome;

/** Whether what was said can't all be true; read off the facts, whatever came of them. */
export function isContradictory(world: World): boolean {
  const operations = [...world.operations.values()];
  const succeeded = operations.filter((operation) => said(operation, 'succeeded'));
  const took = succeeded.some(({ kind }) => kind === 'charge' || kind === 'capture');
  const gaveUp = succeeded.some(({ kind }) => kind === 'void');
  return (took && gaveUp) || succeeded.some((operation) => said(operation, 'declined'));
}

/** All that there is, but for when it came about, and in how many versions. */
export function wholeEnd(world: World) {
  const { version, updatedAt, ...payment } = onlyPayment(world);
  const operations = [...world.operations.values()].map(({ closedAt, ...operation }) => operation);
  const line = ({ operationId, line }: { operationId: string; line: number }) =>
    `${operationId} ${line}`;
  const postings = world.postings
    .map(({ createdAt, ...posting }) => posting)
    .sort((one, other) => line(one).localeCompare(line(other)));
  return { payment, operations, postings };
}

/** What does not depend on the order even where a provider contradicts itself. */
export function soberEnd(world: World) {
  const payment = onlyPayment(world);
  const facts = [...namesOf(world)].map(([name, operation]) => {
    const { reference, failure, suspense } = operation;
    return { name, said: saidOf(operation).sort(), reference, failure, suspense };
  });
  const { discrepancy, openOperation } = payment;
  return { discrepancy, openOperation, balances: balancesOf(world, payment), facts };
}

const picks = fc.array(fc.nat(9_999), { maxLength: 4 });

/** Every order of the facts, each with other duplicates, ends as the first order does. */
export function holdsInEveryOrder(
  facts: readonly string[],
  world: World,
  endOf: (end: World) => object,
): void {
  const orders = ordersOf(facts);
  const expected = endOf(after(world, facts));
  const property = fc.property(
    fc.array(picks, { minLength: orders.length, maxLength: orders.length }),
    (duplicates) => {
      for (const [index, order] of orders.entries()) {
        const told = withDuplicates(order, duplicates[index] ?? []);
        expect(endOf(after(world, told)), told.join(', ')).toStrictEqual(expected);
      }
    },
  );
  fc.assert(property, { numRuns: 5 });
}

const sayings = fc.constantFrom('succeeded', 'declined', 'requires_action', 'unknown');

/** One of the worlds, any facts about it in two orders, and what of the second is said twice. */
export const factsInTwoOrders = (starts: readonly World[]) =>
  fc.constantFrom(...starts).chain((world) => {
    const said = fc.uniqueArray(fc.tuple(fc.constantFrom(...namesOf(world).keys()), sayings), {
      selector: (fact) => fact.join(' '),
      minLength: 2,
      maxLength: 6,
    });
    return said.chain((all) => {
      const inAnOrder = fc.shuffledSubarray(
        all.map((fact) => fact.join(' ')),
        { minLength: all.length },
      );
      return fc.tuple(fc.constant(world), inAnOrder, inAnOrder, picks);
    });
  });
