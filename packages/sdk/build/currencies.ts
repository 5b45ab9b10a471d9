/** The table of currencies as the package has it: a fifth of its source's size, and types of no library. */
import { currencies, decimalsOf } from '@florin/core';

/** Which module of core is replaced, as source or as declaration. */
export const currenciesModule = /\/core\/src\/currencies(\.d)?\.ts$/;

const byDecimals = Map.groupBy(currencies, decimalsOf);

export const code = `
const table = ${JSON.stringify([...byDecimals].map(([decimals, codes]) => [decimals, codes.join('')]))};
export const decimalsByCurrency = /* @__PURE__ */ new Map(
  /* @__PURE__ */ table.flatMap(([decimals, codes]) =>
    codes.match(/.../g).map((code) => [code, decimals])));
`;

export const declaration = `
/** A currency's code in upper case, as in ISO 4217. */
export type Currency =
${linesOf(
  currencies.map((code) => `'${code}'`),
  12,
)
  .map((line) => `  | ${line.join(' | ')}`)
  .join('\n')};
export declare const decimalsByCurrency: ReadonlyMap<string, number>;
`;

function linesOf<T>(all: readonly T[], length: number): readonly T[][] {
  const lines = Math.ceil(all.length / length);
  return Array.from({ length: lines }, (_, at) => all.slice(at * length, (at + 1) * length));
}
