/**
 * Several statements as one: PostgreSQL and the driver are asked once in place of many times, which
 * is most of what a small batch costs.
 */
import type { ISql } from 'postgres';
import type { Row, Statement } from './rows.ts';

type ObjectOf<S> = S extends Statement<infer T> ? T : never;

/** What each of the statements is given. */
export type Given<Parts> = { readonly [Name in keyof Parts]: readonly ObjectOf<Parts[Name]>[] };

/** By the name of a statement, the primary keys of what it wrote. */
type Written<Parts> = { readonly [Name in keyof Parts]?: readonly Row[] };

/** Not all that was given was written; the transaction is rolled back. */
export class NotAllWritten<Parts> extends Error {
  readonly written: Written<Parts>;

  constructor(written: Written<Parts>) {
    super('Not all rows were written.');
    this.written = written;
  }
}

/**
 * The parts as one statement; those that are given nothing are left out. They run in the order they
 * are named, those that write all or throw behind the others, and none sees what another one writes:
 * no row may be the business of two. Foreign keys are checked at the end.
 * @throws NotAllWritten
 */
export function together<Parts extends Readonly<Record<string, Statement<never>>>>(
  parts: Parts,
): (sql: ISql, given: Given<Parts>) => Promise<void> {
  const texts = new Map<string, string>();
  return async (sql, given) => {
    const used = Object.entries(parts).filter(([name]) => given[name]?.length);
    if (used.length === 0) return;
    const variant = used.map(([name]) => name).join();
    const text = texts.get(variant) ?? textOf(used);
    texts.set(variant, text);
    const objectsOf = (name: string) => (given[name] ?? []) as readonly never[];
    const parameters = [
      ...used.map(([name, part]) => part.parameter(objectsOf(name))),
      ...countedOf(used).map(([name]) => objectsOf(name).length),
    ];
    try {
      await sql.unsafe(text, parameters, { prepare: true });
    } catch (error) {
      const { code, detail } = error as { readonly code?: string; readonly detail?: string };
      if (code !== notAllWritten) throw error;
      throw new NotAllWritten<Parts>(JSON.parse(detail ?? '{}'));
    }
  };
}

/** The SQLSTATE of `florin_refuse_write`. */
const notAllWritten = 'FL001';

type Used = readonly (readonly [name: string, part: Statement<never>])[];

const countedOf = (used: Used): Used => used.filter(([, { writesAll }]) => !writesAll);

function textOf(used: Used): string {
  const writes = used.map(([name, { text, writesAll }], index) => ({
    text: `"${name}" as (${text(`$${index + 1}`)})`,
    writesAll,
  }));
  // What nobody counts is run once all else is done, the last one first.
  const inOrder = [
    ...writes.filter(({ writesAll }) => !writesAll),
    ...writes.filter(({ writesAll }) => writesAll).toReversed(),
  ];
  const counted = countedOf(used).map(([name]) => name);
  const isWhole = counted.map(
    (name, index) => `(select count(*) from "${name}") = $${used.length + index + 1}::int`,
  );
  const written = counted.map(
    (name) => `'${name}', (select coalesce(json_agg(w), '[]') from "${name}" w)`,
  );
  return `with ${inOrder.map(({ text }) => text).join(',\n')}
select case when ${['true', ...isWhole].join('\n  and ')} then null
  else florin_refuse_write(json_build_object(${written.join(',\n  ')})) end`;
}
