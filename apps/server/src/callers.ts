/** Who sends a request: the bearer key in its Authorization header. */
import { hash } from 'node:crypto';
import { refuse } from '@florin/core';
import { type Caller, type Database, findCaller } from '@florin/db';
import { LRUCache } from 'lru-cache';
import { RefusalError } from './engine/refusal-error.ts';

/** @throws RefusalError `unauthorized` */
export type Authenticate = (authorization: string | undefined) => Promise<Caller>;

/** A key that was good stays so for this long without asking again: revoking takes 5 s at most. */
const trustMs = 4_000;

/** @param noteUse told of every request that carries a good key */
export function createAuthenticate(
  database: Database,
  noteUse: (caller: Caller) => void,
): Authenticate {
  // By the key's hash: what is at rest here is worth nothing to whoever reads the memory.
  const trusted = new LRUCache<string, Caller>({ max: 10_000, ttl: trustMs });

  async function callerOf(key: string): Promise<Caller | null> {
    const digest = hash('sha256', key, 'base64');
    const known = trusted.get(digest);
    if (known) return known;
    // From before the asking: an answer that was long under way is that much older.
    const start = performance.now();
    const caller = await findCaller(database, key);
    if (caller) trusted.set(digest, caller, { start });
    return caller;
  }

  return async (authorization) => {
    const key = /^Bearer ([A-Za-z0-9_]+)$/i.exec(authorization ?? '')?.[1];
    const caller = key === undefined ? null : await callerOf(key);
    if (!caller || (caller.expiresAt !== null && caller.expiresAt <= Date.now())) {
      throw new RefusalError(refuse('unauthorized', {}));
    }
    noteUse(caller);
    return caller;
  };
}
