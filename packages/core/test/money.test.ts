import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  amountOfJsonNumber,
  type Currency,
  currencies,
  decimalsOf,
  formatAmount,
  isCurrency,
  parseAmount,
} from '../src/index.ts';

const numeric = 'must be a decimal number such as "150.00", without sign or exponent';
const tooBig = 'must be below 10^12';
const notPositive = 'must be more than zero';
const tooFine = (decimals: number, currency: Currency) =>
  `must have at most ${decimals} decimals in ${currency}`;

describe('an amount that is taken', () => {
  // text, currency, minor units, the text that goes out
  const rows: readonly (readonly [string, Currency, bigint, string])[] = [
    ['150.00', 'USD', 15_000n, '150.00'],
    ['150.0', 'USD', 15_000n, '150.00'],
    ['150', 'USD', 15_000n, '150.00'],
    ['0.01', 'USD', 1n, '0.01'],
    ['0.1', 'USD', 10n, '0.10'],
    ['1.05', 'USD', 105n, '1.05'],
    ['0.99', 'USD', 99n, '0.99'],
    ['999999999999.99', 'USD', 99_999_999_999_999n, '999999999999.99'],
    ['150', 'JPY', 150n, '150'],
    ['1', 'JPY', 1n, '1'],
    ['999999999999', 'JPY', 999_999_999_999n, '999999999999'],
    ['150.000', 'KWD', 150_000n, '150.000'],
    ['0.001', 'KWD', 1n, '0.001'],
    ['1.5', 'KWD', 1_500n, '1.500'],
    ['0.0001', 'CLF', 1n, '0.0001'],
    ['12.3456', 'CLF', 123_456n, '12.3456'],
    ['999999999999.9999', 'CLF', 9_999_999_999_999_999n, '999999999999.9999'],
    ['0.20', 'MGA', 20n, '0.20'],
    ['0.01', 'MRU', 1n, '0.01'],
    ['10.5', 'XCG', 1_050n, '10.50'],
    ['1000.50', 'HUF', 100_050n, '1000.50'],
  ];
  test.each(rows)('%s %s', (text, currency, amount, out) => {
    expect(parseAmount(text, currency)).toStrictEqual({ ok: true, amount });
    expect(formatAmount(amount, currency)).toBe(out);
  });
});

describe('an amount that is refused', () => {
  const rows: readonly (readonly [string, Currency, string])[] = [
    ['0', 'USD', notPositive],
    ['0.00', 'USD', notPositive],
    ['0', 'JPY', notPositive],
    ['-1', 'USD', numeric],
    ['-0.01', 'USD', numeric],
    ['+1', 'USD', numeric],
    ['1e2', 'USD', numeric],
    ['1E2', 'USD', numeric],
    ['1.5e3', 'USD', numeric],
    ['0x10', 'USD', numeric],
    ['1_000', 'USD', numeric],
    ['01', 'USD', numeric],
    ['00', 'USD', numeric],
    ['00.50', 'USD', numeric],
    ['007.00', 'USD', numeric],
    ['.5', 'USD', numeric],
    ['5.', 'USD', numeric],
    ['.', 'USD', numeric],
    ['1.2.3', 'USD', numeric],
    ['1,000.00', 'USD', numeric],
    ['150,00', 'USD', numeric],
    ['', 'USD', numeric],
    ['abc', 'USD', numeric],
    ['150.00abc', 'USD', numeric],
    ['150.00 USD', 'USD', numeric],
    ['$150.00', 'USD', numeric],
    ['NaN', 'USD', numeric],
    ['Infinity', 'USD', numeric],
    [' ', 'USD', numeric],
    [' 150.00', 'USD', numeric],
    ['150.00 ', 'USD', numeric],
    ['15 0', 'USD', numeric],
    ['150.00\n', 'USD', numeric],
    ['150\n', 'JPY', numeric],
    ['\n150.00', 'USD', numeric],
    ['150.00\n150.00', 'USD', numeric],
    ['150.00\r', 'USD', numeric],
    ['150.00\u0000', 'USD', numeric],
    ['\u0661\u0662\u0663', 'USD', numeric], // Arabic-Indic digits
    ['\uff11\uff15\uff10', 'USD', numeric], // full-width digits
    ['1\u200b50', 'USD', numeric], // a zero-width space
    ['\u2212150', 'USD', numeric], // a minus sign that isn't a hyphen
    ['150.001', 'USD', tooFine(2, 'USD')],
    ['150.000', 'USD', tooFine(2, 'USD')],
    ['150.00', 'JPY', tooFine(0, 'JPY')],
    ['150.0', 'JPY', tooFine(0, 'JPY')],
    ['1.0001', 'KWD', tooFine(3, 'KWD')],
    ['1.00001', 'CLF', tooFine(4, 'CLF')],
    ['1.001', 'MGA', tooFine(2, 'MGA')],
    ['1.001', 'MRU', tooFine(2, 'MRU')],
    ['1.001', 'XCG', tooFine(2, 'XCG')],
    ['1.001', 'HUF', tooFine(2, 'HUF')],
    ['1000000000000', 'USD', tooBig],
    ['1000000000000', 'JPY', tooBig],
    ['1000000000000.00', 'USD', tooBig],
    ['9'.repeat(400), 'USD', tooBig],
  ];
  test.each(rows)('%j %s', (text, currency, problem) => {
    expect(parseAmount(text, currency)).toStrictEqual({ ok: false, problem });
  });
});

describe('a JSON number, by its source text', () => {
  const rows: readonly (readonly [string, Currency, bigint | null])[] = [
    ['150', 'USD', 15_000n],
    ['150.00', 'USD', 15_000n],
    ['150.000000', 'USD', 15_000n],
    ['150.10', 'USD', 15_010n],
    ['150.010', 'USD', 15_001n],
    ['100', 'USD', 10_000n],
    ['1000', 'JPY', 1_000n],
    ['150.00', 'JPY', 150n],
    ['10.0', 'JPY', 10n],
    ['0.10', 'USD', 10n],
    ['150.001', 'USD', null],
    ['150.5', 'JPY', null],
    ['0', 'USD', null],
    ['0.00', 'USD', null],
    ['-150.00', 'USD', null],
    ['1e2', 'USD', null],
    ['1.50e2', 'USD', null],
    ['1.0E0', 'USD', null],
    ['1000000000000.0', 'USD', null],
  ];
  test.each(rows)('%s %s', (source, currency, amount) => {
    const parsed = parseAmount(amountOfJsonNumber(source), currency);
    expect(parsed.ok ? parsed.amount : null).toBe(amount);
  });

  test.each([
    ['150.00', '150'],
    ['150.10', '150.1'],
    ['0.00', '0'],
    ['100', '100'],
    ['-1.00', '-1.00'],
    ['1.00e2', '1.00e2'],
  ])('the text of %s is %s', (source, text) => {
    expect(amountOfJsonNumber(source)).toBe(text);
  });
});

describe('every currency', () => {
  test.each(currencies)('%s: format, then parse, is the same amount', (currency) => {
    const limit = 10n ** BigInt(12 + decimalsOf(currency)) - 1n;
    const amounts = fc.oneof(fc.bigInt(1n, limit), fc.bigInt(1n, 20_000n));
    const roundTrip = fc.property(amounts, (amount) => {
      const text = formatAmount(amount, currency);
      expect(text.split('.')[1]?.length ?? 0).toBe(decimalsOf(currency));
      expect(parseAmount(text, currency)).toStrictEqual({ ok: true, amount });
    });
    fc.assert(roundTrip, { numRuns: 50, examples: [[1n], [limit]] });
  });

  // From ISO 4217's list one; all that isn't named here has two.
  const zero = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ');
  const three = 'BHD IQD JOD KWD LYD OMR TND'.split(' ');
  const four = 'CLF UYW'.split(' ');
  test.each(currencies)('%s has the decimals of ISO 4217', (currency) => {
    const listed: readonly (readonly [number, readonly string[]])[] = [
      [0, zero],
      [3, three],
      [4, four],
    ];
    const expected = listed.find(([, codes]) => codes.includes(currency))?.[0] ?? 2;
    expect(decimalsOf(currency)).toBe(expected);
  });

  test('each is listed once, in alphabetical order', () => {
    expect(currencies).toStrictEqual([...new Set(currencies)].sort());
    expect(currencies.length).toBeGreaterThan(150);
  });

  test.each([...zero, ...three, ...four, 'USD', 'EUR', 'GBP', 'CHF', 'HUF', 'XCG', 'MGA', 'MRU'])(
    '%s is one',
    (code) => {
      expect(isCurrency(code)).toBe(true);
      expect(currencies).toContain(code);
    },
  );

  test.each(['usd', 'Usd', 'USD ', ' USD', 'US', 'USDD', '', 'XXX', 'XAU', 'DEM', 'BTC', '840'])(
    '%j is none',
    (code) => {
      expect(isCurrency(code)).toBe(false);
    },
  );

  test.each(['toString', '__proto__', 'constructor', 'default'])('%j is none either', (code) => {
    expect(isCurrency(code)).toBe(false);
  });

  test('the decimals of none are a bug, not a guess', () => {
    expect(() => decimalsOf('usd' as Currency)).toThrow(RangeError);
  });
});
