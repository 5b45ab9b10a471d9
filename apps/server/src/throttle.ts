/**
 * Who is told to come back later, and asks again at once, is read later: a flood of them would take the
 * time of those who were accepted. Their bytes wait with the kernel meanwhile, where they cost nothing.
 */
import type { Socket } from 'node:net';
import { limits } from '@florin/core';

type Connection = Pick<Socket, 'pause' | 'resume'>;

export interface Throttle {
  /** Does not read from the connection until its turn comes: after `Retry-After` at the latest. */
  pause(connection: Connection): void;
  /** How many wait for their turn. */
  paused(): number;
}

const tickMs = 5;
const resumedInTick = (limits.throttledReadPerSecond * tickMs) / 1000;

export function createThrottle(): Throttle {
  const waiting: { readonly connection: Connection; readonly since: number }[] = [];
  let isDue = false;

  function resumeSome(): void {
    const longAgo = performance.now() - limits.overloadedRetrySeconds * 1000;
    const late = waiting.findIndex(({ since }) => since > longAgo);
    const count = Math.max(resumedInTick, late === -1 ? waiting.length : late);
    for (const { connection } of waiting.splice(0, count)) connection.resume();
    isDue = waiting.length > 0;
    if (isDue) setTimeout(resumeSome, tickMs);
  }

  return {
    pause(connection) {
      connection.pause();
      waiting.push({ connection, since: performance.now() });
      if (isDue) return;
      isDue = true;
      setTimeout(resumeSome, tickMs);
    },
    paused: () => waiting.length,
  };
}
