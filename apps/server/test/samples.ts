/** A valid call of any route, made from its own input schema: a new route needs nothing here. */

import { type RestRoute, restRoutes } from '../src/rest/routes.ts';
import { appRouter } from '../src/router/index.ts';
import { type Answer, fresh, type Http, type WirePayment } from './http.ts';

export const routes: readonly RestRoute[] = restRoutes;

/** What tRPC has, which is what REST is made from. */
export const procedures: readonly string[] = Object.keys(appRouter._def.procedures);

/** The fields that a path names, and those that must be there; about `payment`. */
function sampleOf(route: RestRoute, payment: WirePayment): Readonly<Record<string, unknown>> {
  const known: Readonly<Record<string, unknown>> = {
    id: payment.id,
    orderId: payment.order_id,
    amount: '1.00',
    status: payment.status,
    idempotencyKey: fresh('key'),
  };
  // An order that is paid takes no second payment: a create is for another one.
  if (!route.inPath.has('orderId')) Object.assign(known, { orderId: fresh('order') });
  const required = requiredOf(route);
  const names = [...route.fields.keys()].filter((name) => required.has(name));
  return Object.fromEntries(names.map((name) => [name, known[name] ?? payment.id]));
}

function requiredOf({ input, inPath }: RestRoute): ReadonlySet<string> {
  const { required = [] } = toJsonSchema(input);
  return new Set([...required, ...inPath]);
}

function toJsonSchema(input: RestRoute['input']): { readonly required?: readonly string[] } {
  return input.toJSONSchema({ io: 'input' });
}

const snake = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function callRest(http: Http, route: RestRoute, payment: WirePayment): Promise<Answer> {
  const sample = sampleOf(route, payment);
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const [, value] = Object.entries(sample).find(([key]) => snake(key) === name) ?? [];
    return encodeURIComponent(String(value));
  });
  const fields = Object.entries(sample)
    .filter(([name]) => !route.inPath.has(name))
    .map(([name, value]) => [snake(name), value]);
  const body = route.method === 'GET' ? undefined : Object.fromEntries(fields);
  return http.send(route.method, path, body);
}

function callTrpc(http: Http, route: RestRoute, payment: WirePayment): Promise<Answer> {
  const sample = sampleOf(route, payment);
  const path = `/trpc/${route.procedure}`;
  if (route.type === 'mutation') return http.post(path, sample);
  return http.get(`${path}?input=${encodeURIComponent(JSON.stringify(sample))}`);
}

interface TrpcAnswer {
  readonly result?: { readonly data: unknown };
  readonly error?: { readonly data: { readonly problem: Readonly<Record<string, unknown>> } };
}

/** The problem of a refusal over either API; its fields beside what every problem has. */
export function problemIn(answer: Answer): Readonly<Record<string, unknown>> | undefined {
  const body = JSON.parse(answer.text) as TrpcAnswer & Readonly<Record<string, unknown>>;
  return body.error?.data?.problem ?? body;
}

/** What a page holds over either API. */
export function itemsIn(answer: Answer): unknown {
  const body = JSON.parse(answer.text) as TrpcAnswer;
  return body.result ? (body.result.data as { readonly items: unknown }).items : body;
}

/** Both ways in, by name. */
export const ways = [
  ['REST', callRest],
  ['tRPC', callTrpc],
] as const;
