/** Rows and objects: one mapping, read off the schema. A row is what PostgreSQL's JSON says of it. */
import { getTableColumns, getTableName, type InferSelectModel } from 'drizzle-orm';
import { getTableConfig, type PgColumn, type PgTable } from 'drizzle-orm/pg-core';

export type Row = Readonly<Record<string, unknown>>;

type Columns = readonly (readonly [property: string, PgColumn])[];
const columns = new WeakMap<PgTable, Columns>();

/** Made once a table: every row that is read or written asks for them. */
function columnsOf(table: PgTable): Columns {
  const made = columns.get(table) ?? Object.entries(getTableColumns(table));
  columns.set(table, made);
  return made;
}

/** The row, keyed by column name, that `json_populate_recordset` turns into this table's row. */
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

/**
 * Inserts any number of rows, handed over as one JSON parameter, in the order they come in. One that
 * is there already, by whichever constraint, is left out; the primary keys of the others come back.
 */
export function insertStatement(table: PgTable): string {
  const name = getTableName(table);
  const columns = columnsOf(table).map(([, column]) => quoted(column));
  return `insert into "${name}" (${columns.join(', ')})
    select ${columns.join(', ')} from json_populate_recordset(null::"${name}", $1::json)
    on conflict do nothing returning ${primaryKeyOf(table).map(quoted).join(', ')}`;
}

/** Sets the columns `changing` of any number of rows, each found by its primary key, once each. */
export function updateStatement(table: PgTable, changing: readonly PgColumn[]): string {
  const name = getTableName(table);
  const key = primaryKeyOf(table).map(quoted);
  const set = changing.map(quoted).map((column) => `${column} = r.${column}`);
  return `update "${name}" t set ${set.join(', ')}
    from json_populate_recordset(null::"${name}", $1::json) r
    where ${key.map((column) => `t.${column} = r.${column}`).join(' and ')}
    returning ${key.map((column) => `t.${column}`).join(', ')}`;
}

const quoted = ({ name }: PgColumn): string => `"${name}"`;

function primaryKeyOf(table: PgTable): readonly PgColumn[] {
  const [key] = getTableConfig(table).primaryKeys;
  if (!key) throw new Error(`${getTableName(table)} has no primary key of several columns`);
  return key.columns;
}
