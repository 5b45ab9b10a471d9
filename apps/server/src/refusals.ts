/** Refusals as HTTP answers: problem details over REST, tRPC's shape of them over tRPC. */
import { TRPCError } from '@trpc/server';
import type { Context } from 'hono';
import { type Env, headersFor } from './observe.ts';
import { type Problem, problemOf } from './problem.ts';
import { snakeKeys, snakePath } from './rest/casing.ts';
import { errorShapeOf } from './router/trpc.ts';

export function refuseOverRest(http: Context<Env>, error: unknown): Response {
  const { status, headers, body } = restRefusal(error, http.get('requestId'));
  return new Response(JSON.stringify(body), {
    status,
    headers: headersFor(http, {
      'content-type': 'application/problem+json; charset=utf-8',
      ...headers,
    }),
  });
}

/** What REST answers to an error; the OpenAPI document has its examples from here. */
export function restRefusal(error: unknown, requestId: string) {
  // What a procedure says names fields as tRPC does; what REST itself says does not.
  const rename = error instanceof TRPCError ? snakePath : undefined;
  const problem = problemOf(error, requestId, rename);
  const body = snakeKeys(problem) as Readonly<Record<string, unknown>>;
  return { status: problem.status, headers: headersOf(problem), body };
}

export function refuseOverTrpc(http: Context<Env>, error: unknown): Response {
  const shape = errorShapeOf(error, http.get('requestId'));
  const { problem } = shape.data;
  const init = { status: problem.status, headers: headersOf(problem) };
  return Response.json({ error: shape }, init);
}

/** What HTTP has a header for. */
function headersOf({ status, allow, retryAfterSeconds }: Problem): Record<string, string> {
  return {
    ...(Array.isArray(allow) ? { allow: allow.join(', ') } : {}),
    ...(typeof retryAfterSeconds === 'number' ? { 'retry-after': `${retryAfterSeconds}` } : {}),
    // The rest of the body is not read: this connection is of no further use.
    ...(status === 413 ? { connection: 'close' } : {}),
    ...(status === 401 ? { 'www-authenticate': 'Bearer realm="florin"' } : {}),
  };
}
