/** Requests to the server under test, and their answers as they came. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Json, parseJson } from './json.ts';
import { type Payment, readPayment } from './payment.ts';

/** One request and its answer. `status` 0: there was none, and `text` says why. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly body: string | null;
  readonly status: number;
  readonly text: string;
  readonly json: Json | undefined;
  /** If the answer is one. */
  readonly payment: Payment | null;
  /** If the answer is an array. */
  readonly payments: readonly Payment[] | null;
  /** Path of the next page of a list. */
  readonly next: string | null;
  /** Where the answer sends to, if that is another server. */
  readonly elsewhere: string | null;
}

export interface Http {
  /** @param key instead of the one that it was made with; null sends none */
  send(method: string, path: string, body?: string, key?: string | null): Promise<Exchange>;
}

export interface HttpOptions {
  /** Without a last slash. */
  readonly url: string;
  readonly key: string | null;
  /** Told of each exchange. */
  readonly onExchange: (exchange: Exchange) => void;
}

/** No answer within this time is none. */
const patienceMs = 30_000;
/** How often a request is sent again that was told to come later, and the longest wait between. */
const [busyTries, busyWaitMs] = [5, 2_000];
const maxRedirects = 3;

export function accepted({ status }: Exchange): boolean {
  return status >= 200 && status < 300;
}

export function createHttp({ url, key: ownKey, onExchange }: HttpOptions): Http {
  const origin = new URL(url).origin;

  /** Follows redirects by itself: `fetch` would make a GET of a redirected POST. */
  async function answerTo(
    method: string,
    address: string,
    body: string | null,
    key: string | null,
  ) {
    const headers = {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(body === null ? {} : { 'content-type': 'application/json' }),
    };
    let target = address;
    for (let hops = 0; ; hops++) {
      const signal = AbortSignal.timeout(patienceMs);
      const answer = await fetch(target, { method, headers, body, redirect: 'manual', signal });
      const text = await answer.text();
      const location = answer.status < 300 || answer.status > 399 ? null : locationOf(answer);
      if (location === null) return { answer, text, elsewhere: null };
      if (new URL(location).origin !== origin) return { answer, text, elsewhere: location };
      if (hops === maxRedirects) return { answer, text, elsewhere: null };
      target = location;
    }
  }

  async function patiently(...request: Parameters<typeof answerTo>) {
    for (let tries = 1; ; tries++) {
      const answered = await answerTo(...request);
      const { status, headers } = answered.answer;
      const isBusy = status === 429 || status === 503;
      if (!isBusy || tries === busyTries) return answered;
      const told = Number(headers.get('retry-after') ?? '1') * 1000;
      await sleep(Math.min(Number.isFinite(told) ? told : busyWaitMs, busyWaitMs));
    }
  }

  return {
    async send(method, path, body, key = ownKey) {
      const request = { method, path, body: body ?? null };
      const exchange = await patiently(method, url + path, request.body, key)
        .then(({ answer, text, elsewhere }) => {
          const json = parseJson(text);
          return {
            ...request,
            status: answer.status,
            text,
            json,
            payment: readPayment(json),
            payments: Array.isArray(json) ? json.flatMap((one) => readPayment(one) ?? []) : null,
            next: nextOf(answer, url),
            elsewhere,
          };
        })
        .catch((error: unknown) => unanswered(request, error));
      onExchange(exchange);
      return exchange;
    },
  };
}

function locationOf(answer: Response): string | null {
  const location = answer.headers.get('location');
  return location === null ? null : (URL.parse(location, answer.url)?.href ?? null);
}

/** The path, below `url`, of `Link: <…>; rel="next"`. */
function nextOf(answer: Response, url: string): string | null {
  const link = /<([^>]*)>\s*;\s*rel="?next"?/.exec(answer.headers.get('link') ?? '')?.[1];
  const next = link === undefined ? undefined : URL.parse(link, answer.url)?.href;
  return next?.startsWith(`${url}/`) ? next.slice(url.length) : null;
}

function unanswered(request: Pick<Exchange, 'method' | 'path' | 'body'>, error: unknown): Exchange {
  const { message, cause, name } = error as Error & { cause?: { code?: string; message?: string } };
  const why =
    name === 'TimeoutError'
      ? `within ${patienceMs / 1000} s`
      : (cause?.code ?? cause?.message ?? message);
  return {
    ...request,
    status: 0,
    text: `no answer (${why})`,
    json: undefined,
    payment: null,
    payments: null,
    next: null,
    elsewhere: null,
  };
}
