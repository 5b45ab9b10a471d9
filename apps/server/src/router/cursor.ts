/** A page's end as an opaque text: where a list goes on, whatever is created meanwhile. */
import { idOf, isId, refuse, uuidOf } from '@florin/core';
import type { PagePosition } from '@florin/db';
import { RefusalError } from '../engine/refusal-error.ts';

export function cursorOf({ createdAt, id }: PagePosition): string {
  return Buffer.from(`${createdAt}.${uuidOf(id)}`).toString('base64url');
}

/** @throws RefusalError `invalid_request` if it is none of ours */
export function positionOf(cursor: string): PagePosition {
  const text = Buffer.from(cursor, 'base64url').toString();
  const [, createdAt, uuid] = /^(\d{1,13})\.([0-9a-f]{32})$/.exec(text) ?? [];
  const id = uuid === undefined ? null : idOf('payment', uuid);
  if (createdAt === undefined || id === null || !isId('payment', id)) {
    const message = 'must be the nextCursor of an earlier page';
    throw new RefusalError(refuse('invalid_request', { errors: [{ path: ['cursor'], message }] }));
  }
  return { createdAt: Number(createdAt), id };
}
