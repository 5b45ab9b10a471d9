/** Who sends a request: the bearer key in its Authorization header. */
import { hash } from 'node:crypto';
import { refuse } from '@florin/core';
import { type Caller, type Database, findCaller } from '@florin/db';
import { LRUCache } from 'lru-cache';
import { RefusalError } from './engine/refusal-error.ts';

export interface Callers {
  /** @throws RefusalError `unauthorized` */
  authenticate(authorization: string | undefined): Promise<Caller>;
  /** Who it is, where that can be told at once: of a key that was good not long ago. Enough to refuse. */
  known(authorization: string | undefined): Caller | null;
}

/** A key that was good stays so for this long without asking again: revoking takes 5 s at most. */
const trustMs = 4_000;

/** @param noteUse told of every request that carries a good key and is looked at */
export function createCallers(database: Database, noteUse: (caller: Caller) => void): Callers {
  // By the key's hash: what is at rest here is worth nothing to whoever reads the memory.
  const trusted = new LRUCache<string, Caller>({ max: 10_000, ttl: trustMs });

  /** A thousand requests whose key has to be asked for anew ask once. */
  const asked = new Map<string, Promise<Caller | null>>();

  async function ask(key: string, digest: string): Promise<Caller | null> {
    // From before the asking: an answer that was long under way is that much older.
    const start = performance.now();
    try {
      const caller = await findCaller(database, key);
      if (caller) trusted.set(digest, caller, { start });
      return caller;
    } finally {
      asked.delete(digest);
    }
  }

  async function callerOf(key: string): Promise<Caller | null> {
    const digest = digestOf(key);
    const known = trusted.get(digest);
    if (known) return known;
    const asking = asked.get(digest) ?? ask(key, digest);
    asked.set(digest, asking);
    return asking;
  }

  return {
    async authenticate(authorization) {
      const key = keyIn(authorization);
      const caller = key === undefined ? null : await callerOf(key);
      if (!caller || hasExpired(caller)) throw new RefusalError(refuse('unauthorized', {}));
      noteUse(caller);
      return caller;
    },
    known(authorization) {
      const key = keyIn(authorization);
      return (key && trusted.peek(digestOf(key), { allowStale: true })) || null;
    },
  };
}

const keyIn = (authorization: string | undefined): string | undefined =>
  /^Bearer ([A-Za-z0-9_]+)$/i.exec(authorization ?? '')?.[1];

const digestOf = (key: string): string => hash('sha256', key, 'base64');

const hasExpired = ({ expiresAt }: Caller): boolean =>
  expiresAt !== null && expiresAt <= Date.now();
