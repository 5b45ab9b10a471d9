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
export const protection = {
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

/** The caller's own, where it is one that a log can bear. */
export const requestIdOf = (sent: string | undefined): string =>
  sent !== undefined && /^[\w.-]{1,100}$/.test(sent) ? sent : randomUUID();

/** What became of a request. */
interface Answered {
  readonly requestId: string;
  readonly method: string;
  readonly route: string | null;
  readonly status: number;
  /** As `performance.now()` had it. */
  readonly startedAt: number;
  readonly merchantId: string | null;
}

/** A line in the log, and one more in the metrics. */
export function tell(log: Logger, metrics: Metrics, answered: Answered): void {
  const { requestId, method, route, status, startedAt, merchantId } = answered;
  const ms = performance.now() - startedAt;
  metrics.observe({ method, route: labelOf(route), status }, ms / 1000);
  const line = { requestId, method, route, status, ms: Math.round(ms * 10) / 10, merchantId };
  log.info(line, 'request');
}

export function observe(log: Logger, metrics: Metrics): MiddlewareHandler<Env> {
  return async (http, next) => {
    const requestId = requestIdOf(http.req.header('x-request-id'));
    http.set('requestId', requestId);
    const startedAt = performance.now();
    await next();
    const { status } = http.res;
    if (!http.get('isProtected')) protect(http.res.headers, requestId);
    const { method } = http.req;
    const route = http.get('route') ?? null;
    const merchantId = http.get('merchantId') ?? null;
    tell(log, metrics, { requestId, method, route, status, startedAt, merchantId });
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
