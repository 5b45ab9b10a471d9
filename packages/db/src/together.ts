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
 * are named, and none sees what another one writes: no row may be the business of two. Foreign keys
 * are checked at the end.
 * @throws NotAllWritten
 */
export function together<Parts extends Readonly<Record<string, Statement<never>>>>(
  parts: Parts,
): (sql: ISql, given: Given<Parts>) => Promise<void> {
  const texts = new Map<string, string>();
  return async (sql, given) => {
    const names = Object.keys(parts).filter((name) => given[name]?.length);
    if (names.length === 0) return;
    const variant = names.join();
    const text = texts.get(variant) ?? textOf(names.map((name) => [name, parts[name]] as const));
    texts.set(variant, text);
    const parameters = names.flatMap((name) => {
      const objects = (given[name] ?? []) as readonly never[];
      return [parts[name]?.parameter(objects) ?? '', objects.length];
    });
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

function textOf(parts: readonly (readonly [name: string, part: Statement<never> | undefined])[]) {
  const writes: string[] = [];
  const isWhole: string[] = [];
  const written: string[] = [];
  for (const [index, [name, part]] of parts.entries()) {
    writes.push(`"${name}" as (${part?.text(`$${2 * index + 1}`)})`);
    isWhole.push(`(select count(*) from "${name}") = $${2 * index + 2}::int`);
    written.push(`'${name}', (select coalesce(json_agg(w), '[]') from "${name}" w)`);
  }
  return `with ${writes.join(',\n')}
select case when ${isWhole.join('\n  and ')} then null
  else florin_refuse_write(json_build_object(${written.join(',\n  ')})) end`;
}
