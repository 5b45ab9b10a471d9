/** Rows of tests: what the database refuses by itself, each beside a legal twin that it does not. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../src/testing.ts';
import { attempt, type Statement, seed } from './raw.ts';

export const check = '23514';
export const unique = '23505';
export const foreignKey = '23503';
export const notNull = '23502';

type One = Statement | readonly Statement[];
/** What it is about, the SQLSTATE, what is refused with it, and what is not. */
export type Row = readonly [what: string, code: string, refused: One, legal: One];
export type Rules = Readonly<Record<string, readonly Row[]>>;

export const long = (characters: number) => 'é'.repeat(characters);

const listed = (one: One): readonly Statement[] => (typeof one === 'function' ? [one] : one);

/** A test a row, in a database that has the rows of `seed`. */
export function constraintRows(rules: Rules): void {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await testDatabase();
    for (const statement of seed) await statement(db.owner.sql);
  });
  afterAll(() => db[Symbol.asyncDispose]());

  describe.each(Object.entries(rules))('%s', (_, rows) => {
    it.each(rows)('%s: %s', async (_what, code, refused, legal) => {
      expect(await attempt(db.owner.sql, listed(refused))).toBe(code);
      expect(await attempt(db.owner.sql, listed(legal))).toBe('done');
    });
  });
}
