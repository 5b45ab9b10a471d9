/** Rows and objects: one mapping, read off the schema. A row is what PostgreSQL's JSON says of it. */
import { getTableColumns, getTableName, type InferSelectModel } from 'drizzle-orm';
import { getTableConfig, type PgColumn, type PgTable } from 'drizzle-orm/pg-core';
import type { ISql } from 'postgres';

export type Row = Readonly<Record<string, unknown>>;

type Columns = readonly (readonly [property: string, PgColumn])[];
const columns = new WeakMap<PgTable, Columns>();

/** Made once a table: every row that is read or written asks for them. */
function columnsOf(table: PgTable): Columns {
  const made = columns.get(table) ?? Object.entries(getTableColumns(table));
  columns.set(table, made);
  return made;
}

/** The row, keyed by column name, as JSON has it. */
export function toRow<T extends PgTable>(table: T, object: InferSelectModel<T>): Row {
  const row: Record<string, unknown> = {};
  for (const [property, column] of columnsOf(table)) {
    const value = (object as Row)[property] ?? null;
    row[column.name] = value === null ? null : column.mapToDriverValue(value);
  }
  return row;
}

/** The object of a row as the driver gave it, or of one that `toRow` made. */
export function fromRow<T extends PgTable>(table: T, row: Row): InferSelectModel<T> {
  const object: Record<string, unknown> = {};
  for (const [property, column] of columnsOf(table)) {
    const value = row[column.name] ?? null;
    object[property] = value === null ? null : column.mapFromDriverValue(value);
  }
  return object as InferSelectModel<T>;
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

/** A statement that takes any number of objects, as one parameter, and gives back their primary keys. */
export interface Statement<T> {
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
export function insertStatement<T extends PgTable>(table: T): Statement<InferSelectModel<T>> {
  const columns = columnsOf(table);
  const names = columns.map(([, column]) => quoted(column)).join(', ');
  const { recordset, parameter } = parameterOf(columns);
  const returning = primaryKeyOf(table).map(quoted).join(', ');
  return {
    text: (given) => `insert into "${getTableName(table)}" (${names})
    select * from ${recordset(given)}
    on conflict do nothing returning ${returning}`,
    parameter,
  };
}

/** Sets the columns `changing` of any number of objects, each found by its primary key, once each. */
export function updateStatement<T extends PgTable>(
  table: T,
  changing: readonly PgColumn[],
): Statement<Partial<InferSelectModel<T>>> {
  const key = primaryKeyOf(table);
  // By name: a key's columns are objects of their own.
  const taken = new Set([...key, ...changing].map(({ name }) => name));
  const columns = columnsOf(table).filter(([, { name }]) => taken.has(name));
  const { recordset, parameter } = parameterOf(columns);
  const set = changing.map(quoted).map((column) => `${column} = r.${column}`);
  const isIt = key.map(quoted).map((column) => `t.${column} = r.${column}`);
  const returning = key.map((column) => `t.${quoted(column)}`).join(', ');
  return {
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
function parameterOf(columns: Columns) {
  const named = columns.map(
    ([property, column], index) => [property, column, index.toString(36)] as const,
  );
  const types = named.map(([, column, name]) => `"${name}" ${column.getSQLType()}`);
  const names = named.map(([, column]) => quoted(column));
  const shorts = named.map(([, , name]) => `"${name}"`);
  const recordset = (given: string) => `(select ${shorts.join(', ')}
      from json_to_recordset(${given}::json) as j(${types.join(', ')})) as r(${names.join(', ')})`;
  const written = (object: Row): Row => {
    const row: Record<string, unknown> = {};
    for (const [property, column, name] of named) {
      const value = object[property] ?? null;
      if (value !== null) row[name] = column.mapToDriverValue(value);
    }
    return row;
  };
  return {
    recordset,
    parameter: (objects: readonly Row[]): string => JSON.stringify(objects.map(written)),
  };
}

const quoted = ({ name }: PgColumn): string => `"${name}"`;

function primaryKeyOf(table: PgTable): readonly PgColumn[] {
  const [key] = getTableConfig(table).primaryKeys;
  if (!key) throw new Error(`${getTableName(table)} has no primary key of several columns`);
  return key.columns;
}
