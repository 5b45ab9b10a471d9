/** The HTTP server's routes: REST at the root, tRPC at /trpc, and whether it is well. */
import { randomUUID } from 'node:crypto';
import { limits, refuse } from '@florin/core';
import { type Database, isMigrated } from '@florin/db';
import { TRPCError } from '@trpc/server';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { Hono, type Context as HttpContext } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Logger } from 'pino';
import type { Authenticate } from './callers.ts';
import type { Engine } from './engine/execute.ts';
import { RefusalError } from './engine/refusal-error.ts';
import { problemOf } from './problem.ts';
import type { Providers } from './providers/index.ts';
import { createRest } from './rest/adapter.ts';
import { snakeKeys, snakePath } from './rest/casing.ts';
import { appRouter } from './router/index.ts';
import type { Context } from './router/trpc.ts';

export interface HttpParts {
  readonly database: Database;
  readonly engine: Engine;
  readonly providers: Providers;
  readonly authenticate: Authenticate;
  readonly log: Logger;
}

type Env = { Variables: { requestId: string } };

export function createHttp(parts: HttpParts): Hono<Env> {
  const { log, database } = parts;
  const app = new Hono<Env>({ strict: false });

  const createContext = async (http: HttpContext): Promise<Context> => ({
    caller: await parts.authenticate(http.req.header('authorization')),
    requestId: http.get('requestId'),
    database,
    engine: parts.engine,
    providers: parts.providers,
    reply: { status: 200, headers: {} },
  });

  app.use(async (http, next) => {
    const sent = http.req.header('x-request-id') ?? '';
    const requestId = /^[\w.-]{1,100}$/.test(sent) ? sent : randomUUID();
    http.set('requestId', requestId);
    const startedAt = performance.now();
    await next();
    http.res.headers.set('x-request-id', requestId);
    const ms = Math.round(performance.now() - startedAt);
    log.info({ requestId, method: http.req.method, status: http.res.status, ms }, 'request');
  });

  app.get('/health', (http) => http.json({ status: 'ok' }));
  app.get('/ready', async (http) => {
    const ready = await isMigrated(database).catch(() => false);
    return http.json({ status: ready ? 'ready' : 'not ready' }, ready ? 200 : 503);
  });

  app.use('/trpc/*', limitBody(limits.trpcBodyBytes));
  app.all('/trpc/*', (http) =>
    fetchRequestHandler({
      endpoint: '/trpc',
      req: http.req.raw,
      router: appRouter,
      createContext: () => createContext(http),
      onError: ({ error, path }) => report(error, http.get('requestId'), path),
    }),
  );

  app.use('*', limitBody(limits.restBodyBytes));
  app.route('/', createRest(createContext));

  app.notFound((http) => refusal(http, new RefusalError(refuse('route_not_found', {}))));
  app.onError((error, http) => {
    report(error, http.get('requestId'));
    return refusal(http, error);
  });

  /** What is nobody's fault but ours is logged with its cause; the caller is told nothing of it. */
  function report(error: unknown, requestId: string, path?: string): void {
    if (problemOf(error, requestId).status < 500) return;
    log.error({ err: error, requestId, path }, 'request failed');
  }

  return app;
}

const limitBody = (maxSize: number) =>
  bodyLimit({
    maxSize,
    onError: () => {
      throw new RefusalError(refuse('payload_too_large', { limitBytes: maxSize }));
    },
  });

function refusal(http: HttpContext, error: unknown): Response {
  // What a procedure says names fields as tRPC does; what REST itself says does not.
  const rename = error instanceof TRPCError ? snakePath : undefined;
  const problem = problemOf(error, http.get('requestId'), rename);
  const { allow, retryAfterSeconds } = problem;
  const headers = new Headers({ 'content-type': 'application/problem+json; charset=utf-8' });
  if (Array.isArray(allow)) headers.set('allow', allow.join(', '));
  if (typeof retryAfterSeconds === 'number') headers.set('retry-after', String(retryAfterSeconds));
  if (problem.status === 401) headers.set('www-authenticate', 'Bearer realm="florin"');
  return new Response(JSON.stringify(snakeKeys(problem)), { status: problem.status, headers });
}
