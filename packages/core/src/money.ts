/**
 * Money is a whole number of minor units (`bigint`) and an ISO 4217 currency. On the wire it is a
 * decimal string with exactly the currency's decimals. Nothing is ever rounded, no float is touched.
 */
import { type Currency, decimalsByCurrency } from './currencies.ts';
import { limits } from './limits.ts';

export type { Currency } from './currencies.ts';

/** Every currency code of ISO 4217 that Florin takes, in alphabetical order. */
export const currencies = [...decimalsByCurrency.keys()].sort() as readonly Currency[];

export function isCurrency(text: string): text is Currency {
  return decimalsByCurrency.has(text);
}

/** How many decimals the currency has: 2 for USD, 0 for JPY, 3 for KWD, 4 for CLF. */
export function decimalsOf(currency: Currency): number {
  const decimals = decimalsByCurrency.get(currency);
  if (decimals === undefined) throw new RangeError(`Not an ISO 4217 currency: ${currency}`);
  return decimals;
}

export type ParsedAmount =
  | { readonly ok: true; readonly amount: bigint }
  | { readonly ok: false; readonly problem: string };

/** Minor units of a positive decimal string such as `"150.00"`; at most the currency's decimals. */
export function parseAmount(text: string, currency: Currency): ParsedAmount {
  const parsed = parseDecimal(text, currency);
  if (parsed.ok && parsed.amount === 0n) return { ok: false, problem: 'must be more than zero' };
  return parsed;
}

/** As `parseAmount`, but zero is one too. */
export function parseDecimal(text: string, currency: Currency): ParsedAmount {
  const match = /^(0|[1-9][0-9]*)(?:\.([0-9]+))?$/.exec(text);
  if (!match) {
    return {
      ok: false,
      problem: 'must be a decimal number such as "150.00", without sign or exponent',
    };
  }
  const [, whole = '', fraction = ''] = match;
  const decimals = decimalsOf(currency);
  if (whole.length > limits.amountIntegerDigits) {
    return { ok: false, problem: `must be below 10^${limits.amountIntegerDigits}` };
  }
  if (fraction.length > decimals) {
    return { ok: false, problem: `must have at most ${decimals} decimals in ${currency}` };
  }
  return { ok: true, amount: BigInt(whole + fraction.padEnd(decimals, '0')) };
}

/** The decimal string of `amount` minor units: `15000n` in USD is `"150.00"`, `-5n` is `"-0.05"`. */
export function formatAmount(amount: bigint, currency: Currency): string {
  if (amount < 0n) return `-${formatAmount(-amount, currency)}`;
  const decimals = decimalsOf(currency);
  if (decimals === 0) return amount.toString();
  const digits = amount.toString().padStart(decimals + 1, '0');
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/**
 * A JSON number's source text as an amount's text. Zeros that end its fraction say nothing and go
 * (`150.00` is `150`, fit for JPY too); all else stays as it was written and is judged as it stands.
 */
export function amountOfJsonNumber(source: string): string {
  return /^[0-9]+\.[0-9]+$/.test(source) ? source.replace(/\.?0+$/, '') : source;
}
