/** The packages whose tests must catch the mutants, and the files of those tests. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const packages = join(import.meta.dirname, '../../../../packages');
export const coreRoot = join(packages, 'core');
export const databaseRoot = join(packages, 'db');

/** The tests of a package; the thorough ones run where the quick ones all passed. */
export interface Tests {
  readonly quick: readonly string[];
  readonly thorough: readonly string[];
}

/** Properties and histories: a second or more each, where the rows take milliseconds. */
const longOfCore = /^(audit|model|permutations.*|properties|short-histories)\.test\.ts$/;
/** What tries the constraints and the role by raw SQL. */
const quickOfDatabase = /^(constraints.*|roles.*)\.test\.ts$/;

const ownDatabase = /^(embedded.*|migrate)\.test\.ts$/;

const testsIn = (root: string) =>
  readdirSync(join(root, 'test'))
    .filter((name) => name.endsWith('.test.ts'))
    .sort()
    .map((name) => ({ name, path: join(root, 'test', name) }));

export function coreTests(): Tests {
  const tests = testsIn(coreRoot);
  return {
    quick: tests.filter(({ name }) => !longOfCore.test(name)).map(({ path }) => path),
    thorough: tests.filter(({ name }) => longOfCore.test(name)).map(({ path }) => path),
  };
}

/** Without those that have a PostgreSQL of their own, where no mutant of the schema is. */
export function databaseTests(): Tests {
  const tests = testsIn(databaseRoot).filter(({ name }) => !ownDatabase.test(name));
  return {
    quick: tests
      .filter(({ name }) => quickOfDatabase.test(name))
      .sort((one, other) => rank(one.name) - rank(other.name))
      .map(({ path }) => path),
    thorough: tests.filter(({ name }) => !quickOfDatabase.test(name)).map(({ path }) => path),
  };
}

/** Every third mutant of the schema is a right, and one short file catches those. */
const rank = (name: string): number => (name === 'roles-rights.test.ts' ? 0 : 1);
