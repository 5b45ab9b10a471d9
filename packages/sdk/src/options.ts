/** How a client is set up, and what can be said of a single call. */
import type { FlorinError } from './errors.ts';

export interface FlorinOptions {
  /** Where Florin answers, such as `https://florin.internal`. In a browser a path of yours will do. */
  readonly url: string;
  /**
   * `fk_test_…` or `fk_live_…`: a secret that moves money, for servers only. `null` sends none, where a
   * backend of yours stands between and adds it.
   */
  readonly apiKey: string | null;
  /** How long one try of a call may take, in milliseconds; by default 30,000. */
  readonly timeoutMs?: number | undefined;
  /** How often a call is sent again at most; by default 4. 0: never. */
  readonly maxRetries?: number | undefined;
  /** Told of each call that is about to be sent again. What it throws ends the call. */
  readonly onRetry?: ((retry: Retry) => void) | undefined;
  /** Used in place of the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /**
   * A secret key in a browser can be read by whoever visits. Florin's client refuses it there unless
   * this is true: for a tool that only you can open.
   */
  readonly dangerouslyAllowBrowser?: boolean | undefined;
}

/** What can be said of a single call, over what the client was set up with. */
export interface CallOptions {
  /** Ends the call: it throws a `FlorinError` of the code `aborted`. What was sent may take effect. */
  readonly signal?: AbortSignal | undefined;
  /** How long one try may take, in milliseconds. */
  readonly timeoutMs?: number | undefined;
  /** How often it is sent again at most. 0: never. */
  readonly maxRetries?: number | undefined;
}

/** A call that is about to be sent again. */
export interface Retry {
  /** Such as `payments.create`. */
  readonly call: string;
  /** How often it was sent so far. */
  readonly attempts: number;
  /** How long it waits before it is sent again, in milliseconds. */
  readonly delayMs: number;
  /** The key that all tries have in common; null for a call that changes nothing. */
  readonly idempotencyKey: string | null;
  /** Why the last try failed. */
  readonly error: FlorinError;
}
