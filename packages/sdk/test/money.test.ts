/** Calculating with amounts: exact, in one currency. */
import { currencies, decimalsOf } from '@florin/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Currency, type Money, money } from '../src/index.ts';

const amounts = (all: readonly Money[]) => all.map(({ amount }) => amount);
const sum = (all: readonly Money[]) => all.reduce((total, one) => total.add(one));

describe('money', () => {
  test.each<readonly [string, Currency, string]>([
    ['150.00', 'USD', '150.00'],
    ['150', 'USD', '150.00'],
    ['150', 'JPY', '150'],
    ['0.5', 'KWD', '0.500'],
    ['0', 'USD', '0.00'],
    ['-0', 'USD', '0.00'],
    ['-1.5', 'EUR', '-1.50'],
    ['999999999999.99', 'USD', '999999999999.99'],
  ])('%s %s is %s', (text, currency, amount) => {
    expect({ ...money(text, currency) }).toEqual({ amount, currency });
  });

  test.each<readonly [string, Currency]>([
    ['1.005', 'USD'],
    ['150.00', 'JPY'],
    ['1e3', 'USD'],
    ['1,50', 'EUR'],
    ['', 'USD'],
    ['--1', 'USD'],
    ['+1', 'USD'],
    ['01', 'USD'],
    ['1000000000000', 'USD'],
  ])('%s %s is none', (text, currency) => {
    expect(() => money(text, currency)).toThrow(RangeError);
  });
});

test('is written as it is sent', () => {
  expect(JSON.stringify(money('1.5', 'EUR'))).toBe('{"amount":"1.50","currency":"EUR"}');
});

test('add, subtract, multiply', () => {
  const price = money('0.10', 'USD');
  expect(price.add(money('0.20', 'USD')).amount).toBe('0.30');
  expect(price.subtract(money('0.20', 'USD')).amount).toBe('-0.10');
  expect(price.multiply(3).amount).toBe('0.30');
  expect(price.multiply(10n ** 15n).amount).toBe('100000000000000.00');
  expect(() => price.multiply(1.5)).toThrow(RangeError);
});

test('compare sorts', () => {
  const sorted = ['10.00', '9.99', '-1.00'].map((one) => money(one, 'USD'));
  expect(amounts(sorted.toSorted((one, other) => one.compare(other)))).toEqual([
    '-1.00',
    '9.99',
    '10.00',
  ]);
  expect(money('1', 'USD').compare(money('1.00', 'USD'))).toBe(0);
});

describe('allocate', () => {
  test.each<readonly [string, Currency, readonly number[], readonly string[]]>([
    ['100.00', 'USD', [1, 1, 1], ['33.34', '33.33', '33.33']],
    ['0.05', 'USD', [1, 1], ['0.03', '0.02']],
    ['100', 'JPY', [70, 30], ['70', '30']],
    ['0.01', 'USD', [0, 1], ['0.00', '0.01']],
    ['-100.00', 'USD', [1, 1, 1], ['-33.34', '-33.33', '-33.33']],
  ])('%s %s in %j', (amount, currency, ratios, parts) => {
    expect(amounts(money(amount, currency).allocate(ratios))).toEqual(parts);
  });

  test('adds up to the whole, in every currency', () => {
    const ratios = fc
      .array(fc.nat(1_000), { minLength: 1, maxLength: 20 })
      .filter((some) => some.some((ratio) => ratio > 0));
    const minor = fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n });
    fc.assert(
      fc.property(minor, fc.constantFrom(...currencies), ratios, (units, currency, parts) => {
        const one = money(
          decimalsOf(currency) ? `0.${'1'.padStart(decimalsOf(currency), '0')}` : '1',
          currency,
        );
        const whole = one.multiply(units);
        const allocated = whole.allocate(parts);
        expect(sum(allocated).amount).toBe(whole.amount);
        expect(allocated).toHaveLength(parts.length);
        for (const [at, part] of allocated.entries()) {
          if (parts[at] === 0) expect(part.compare(one.multiply(0))).toBe(0);
        }
      }),
    );
  });

  test.each([[[]], [[0]], [[0, 0]], [[-1, 2]], [[0.5, 0.5]]])('not in %j', (ratios) => {
    expect(() => money('1.00', 'USD').allocate(ratios)).toThrow(RangeError);
  });
});

test.each<readonly [string, Currency, string, string]>([
  ['1234.50', 'USD', 'en-US', '$1,234.50'],
  ['1234.50', 'EUR', 'de-DE', '1.234,50\u00a0€'],
  ['1234', 'JPY', 'ja-JP', '￥1,234'],
  ['999999999999.99', 'USD', 'en-US', '$999,999,999,999.99'],
  ['12.00', 'HUF', 'en-US', 'HUF\u00a012.00'],
])('%s %s for %s is %s', (amount, currency, locale, shown) => {
  expect(money(amount, currency).format(locale)).toBe(shown);
});
