/** What Florin's tables hold, in memory: for one process, and for as long as it lives. */
import type { Event, Operation, Payment, Posting } from '@florin/core';
import type { Database } from '../connect.ts';
import type { FeedEvent } from '../events.ts';
import type { World } from '../fold.ts';

export interface Memory {
  readonly world: World;
  /** In the order of their numbers: each is numbered when it is written. */
  readonly events: FeedEvent[];
  readonly postings: Posting[];
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** Stands where a pool of connections does: what reads and writes here takes the memory out of it. */
export function createMemory(): Database {
  const memory: Memory = {
    world: { payments: new Map(), operations: new Map(), keys: new Map(), holders: new Map() },
    events: [],
    postings: [],
    now: Date.now,
  };
  const close = async () => {};
  const pools = { sql: memory, query: memory, commits: memory, pipeline: memory };
  return { ...pools, close } as unknown as Database;
}

export function memoryOf(database: Pick<Database, 'sql'>): Memory {
  return database.sql as unknown as Memory;
}

export function eventsOf(memory: Memory, paymentId: string): readonly FeedEvent[] {
  return memory.events.filter((event: Event) => event.paymentId === paymentId);
}

export function allOperations({ world }: Memory): readonly Operation[] {
  return [...world.operations.values()].flat();
}

/** Newest first: ids are in the order of their making. */
export function newestFirst<T extends Payment | Operation>(all: readonly T[]): readonly T[] {
  return all.toSorted((one, other) =>
    other.createdAt === one.createdAt ? compare(other.id, one.id) : other.createdAt - one.createdAt,
  );
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** Whether `row` comes after where a page ended, newest first. */
export function isAfter(
  row: Payment | Operation,
  after: { readonly createdAt: number; readonly id: string } | null,
): boolean {
  if (after === null) return true;
  if (row.createdAt !== after.createdAt) return row.createdAt < after.createdAt;
  return row.id < after.id;
}
