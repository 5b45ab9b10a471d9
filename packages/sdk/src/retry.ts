/** When a call is sent again, and after how long. */
import type { FlorinError, FlorinErrorCode } from './errors.ts';

/**
 * Whatever became of these tries, the next one finds it: every call either changes nothing or carries
 * one idempotency key in all of its tries.
 */
const passing: ReadonlySet<FlorinErrorCode> = new Set([
  'connection_failed',
  'timed_out',
  'unavailable',
  'internal_error',
  'idempotency_key_in_flight',
]);

/** Of an answer that is not Florin's: what proxies say of an upstream that is slow, busy or away. */
const passingStatus: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

const firstDelayMs = 250;
const longestDelayMs = 8_000;
/** Who is told to wait for longer is better told so than kept waiting. */
const longestRetryAfterMs = 60_000;

/**
 * How long to wait before the next try, in milliseconds; null where the call is not to be sent again.
 * Full jitter: anything up to a bound that doubles, and never less than `retryAfterMs`.
 * @param attempts how often it was sent so far
 * @param retryAfterMs what the answer said
 */
export function delayBeforeRetry(
  error: FlorinError,
  attempts: number,
  retryAfterMs: number,
  random: () => number = Math.random,
): number | null {
  const isPassing =
    passing.has(error.code) ||
    (error.code === 'unexpected_answer' && passingStatus.has(error.status ?? 0));
  if (!isPassing || retryAfterMs > longestRetryAfterMs) return null;
  const bound = Math.min(longestDelayMs, firstDelayMs * 2 ** (attempts - 1));
  return retryAfterMs + Math.round(random() * bound);
}

/** Milliseconds of a `Retry-After` header: seconds, or a date; 0 where it says nothing. */
export function retryAfterMsOf(header: string | null, now: number): number {
  if (header === null) return 0;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? 0 : Math.max(ms, 0);
}

/** Resolves after `ms`; rejects with the signal's reason when it fires. */
export function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop, { once: true });
  });
}
