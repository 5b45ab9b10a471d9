/** Comparing what must be with what is stored, and showing both as an operator reads them. */
import { type Currency, formatAmount, isCurrency } from '../money.ts';
import { formatTime } from '../time.ts';
import type { Difference } from './story.ts';

/** Each of the fields `names` in which two objects differ. `what` names the object. */
export function compare<T extends object>(
  what: string,
  expected: T,
  found: T,
  names: readonly (keyof T & string)[],
  currency: Currency,
): readonly Difference[] {
  return names
    .filter((name) => !isSame(expected[name], found[name]))
    .map((name) => ({
      what: `${what}, ${columnOf(name)}`,
      expected: shown(name, expected[name], currency),
      found: shown(name, found[name], currency),
    }));
}

/** Objects as JSON says, the order of their keys included: it is the caller's, and stays. */
function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  const areObjects = typeof one === 'object' && typeof other === 'object';
  return areObjects && one !== null && other !== null && asJson(one) === asJson(other);
}

const asJson = (value: unknown): string => JSON.stringify(value);

const columnOf = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function shown(name: string, value: unknown, currency: Currency): string {
  if (value === null || value === undefined) return 'none';
  if (typeof value === 'bigint') return shownAmount(value, currency);
  if (typeof value === 'number' && name.endsWith('At')) return shownTime(value);
  return typeof value === 'object' ? asJson(value) : String(value);
}

/** A decimal string; minor units where the currency is none that there is. */
export function shownAmount(amount: bigint, currency: Currency): string {
  return isCurrency(currency) ? formatAmount(amount, currency) : String(amount);
}

function shownTime(ms: number): string {
  return Number.isNaN(ms) ? 'no time' : formatTime(ms);
}
