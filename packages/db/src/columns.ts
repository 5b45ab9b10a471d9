/** The kinds of columns that the tables are made of, and the checks that recur on them. */
import { formatTime, type Id, type IdKind, idOf, limits, uuidOf } from '@florin/core';
import { type SQL, sql } from 'drizzle-orm';
import { customType, type PgColumn } from 'drizzle-orm/pg-core';

/** A typed id, kept as the UUID that it carries. */
export const id = <K extends IdKind>(kind: K, column: string) =>
  customType<{ data: Id<K>; driverData: string }>({
    dataType: () => 'uuid',
    toDriver: uuidOf,
    fromDriver: (uuid) => idOf(kind, uuid),
  })(column);

/** Money in minor units. */
export const minorUnits = customType<{ data: bigint; driverData: string }>({
  dataType: () => 'bigint',
  toDriver: String,
  fromDriver: BigInt,
});

/** A position in a sequence of rows, from 1. */
export const count = (column = 'number') =>
  customType<{ data: number; driverData: string }>({
    dataType: () => 'bigint',
    toDriver: String,
    fromDriver: Number,
  })(column);

/** A transaction, as PostgreSQL counts them since its cluster was made. The database alone deals with it. */
export interface Xid {
  readonly type: 'xid8';
}

export const xid = customType<{ data: Xid; driverData: string }>({ dataType: () => 'xid8' });

/** A time in milliseconds since the epoch. */
export const instant = customType<{ data: number; driverData: string }>({
  dataType: () => 'timestamp(3) with time zone',
  toDriver: formatTime,
  fromDriver: (time) => Date.parse(time),
});

/** `json`, not `jsonb`: the order of a metadata object's keys is the caller's, and must stay. */
export const json = <T>(column: string) =>
  customType<{ data: T; driverData: unknown }>({
    dataType: () => 'json',
    fromDriver: (value) => (typeof value === 'string' ? JSON.parse(value) : value) as T,
  })(column);

export const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({
  dataType: () => 'bytea',
});

/**
 * As one array, not as `in (…)`: PostgreSQL reads and simplifies a table's checks anew in every
 * statement, and of a list each of its words.
 */
export const oneOf = (column: PgColumn, values: readonly string[]): SQL =>
  sql`${column} = any ('{${sql.raw(values.join(','))}}'::text[])`;

export const isShortText = (column: PgColumn): SQL =>
  sql`char_length(${column}) between 1 and ${sql.raw(String(limits.textCharacters))}`;
