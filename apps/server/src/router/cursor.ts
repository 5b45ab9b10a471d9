/** A page's end as an opaque text: where a list goes on, whatever is created meanwhile. */
import { type Id, type IdKind, idOf, isId, refuse, uuidOf } from '@florin/core';
import { RefusalError } from '../engine/refusal-error.ts';

interface Position<K extends IdKind> {
  readonly createdAt: number;
  readonly id: Id<K>;
}

function cursorOf({ createdAt, id }: Position<IdKind>): string {
  return Buffer.from(`${createdAt}.${uuidOf(id)}`).toString('base64url');
}

/** @throws RefusalError `invalid_request` if it is none of ours */
export function positionOf<K extends IdKind>(kind: K, cursor: string): Position<K> {
  const text = Buffer.from(cursor, 'base64url').toString();
  const [, createdAt, uuid] = /^(\d{1,13})\.([0-9a-f]{32})$/.exec(text) ?? [];
  const id = uuid === undefined ? null : idOf(kind, uuid);
  if (createdAt === undefined || id === null || !isId(kind, id)) {
    const message = 'must be the nextCursor of an earlier page';
    throw new RefusalError(refuse('invalid_request', { errors: [{ path: ['cursor'], message }] }));
  }
  return { createdAt: Number(createdAt), id };
}

interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** One row more than asked for tells whether there is a next page. */
export async function pageOf<T extends Position<IdKind>>(
  limit: number,
  read: (rows: number) => Promise<readonly T[]>,
): Promise<Page<T>> {
  const found = await read(limit + 1);
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: last && found.length > limit ? cursorOf(last) : null };
}
