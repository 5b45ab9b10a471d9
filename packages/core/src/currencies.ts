/** ISO 4217: each currency that Florin takes, and how many decimals it has. */
import * as iso4217 from 'dinero.js/currencies';

/** A currency's code in upper case, as in ISO 4217. */
export type Currency = keyof typeof iso4217;

/**
 * ISO 4217 gives the ariary (MGA) and the ouguiya (MRU) two decimals; the table counts in their
 * fifths, as coins do.
 */
export const decimalsByCurrency: ReadonlyMap<string, number> = new Map(
  Object.values(iso4217).map(({ code, base, exponent }) => [code, base === 10 ? exponent : 2]),
);
