/** What every request gets, whatever becomes of it: an id, headers that protect, a line in the log. */
import { randomUUID } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import type { Logger } from 'pino';
import type { Metrics } from './metrics.ts';

export interface Env {
  Variables: {
    requestId: string;
    /** The path as the documents have it, such as `/payments/{id}/`; what callers put in stays out. */
    route?: string;
    merchantId?: string;
    /** Whether the answer has `headersFor` already. */
    isProtected?: true;
  };
}

/** An API's answers are not pages: nothing in them may run, be framed, sniffed or kept. */
const protection = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

/**
 * The headers of an answer as one plain object, which the host writes as it is: to add to those of a
 * `Response` later makes a `Headers` of it, and a slower answer.
 */
export function headersFor(
  http: Context<Env>,
  headers: Readonly<Record<string, string>>,
): Record<string, string> {
  http.set('isProtected', true);
  return { ...protection, 'x-request-id': http.get('requestId'), ...headers };
}

export function observe(log: Logger, metrics: Metrics): MiddlewareHandler<Env> {
  return async (http, next) => {
    const sent = http.req.header('x-request-id') ?? '';
    const requestId = /^[\w.-]{1,100}$/.test(sent) ? sent : randomUUID();
    http.set('requestId', requestId);
    const startedAt = performance.now();
    await next();
    const { status } = http.res;
    if (!http.get('isProtected')) protect(http.res.headers, requestId);
    const { method } = http.req;
    const route = http.get('route') ?? null;
    const ms = performance.now() - startedAt;
    metrics.observe({ method, route: labelOf(route), status }, ms / 1000);
    const line = {
      requestId,
      method,
      route,
      status,
      ms: Math.round(ms * 10) / 10,
      merchantId: http.get('merchantId') ?? null,
    };
    log.info(line, 'request');
  };
}

function protect(headers: Headers, requestId: string): void {
  headers.set('x-request-id', requestId);
  for (const [name, value] of Object.entries(protection)) {
    if (!headers.has(name)) headers.set(name, value);
  }
}

/** As many labels as there are routes: a batch of several procedures is one of them. */
function labelOf(route: string | null): string {
  if (route === null) return 'none';
  return route.includes(',') ? 'batch' : route;
}
