/** Who sends a request: the bearer key in its Authorization header. */
import { createHash } from 'node:crypto';
import { refuse } from '@florin/core';
import { type Caller, type Database, findCaller } from '@florin/db';
import { LRUCache } from 'lru-cache';
import { RefusalError } from './engine/refusal-error.ts';

/** @throws RefusalError `unauthorized` */
export type Authenticate = (authorization: string | undefined) => Promise<Caller>;

/** A key that was good stays so for this long without asking again: revoking takes 5 s at most. */
const trustMs = 4_000;

export function createAuthenticate(database: Database): Authenticate {
  // By the key's hash: what is at rest here is worth nothing to whoever reads the memory.
  const trusted = new LRUCache<string, Caller>({ max: 10_000, ttl: trustMs });
  return async (authorization) => {
    const key = /^Bearer ([A-Za-z0-9_]+)$/i.exec(authorization ?? '')?.[1];
    if (key === undefined) throw new RefusalError(refuse('unauthorized', {}));
    const hash = createHash('sha256').update(key).digest('base64');
    const known = trusted.get(hash);
    if (known) return known;
    const caller = await findCaller(database, key);
    if (!caller) throw new RefusalError(refuse('unauthorized', {}));
    trusted.set(hash, caller);
    return caller;
  };
}
