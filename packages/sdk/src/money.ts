/** Amounts to calculate with, exactly: whole minor units, and never a float. */
import { type Currency, decimalsOf, formatAmount, parseDecimal } from '@florin/core';
import {
  add,
  allocate,
  compare,
  type Dinero,
  dinero,
  multiply,
  subtract,
  toSnapshot,
} from 'dinero.js/bigint';

/**
 * An amount in a currency. It does not change: each operation gives a new one. `amount` and
 * `currency` are as calls take them, so that it can be spread into one:
 *
 * ```ts
 * const total = money('19.90', 'EUR').multiply(3).add(money('4.90', 'EUR'));
 * await florin.payments.create({ orderId: 'order-42', ...total });
 * ```
 */
export class Money<C extends Currency = Currency> {
  /** A decimal string with exactly the currency's decimals, such as `"150.00"`. */
  readonly amount: string;
  readonly currency: C;
  readonly #value: Dinero<bigint>;

  private constructor(value: Dinero<bigint>, currency: C) {
    this.#value = value;
    this.currency = currency;
    this.amount = formatAmount(toSnapshot(value).amount, currency);
  }

  /** @internal */
  static of<C extends Currency>(minorUnits: bigint, currency: C): Money<C> {
    const unit = { code: currency, base: 10n, exponent: BigInt(decimalsOf(currency)) };
    return new Money(dinero({ amount: minorUnits, currency: unit }), currency);
  }

  /** @throws TypeError where the currencies differ */
  add(other: Money<C>): Money<C> {
    return new Money(add(this.#value, this.#same(other)), this.currency);
  }

  /** @throws TypeError where the currencies differ */
  subtract(other: Money<C>): Money<C> {
    return new Money(subtract(this.#value, this.#same(other)), this.currency);
  }

  /**
   * So many times as much.
   * @throws RangeError where `times` is no whole number
   */
  multiply(times: number | bigint): Money<C> {
    return new Money(multiply(this.#value, BigInt(times)), this.currency);
  }

  /**
   * Parts in the given proportions, which add up to the whole: what can't be divided goes to the first.
   *
   * ```ts
   * money('100.00', 'USD').allocate([1, 1, 1]).map(({ amount }) => amount); // 33.34, 33.33, 33.33
   * ```
   * @param ratios whole numbers, not below zero and not all zero
   * @throws RangeError where they are not
   */
  allocate(ratios: readonly (number | bigint)[]): readonly Money<C>[] {
    const whole = ratios.map((ratio) => BigInt(ratio));
    if (whole.some((ratio) => ratio < 0n) || !whole.some((ratio) => ratio > 0n)) {
      throw new RangeError('Ratios must not be below zero, and one of them must be more.');
    }
    return allocate(this.#value, whole).map((part) => new Money(part, this.currency));
  }

  /**
   * Below zero where this is less than the other, zero where they are equal, above where it is more;
   * so that it sorts.
   * @throws TypeError where the currencies differ
   */
  compare(other: Money<C>): -1 | 0 | 1 {
    return compare(this.#value, this.#same(other)) as -1 | 0 | 1;
  }

  /**
   * For people: `money('1234.50', 'EUR').format('de-DE')` is `1.234,50 €`.
   * @param locale a BCP 47 language tag; by default the platform's
   */
  format(locale?: string): string {
    const digits = decimalsOf(this.currency);
    const format = new Intl.NumberFormat(locale, {
      style: 'currency',
      currency: this.currency,
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    // As a string: it is formatted digit by digit, however long it is.
    return format.format(this.amount as `${number}`);
  }

  #same(other: Money): Dinero<bigint> {
    if (other.currency === this.currency) return other.#value;
    throw new TypeError(
      `${this.currency} and ${other.currency} cannot be mixed. Convert one first.`,
    );
  }
}

/**
 * An amount in a currency, from a decimal string: `money("150.00", "USD")`, `money("150", "JPY")`.
 * It may have fewer decimals than the currency, be zero, or below.
 * @throws RangeError where it is no such string, or has more decimals than the currency
 */
export function money<C extends Currency>(amount: string, currency: C): Money<C> {
  const isBelow = amount.startsWith('-');
  const parsed = parseDecimal(isBelow ? amount.slice(1) : amount, currency);
  if (!parsed.ok) throw new RangeError(`The amount ${parsed.problem}.`);
  return Money.of(isBelow ? -parsed.amount : parsed.amount, currency);
}
