/** tRPC over HTTP at /trpc, as strict with bodies as REST is. */
import { limits, refuse } from '@florin/core';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import type { Context as HttpContext } from 'hono';
import { RefusalError } from './engine/refusal-error.ts';
import { parseJson, requireJson } from './json.ts';
import type { Env } from './observe.ts';
import type { CreateContext } from './rest/adapter.ts';
import { appRouter } from './router/index.ts';

const endpoint = '/trpc';

/** @param report told of every error that a procedure answers with */
export function createTrpc(
  createContext: CreateContext,
  report: (http: HttpContext<Env>, error: unknown) => void,
): (http: HttpContext<Env>) => Promise<Response> {
  return async (http) => {
    http.set('route', routeOf(http.req.path));
    // Once for all calls in the request, and before its body is looked at.
    const context = await createContext(http);
    return fetchRequestHandler({
      endpoint,
      req: await strict(http.req.raw),
      router: appRouter,
      createContext: async () => context,
      onError: ({ error }) => report(http, error),
    });
  };
}

/** The procedures that are called, each once; a name that is none of ours is the caller's text. */
function routeOf(path: string): string {
  const called = new Set(path.slice(endpoint.length + 1).split(','));
  const known = Object.keys(appRouter._def.procedures).filter((name) => called.has(name));
  return `${endpoint}/${known.join(',')}`;
}

/** The same request, its body read and found to be in order. */
async function strict(request: Request): Promise<Request> {
  const url = new URL(request.url);
  if (url.pathname.split(',').length > limits.trpcBatchCalls) {
    throw new RefusalError(refuse('batch_too_large', { limitCalls: limits.trpcBatchCalls }));
  }
  if (request.method === 'GET') {
    const input = url.searchParams.get('input');
    if (input !== null) parseJson(new TextEncoder().encode(input).buffer);
    return request;
  }
  if (request.method !== 'POST') {
    throw new RefusalError(refuse('method_not_allowed', { allow: ['GET', 'POST'] }));
  }
  requireJson(request.headers);
  const body = await request.arrayBuffer();
  parseJson(body);
  const { method, headers, signal } = request;
  return new Request(request.url, { method, headers, body, signal });
}
