/** The HTTP server's routes: REST at the root, tRPC at /trpc, and whether it is well. */
import { limits, refuse } from '@florin/core';
import { type Database, isMigrated } from '@florin/db';
import { Hono, type Context as HttpContext, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Logger } from 'pino';
import type { Callers } from './callers.ts';
import { createDocs } from './docs-page.ts';
import type { Reports } from './engine/apply-report.ts';
import type { Engine } from './engine/execute.ts';
import { RefusalError } from './engine/refusal-error.ts';
import { errorPage } from './errors-document.ts';
import { createLookups } from './lookups.ts';
import type { Metrics } from './metrics.ts';
import { type Env, observe } from './observe.ts';
import { problemOf } from './problem.ts';
import { createProviderReports } from './provider-reports.ts';
import type { Providers } from './providers/index.ts';
import { createSandboxPayer } from './providers/sandbox-payer.ts';
import { refuseOverRest, refuseOverTrpc } from './refusals.ts';
import { createRest } from './rest/adapter.ts';
import { openapiDocument } from './rest/openapi/document.ts';
import type { Context } from './router/trpc.ts';
import { createTrpc } from './trpc-http.ts';

export interface HttpParts {
  readonly database: Database;
  readonly engine: Engine;
  readonly providers: Providers;
  readonly reports: Reports;
  readonly callers: Callers;
  readonly metrics: Metrics;
  readonly log: Logger;
}

export function createHttp(parts: HttpParts): Hono<Env> {
  const { database, engine, providers, reports, metrics, log } = parts;
  const lookups = createLookups(database);
  const app = new Hono<Env>({ strict: false });

  async function createContext(http: HttpContext<Env>): Promise<Context> {
    const caller = await parts.callers.authenticate(http.req.header('authorization'));
    http.set('merchantId', caller.merchantId);
    const requestId = http.get('requestId');
    const reply = { status: 200, headers: {} };
    return { caller, requestId, database, engine, lookups, providers, reply };
  }

  /** What is nobody's fault but ours is logged with its cause; the caller is told nothing of it. */
  function report(http: HttpContext<Env>, error: unknown): void {
    const requestId = http.get('requestId');
    if (problemOf(error, requestId).status < 500) return;
    log.error({ err: error, requestId, route: http.get('route') }, 'request failed');
  }

  app.use(observe(log, metrics));

  app.get('/health', (http) => http.json({ status: 'ok' }));
  app.get('/ready', async (http) => {
    const ready = await isMigrated(database).catch(() => false);
    return http.json({ status: ready ? 'ready' : 'not ready' }, ready ? 200 : 503);
  });
  app.get('/metrics', async (http) => {
    const { type, text } = await metrics.read();
    return http.text(text, 200, { 'content-type': type });
  });
  app.get('/errors/:code', (http) => {
    const page = errorPage(http.req.param('code'));
    return page === null ? http.notFound() : http.text(page);
  });
  app.get('/openapi.json', (http) => http.json(openapiDocument()));
  app.route('/', createDocs());
  app.on('ALL', readOnly, () => {
    throw new RefusalError(refuse('method_not_allowed', { allow: ['GET'] }));
  });

  app.use('/trpc/*', limitBody(limits.trpcBodyBytes));
  app.all('/trpc/*', createTrpc(createContext, report));

  app.use('*', limitBody(limits.restBodyBytes));
  app.route('/', createProviderReports(providers, reports));
  app.route('/', createSandboxPayer(database, reports));
  app.route('/', createRest(createContext));

  app.notFound((http) => refuseOverRest(http, new RefusalError(refuse('route_not_found', {}))));
  app.onError((error, http) => {
    report(http, error);
    const isTrpc = http.req.path.startsWith('/trpc/');
    return isTrpc ? refuseOverTrpc(http, error) : refuseOverRest(http, error);
  });
  return app;
}

const readOnly = [
  '/health',
  '/ready',
  '/metrics',
  '/errors/:code',
  '/openapi.json',
  '/docs',
  '/docs/reference.js',
];

/** What says how long it is, as nearly all do, is judged by that: Node holds it to its word. */
function limitBody(maxSize: number): MiddlewareHandler<Env> {
  const tooLarge = (): never => {
    throw new RefusalError(refuse('payload_too_large', { limitBytes: maxSize }));
  };
  // Looks at the body itself, and so makes a whole `Request` and a stream of it.
  const counting = bodyLimit({ maxSize, onError: tooLarge });
  return (http, next) => {
    if (http.req.header('transfer-encoding') !== undefined) return counting(http, next);
    const length = http.req.header('content-length') ?? '0';
    return Number(length) > maxSize ? tooLarge() : next();
  };
}
