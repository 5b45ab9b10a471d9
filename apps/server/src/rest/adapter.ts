/**
 * REST over the router's own procedures: this turns a request into a procedure's input and its
 * output into an answer. It decides nothing; the procedure's schema does.
 */
import { type FieldError, refuse } from '@florin/core';
import { callTRPCProcedure } from '@trpc/server';
import { Hono, type Context as HttpContext } from 'hono';
import { RefusalError } from '../engine/refusal-error.ts';
import { type Env, headersFor } from '../observe.ts';
import { appRouter } from '../router/index.ts';
import type { Context } from '../router/trpc.ts';
import { readBody } from './body.ts';
import { camelOf, isSnake } from './casing.ts';
import { type RestRoute, restRoutes } from './routes.ts';

/** Makes the context of a call; refuses who has no valid key. */
export type CreateContext = (http: HttpContext<Env>) => Promise<Context>;

export function createRest(createContext: CreateContext): Hono<Env> {
  const app = new Hono<Env>({ strict: false });
  for (const route of restRoutes) {
    app.on(route.method, honoPath(route), async (http) => {
      http.set('route', route.path);
      const context = await createContext(http);
      const input = await inputOf(route, http);
      const output = await callTRPCProcedure({
        router: appRouter,
        path: route.procedure,
        type: route.type,
        ctx: context,
        getRawInput: async () => input,
        // To ask for the request's own would make a whole `Request` of it.
        signal: undefined,
        batchIndex: 0,
      });
      return respond(route, http, context, output);
    });
  }
  for (const [path, routes] of Map.groupBy(restRoutes, honoPath)) {
    const allow = routes.map(({ method }) => method);
    app.all(path, () => {
      throw new RefusalError(refuse('method_not_allowed', { allow }));
    });
  }
  return app;
}

/** Not strict, Hono takes a path with and without its last slash. */
const honoPath = ({ path }: RestRoute): string => path.replaceAll(/\{(\w+)\}/g, ':$1').slice(0, -1);

async function inputOf(route: RestRoute, http: HttpContext<Env>): Promise<Record<string, unknown>> {
  const inPath = Object.entries(http.req.param()).map(([name, value]) => [camelOf(name), value]);
  const query = queryOf(route, http);
  const body = route.method === 'GET' ? {} : await readBody(http.req.raw);
  const given = camelFields(route, { ...query, ...body });
  const key = route.fields.has('idempotencyKey') ? http.req.header('idempotency-key') : undefined;
  if (key !== undefined) {
    if (given['idempotencyKey'] !== undefined && given['idempotencyKey'] !== key) {
      throw new RefusalError(refuse('idempotency_key_mismatch', {}));
    }
    given['idempotencyKey'] = key;
  }
  return { ...given, ...Object.fromEntries(inPath) };
}

/** Query values are text: where the schema wants a whole number, one written plainly is read as such. */
function queryOf(route: RestRoute, http: HttpContext<Env>): Record<string, unknown> {
  const query: Record<string, unknown> = {};
  for (const [name, values] of Object.entries(http.req.queries())) {
    const [value = ''] = values;
    if (values.length > 1) throw invalid([{ path: [name], message: 'must be given once' }]);
    if (route.method !== 'GET') throw invalid([unknownField(name)]);
    const wantsInteger = route.fields.get(camelOf(name))?.type === 'integer';
    query[name] = wantsInteger && /^(0|[1-9]\d{0,15})$/.test(value) ? Number(value) : value;
  }
  return query;
}

/** Known names in camelCase; what tRPC's names would let through is refused as REST knows it. */
function camelFields(
  { bySnake, inPath }: RestRoute,
  fields: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  const unknown: string[] = [];
  for (const [name, value] of Object.entries(fields)) {
    const camel = bySnake.get(name);
    if (camel === undefined && (!isSnake(name) || inPath.has(camelOf(name)))) unknown.push(name);
    else given[camel ?? name] = value;
  }
  if (unknown.length > 0) throw invalid(unknown.map(unknownField));
  return given;
}

const unknownField = (name: string): FieldError => ({
  path: [name],
  message: 'is not a known field',
});

function invalid(errors: readonly FieldError[]): RefusalError {
  return new RefusalError(refuse('invalid_request', { errors }));
}

function respond(route: RestRoute, http: HttpContext<Env>, { reply }: Context, output: unknown) {
  const answer = route.snakeKeys(output);
  const headers = { 'content-type': 'application/json; charset=utf-8', ...reply.headers };
  if (route.nextBy === null) {
    return new Response(JSON.stringify(answer), {
      status: reply.status,
      headers: headersFor(http, headers),
    });
  }
  const page = answer as Readonly<Record<string, unknown>>;
  const next = page[nextFields[route.nextBy]] ?? null;
  const link = next === null ? {} : { link: `<${nextPage(http, route.nextBy, next)}>; rel="next"` };
  return new Response(JSON.stringify(page['items']), {
    status: reply.status,
    headers: headersFor(http, { ...headers, ...link }),
  });
}

const nextFields = { cursor: 'next_cursor', after: 'next_after' } as const;

function nextPage(http: HttpContext<Env>, parameter: string, value: unknown): string {
  const url = new URL(http.req.url);
  url.searchParams.set(parameter, String(value));
  return url.pathname + url.search;
}
