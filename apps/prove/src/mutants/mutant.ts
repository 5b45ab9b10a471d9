/**
 * The words of this proof.
 *
 *   mutant      Florin with one thing broken on purpose: a piece of source replaced, or a statement
 *               run on the database that tests copy
 *   caught      a test of its package fails
 *   survivor    a mutant that no test catches: the tests would not see that rule go
 *   equivalent  a mutant that nobody could tell from Florin (`equivalents.ts`, each with its reason)
 *   control     what looks like a mutant and breaks nothing: it must survive, or catching proves nothing
 */

/** What is broken, and where, for people. */
interface Broken {
  /** The sort of breakage, such as `condition`. */
  readonly sort: string;
  /** File and line, or table and name. */
  readonly where: string;
  /** The line of code, with what is replaced in «», or the constraint's definition. */
  readonly context: string;
  readonly before: string;
  readonly after: string;
}

/** A file of `packages/core/src` with one piece of it replaced. */
export interface SourceMutant extends Broken {
  readonly kind: 'source';
  /** Its path. */
  readonly file: string;
  /** The whole text, with the change. */
  readonly text: string;
}

/** A database on which a statement was run after the migrations. */
export interface SchemaMutant extends Broken {
  readonly kind: 'schema';
  readonly statement: string;
}

export type Mutant = SourceMutant | SchemaMutant;

/** How a mutant is told from all others, wherever its line moves to. */
export function nameOf({ where, context, before, after }: Mutant): string {
  return `${where.replace(/:\d+$/, '')} | ${context} | ${before} -> ${after}`;
}

export interface Verdict {
  readonly mutant: Mutant;
  /** The first test that failed, `file > name`; null where none did. */
  readonly caughtBy: string | null;
  readonly seconds: number;
}
