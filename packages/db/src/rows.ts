/** Rows and objects: one mapping, read off the schema. A row is what PostgreSQL's JSON says of it. */
import { getTableColumns, getTableName, type InferSelectModel } from 'drizzle-orm';
import { getTableConfig, type PgColumn, type PgTable } from 'drizzle-orm/pg-core';
import type { ISql } from 'postgres';
import type { Xid } from './columns.ts';

export type Row = Readonly<Record<string, unknown>>;

type Columns = readonly (readonly [property: string, PgColumn])[];
const columns = new WeakMap<PgTable, Columns>();

/** The object that a row is. Which transaction wrote it is no part of it: the database fills that in. */
export type ObjectOf<T extends PgTable> = {
  [P in keyof InferSelectModel<T> as InferSelectModel<T>[P] extends Xid
    ? never
    : P]: InferSelectModel<T>[P];
};

/** Made once a table: every row that is read or written asks for them. */
function columnsOf(table: PgTable): Columns {
  const made =
    columns.get(table) ??
    Object.entries(getTableColumns(table)).filter(([, column]) => column.getSQLType() !== 'xid8');
  columns.set(table, made);
  return made;
}

const blanks = new WeakMap<PgTable, Record<string, unknown>>();

/** To begin an object with: one that gets so many names one by one is a slower one ever after. */
function blankOf(table: PgTable): Record<string, unknown> {
  const made =
    blanks.get(table) ?? Object.fromEntries(columnsOf(table).map(([property]) => [property, null]));
  blanks.set(table, made);
  return made;
}

/** The object of a row as the driver gave it, or of one that is in an event. */
export function fromRow<T extends PgTable>(table: T, row: Row): ObjectOf<T> {
  const object = { ...blankOf(table) };
  for (const [property, column] of columnsOf(table)) {
    const value = row[column.name] ?? null;
    object[property] = value === null ? null : column.mapFromDriverValue(value);
  }
  return object as ObjectOf<T>;
}

/** The object of a row of which the driver gave the values alone, in the order of `columnsIn`. */
export function fromValues<T extends PgTable>(table: T, values: readonly unknown[]): ObjectOf<T> {
  const object = { ...blankOf(table) };
  for (const [index, [property, column]] of columnsOf(table).entries()) {
    const value = values[index] ?? null;
    object[property] = value === null ? null : column.mapFromDriverValue(value);
  }
  return object as ObjectOf<T>;
}

/**
 * The table's columns, for a select list. Never `*`: a column that a newer version adds would change
 * the result of a prepared statement, which PostgreSQL then refuses on every open connection.
 */
export function columnsIn(table: PgTable, alias: string): string {
  return columnsOf(table)
    .map(([, column]) => `${alias}.${quoted(column)}`)
    .join(', ');
}

/** A statement that takes any number of objects, as one parameter. */
export interface Statement<T> {
  /** It writes all of them or throws; else it gives back the primary keys of those it wrote. */
  readonly writesAll: boolean;
  /** @param parameter such as `$1` */
  text(parameter: string): string;
  parameter(objects: readonly T[]): string;
}

/** @returns the primary keys of what was written */
export async function run<T>(
  sql: ISql,
  statement: Statement<T>,
  objects: readonly T[],
): Promise<readonly Row[]> {
  if (objects.length === 0) return [];
  const parameters = [statement.parameter(objects)];
  return sql.unsafe<Row[]>(statement.text('$1'), parameters, { prepare: true });
}

/**
 * Inserts any number of objects, in the order they come in. One that is there already, by whichever
 * constraint, is left out; the primary keys of the others come back.
 */
export function insertStatement<T extends PgTable>(table: T): Statement<ObjectOf<T>> {
  const { text, parameter } = appendStatement(table);
  const returning = primaryKeyOf(table).map(quoted).join(', ');
  return {
    writesAll: false,
    text: (given) => `${text(given)} on conflict do nothing returning ${returning}`,
    parameter,
  };
}

/** A table's objects; where a JSON column holds a whole row of another table, that table's object. */
type Appended<T extends PgTable, Inner extends Readonly<Record<string, PgTable>>> = Omit<
  ObjectOf<T>,
  keyof Inner
> & { readonly [P in keyof Inner]: ObjectOf<Inner[P]> };

/**
 * Inserts any number of objects, none of which is there already: where one is, it throws.
 * @param inner the tables of JSON columns that hold a whole row, by property
 */
export function appendStatement<
  T extends PgTable,
  Inner extends Readonly<Record<string, PgTable>> = Record<never, PgTable>,
>(table: T, inner?: Inner): Statement<Appended<T, Inner>> {
  const columns = columnsOf(table);
  const names = columns.map(([, column]) => quoted(column)).join(', ');
  const { recordset, parameter } = parameterOf(columns, inner);
  return {
    writesAll: true,
    text: (given) => `insert into "${getTableName(table)}" (${names})
    select * from ${recordset(given)}`,
    parameter,
  };
}

/** Sets the columns `changing` of any number of objects, each found by its primary key, once each. */
export function updateStatement<T extends PgTable>(
  table: T,
  changing: readonly PgColumn[],
): Statement<Partial<ObjectOf<T>>> {
  const key = primaryKeyOf(table);
  // By name: a key's columns are objects of their own.
  const taken = new Set([...key, ...changing].map(({ name }) => name));
  const columns = columnsOf(table).filter(([, { name }]) => taken.has(name));
  const { recordset, parameter } = parameterOf(columns);
  const set = changing.map(quoted).map((column) => `${column} = r.${column}`);
  const isIt = key.map(quoted).map((column) => `t.${column} = r.${column}`);
  const returning = key.map((column) => `t.${quoted(column)}`).join(', ');
  return {
    writesAll: false,
    text: (given) => `update "${getTableName(table)}" t set ${set.join(', ')}
    from ${recordset(given)}
    where ${isIt.join(' and ')} returning ${returning}`,
    parameter,
  };
}

/**
 * JSON objects whose names are as short as can be, without what is null: reading JSON is a quarter of
 * what a batch costs PostgreSQL, and every letter of it counts. Unlike arrays, JSON can hold a NUL and
 * half a character, which are then refused and never stored as something else.
 */
function parameterOf(columns: Columns, inner: Readonly<Record<string, PgTable>> = {}) {
  const named = columns.map(([, column], index) => [column, index.toString(36)] as const);
  const types = named.map(([column, name]) => `"${name}" ${column.getSQLType()}`);
  const names = named.map(([column]) => quoted(column));
  const shorts = named.map(([, name]) => `"${name}"`);
  const recordset = (given: string) => `(select ${shorts.join(', ')}
      from json_to_recordset(${given}::json) as j(${types.join(', ')})) as r(${names.join(', ')})`;
  const write = objectWriter(
    columns.map(([property, column], index) => {
      const table = inner[property];
      const value = table ? rowWriter(table) : valueWriter(column);
      return { property, name: index.toString(36), value };
    }),
    '',
  );
  return { recordset, parameter: (objects: readonly Row[]) => `[${objects.map(write).join()}]` };
}

/** The whole row, keyed by column name, as JSON has it. */
function rowWriter(table: PgTable): (object: Row) => string {
  const members = columnsOf(table).map(([property, column]) => ({
    property,
    name: column.name,
    value: valueWriter(column),
  }));
  return objectWriter(members, 'null');
}

interface Member {
  readonly property: string;
  readonly name: string;
  readonly value: (value: never) => string;
}

/**
 * Writes JSON itself: for `JSON.stringify` all rows would have to be made once more.
 * @param nulls how a member is written that is null; left out where it is empty
 */
function objectWriter(members: readonly Member[], nulls: '' | 'null'): (object: Row) => string {
  const prepared = members.map(
    ({ property, name, value }) => [property, `,${JSON.stringify(name)}:`, value] as const,
  );
  return (object) => {
    let text = '';
    for (const [property, name, written] of prepared) {
      const value = object[property] ?? null;
      if (value !== null) text += name + written(value as never);
      else if (nulls !== '') text += name + nulls;
    }
    return `{${text.slice(1)}}`;
  };
}

/** Numbers, times and booleans as we write them have nothing in them that JSON would escape. */
const isPlain = /^(bigint|integer|smallint|boolean|timestamp)/;

function valueWriter(column: PgColumn): (value: unknown) => string {
  if (!isPlain.test(column.getSQLType())) {
    return (value) => JSON.stringify(column.mapToDriverValue(value));
  }
  return (value) => {
    const driven = column.mapToDriverValue(value);
    return typeof driven === 'string' ? `"${driven}"` : String(driven);
  };
}

const quoted = ({ name }: PgColumn): string => `"${name}"`;

function primaryKeyOf(table: PgTable): readonly PgColumn[] {
  const [key] = getTableConfig(table).primaryKeys;
  if (!key) throw new Error(`${getTableName(table)} has no primary key of several columns`);
  return key.columns;
}
