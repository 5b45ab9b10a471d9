/**
 * Mutants that nobody could tell from Florin, by their names, and why. A list to keep tiny: a
 * survivor gets a test, or its line becomes simpler. One that a test catches after all, or that is
 * no mutant any more, fails the run.
 */
export const equivalents: Readonly<Record<string, string>> = {
  'suspense.ts | remainingOf | return left« > »0n ? left : 0n; | > -> >=':
    'Where nothing is left, both ways answer nothing: 0.',
};
