/** Choices that are the same in every run with one seed. */

export interface Random {
  /** A whole number from 0, below `bound`. */
  below(bound: number): number;
  oneOf<T>(items: readonly [T, ...T[]]): T;
}

/** @param names what the choices are for: each has its own, whatever else is run */
export function createRandom(seed: number, ...names: readonly (string | number)[]): Random {
  let state = [...names.join('/')].reduce(
    (hash, letter) => Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193),
    seed ^ 0x811c9dc5,
  );
  /** mulberry32 */
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (bound: number): number => next() % bound;
  return { below, oneOf: (items) => items[below(items.length)] ?? items[0] };
}
