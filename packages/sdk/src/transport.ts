/** Sends calls over tRPC: those that are made at once ride in one HTTP request, as many as may. */
import { limits } from '@florin/core';
import { httpBatchLink } from '@trpc/client';
import type { AnyRouter } from '@trpc/server';
import type { FlorinOptions } from './options.ts';
import { retryAfterMsOf } from './retry.ts';

/** One try of a call. */
export interface Sending {
  readonly kind: 'query' | 'mutation';
  readonly path: string;
  readonly input: unknown;
  readonly signal: AbortSignal;
  /** Headers that carry the caller's trace. */
  readonly trace: Readonly<Record<string, string>>;
  /** Filled in when it is sent: names the HTTP request that it rides in. */
  readonly sent: { requestId: string | null };
}

export type Send = (sending: Sending) => Promise<unknown>;

/** An answer that is not Florin's: it is not JSON. */
export class StrangeAnswer extends Error {
  readonly status: number;
  readonly retryAfterMs: number;

  constructor({ status, headers }: Response) {
    super(
      `The answer is not Florin's: HTTP ${status}, ${headers.get('content-type') ?? 'no type'}`,
    );
    this.status = status;
    this.retryAfterMs = retryAfterMsOf(headers.get('retry-after'), Date.now());
  }
}

/** What queries travel in: proxies and servers take 8 kB for a request's first line. */
const urlCharacters = 6_000;
/** A character of JSON is at most three bytes of UTF-8; what stands around an input is less than this. */
const bytesOf = (input: unknown): number => JSON.stringify(input).length * 3 + 16;

/**
 * Where no request is under way, the first takes no more, so that there are two: the server works on one
 * while the other's answers are read, and those whom they wake ask again.
 */
const firstCalls = 32;

/** As the batch link does: whoever an answer wakes has asked again by then. */
const atEndOfTurn: (act: () => void) => unknown =
  typeof setImmediate === 'function' ? setImmediate : setTimeout;

interface Lane {
  readonly link: ReturnType<ReturnType<typeof httpBatchLink<AnyRouter>>>;
  readonly mostCalls: number;
  calls: number;
  bytes: number;
}

export function createTransport(options: FlorinOptions): Send {
  const { apiKey } = options;
  const url = `${options.url.replace(/\/+$/, '')}/trpc`;
  /** Of calls made in this turn, those that may ride together. */
  const lanes = new Map<string, Lane>();
  let requestsUnderWay = 0;

  /** A request has one trace, and a body that the server takes. */
  function laneOf({ kind, input, trace }: Sending): Lane {
    // Set before the lane sets its own: a lane takes no more calls when it sends them.
    if (lanes.size === 0) atEndOfTurn(() => lanes.clear());
    const name = kind + JSON.stringify(trace);
    const bytes = bytesOf(input);
    const lane = lanes.get(name);
    if (lane && lane.calls < lane.mostCalls && lane.bytes + bytes <= limits.trpcBodyBytes) {
      lane.calls++;
      lane.bytes += bytes;
      return lane;
    }
    const isFirst = requestsUnderWay === 0 && lanes.size === 0;
    const mostCalls = isFirst ? firstCalls : limits.trpcBatchCalls;
    const fresh = { link: linkWith(trace), mostCalls, calls: 1, bytes };
    lanes.set(name, fresh);
    return fresh;
  }

  const linkWith = (trace: Sending['trace']) =>
    httpBatchLink<AnyRouter>({
      url,
      maxItems: limits.trpcBatchCalls,
      maxURLLength: urlCharacters,
      fetch: async (input, init) => {
        requestsUnderWay++;
        try {
          const answer = await (options.fetch ?? fetch)(input as string, init as RequestInit);
          if (/^application\/json\b/.test(answer.headers.get('content-type') ?? '')) return answer;
          throw new StrangeAnswer(answer);
        } finally {
          requestsUnderWay--;
        }
      },
      headers: ({ opList }) => {
        const requestId = crypto.randomUUID();
        for (const { context } of opList) context['requestId'] = requestId;
        const key = apiKey === null ? {} : { authorization: `Bearer ${apiKey}` };
        return { ...trace, ...key, 'x-request-id': requestId };
      },
    })({});

  return async (sending) => {
    const { kind: type, path, input, signal, sent: context } = sending;
    const op = { id: 0, type, path, input, signal, context };
    const next = () => {
      throw new Error('Nothing comes after the last link.');
    };
    const answer = laneOf(sending).link({ op, next });
    return new Promise((resolve, reject) => {
      const told = ({ result }: { readonly result: object }) =>
        resolve('data' in result ? result.data : undefined);
      answer.subscribe({ next: told, error: reject });
    });
  };
}
