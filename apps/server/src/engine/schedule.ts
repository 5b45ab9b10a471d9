/** When an operation is asked for again whose outcome is not known. */
import { limits } from '@florin/core';

/** So that many that became unknown together are not asked for together: up to a fifth more. */
const jitter = 0.2;

/** @returns when, in ms since the epoch, it is asked for after `attempts` at `now` */
export function askAgainAt(
  attempts: number,
  now: number,
  random: () => number = Math.random,
): number {
  const steps = limits.askAgainAfterMs;
  const delay = steps[Math.min(attempts, steps.length) - 1] ?? 0;
  return Math.round(now + delay * (1 + jitter * random()));
}
