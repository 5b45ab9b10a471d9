/** A call: sent, and sent again where that is safe, until it is answered. */
import { FlorinError } from './errors.ts';
import { type Failed, failedOf } from './failure.ts';
import type { CallOptions, FlorinOptions } from './options.ts';
import { delayBeforeRetry, sleep } from './retry.ts';
import type { InputOf, KindOf, OutputOf, Path } from './router.ts';
import { traceHeaders } from './trace.ts';
import type { Send, Sending } from './transport.ts';

/** @throws FlorinError */
export type Call = <P extends Path>(
  kind: KindOf<P> & Sending['kind'],
  path: P,
  input: InputOf<P>,
  options?: CallOptions,
) => Promise<OutputOf<P>>;

const defaults = { timeoutMs: 30_000, maxRetries: 4 } as const;

export function createCall(client: FlorinOptions, send: Send): Call {
  return async <P extends Path>(
    kind: Sending['kind'],
    path: P,
    input: InputOf<P>,
    options: CallOptions = {},
  ): Promise<OutputOf<P>> => {
    const { signal } = options;
    const timeoutMs = options.timeoutMs ?? client.timeoutMs ?? defaults.timeoutMs;
    const maxRetries = options.maxRetries ?? client.maxRetries ?? defaults.maxRetries;
    const trace = traceHeaders();
    for (let attempts = 1; ; attempts += 1) {
      const sent = { requestId: null };
      try {
        const sending = { kind, path, input, trace, sent };
        return (await attempt(send, sending, timeoutMs, signal)) as OutputOf<P>;
      } catch (cause) {
        const about = { attempts, requestId: sent.requestId };
        if (signal?.aborted) throw abortedBy(signal, about);
        const { error, retryAfterMs } =
          cause === outOfTime ? timedOut(timeoutMs, about) : failedOf(cause, about);
        const delayMs = delayBeforeRetry(error, attempts, retryAfterMs);
        if (attempts > maxRetries || delayMs === null) throw error;
        const idempotencyKey = keyOf(input);
        client.onRetry?.({ call: path, attempts, delayMs, idempotencyKey, error });
        await sleep(delayMs, signal).catch(() => {
          throw signal ? abortedBy(signal, about) : error;
        });
      }
    }
  };
}

const outOfTime = new Error('Its time is over.');

/** What a timer can hold: a longer one would fire at once. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * One try, until its time is over or the signal ends it. A batch is given up when all of its calls
 * are: each of them does not wait for that.
 */
function attempt(
  send: Send,
  sending: Omit<Sending, 'signal'>,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ending = new AbortController();
    const end = (reason: unknown) => {
      reject(reason);
      ending.abort(reason);
    };
    const onAbort = () => end(signal?.reason);
    if (signal?.aborted) return onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    // Not AbortSignal.timeout: its timer would outlive the call.
    const timer = setTimeout(end, Math.min(timeoutMs, longestTimerMs), outOfTime);
    send({ ...sending, signal: ending.signal })
      .then(resolve, reject)
      .finally(() => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      });
  });
}

interface Try {
  readonly attempts: number;
  readonly requestId: string | null;
}

export function abortedBy({ reason }: AbortSignal, about: Try): FlorinError {
  const message = 'The call was ended by its signal. What was sent may take effect.';
  return new FlorinError('aborted', message, {}, { ...about, cause: reason });
}

function timedOut(timeoutMs: number, about: Try): Failed {
  const message = `No answer from Florin within ${timeoutMs} ms. Repeat the call with the same idempotency key; nothing is done twice.`;
  return { error: new FlorinError('timed_out', message, { timeoutMs }, about), retryAfterMs: 0 };
}

function keyOf(input: unknown): string | null {
  const { idempotencyKey } = input as { readonly idempotencyKey?: unknown };
  return typeof idempotencyKey === 'string' ? idempotencyKey : null;
}
