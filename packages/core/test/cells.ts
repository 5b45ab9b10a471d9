/** Tables of expected cells, written out as text. */

/** A row per line; columns are apart by two spaces or more. What follows a `#` is a remark. */
export function rowsOf(table: string): readonly (readonly string[])[] {
  const lines = table.split('\n').map((line) => line.replace(/#.*/, '').trim());
  return lines.filter((line) => line !== '').map((line) => line.split(/ {2,}/));
}

/** All ways to take one of each, in order, apart by a space. */
export function product(...sets: readonly (readonly string[])[]): readonly string[] {
  return sets.reduce<readonly string[]>(
    (cells, set) => cells.flatMap((cell) => set.map((one) => (cell ? `${cell} ${one}` : one))),
    [''],
  );
}
