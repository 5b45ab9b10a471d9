/** A valid call of any route, made from its own input schema: a new route needs nothing here. */

import type { TestDatabase } from '@florin/db/testing';
import { type RestRoute, restRoutes } from '../src/rest/routes.ts';
import { appRouter } from '../src/router/index.ts';
import { type Answer, create, fresh, type Http, type WirePayment } from './http.ts';
import { declined, providerSays } from './said.ts';

export const routes: readonly RestRoute[] = restRoutes;

/** What tRPC has, which is what REST is made from. */
export const procedures: readonly string[] = Object.keys(appRouter._def.procedures);

/** What a call is about. */
export interface Subject {
  readonly payment: WirePayment;
  /** Of a part of it. */
  readonly refundId: string;
}

/** A payment that succeeded, of which a part is refunded. */
export async function refundedSubject(http: Http, fields: object = {}): Promise<Subject> {
  const { id } = await create(http, fields);
  const refunded = await http.post(`/payments/${id}/refund/`, { amount: '1.00' });
  const [, refundId = ''] =
    /^\/refunds\/(\w+)\/$/.exec(refunded.headers.get('location') ?? '') ?? [];
  return { payment: refunded.payment, refundId };
}

const created = async (http: Http, fields: object = {}): Promise<Subject> => ({
  payment: await create(http, fields),
  refundId: '',
});
const heldSubject = (http: Http) => created(http, { capture: 'manual' });

/** Where a payment that succeeded is not what the procedure takes. */
const subjects: Readonly<Record<string, (http: Http, db: TestDatabase) => Promise<Subject>>> = {
  'payments.capture': heldSubject,
  'payments.cancel': heldSubject,
  'refunds.get': (http) => refundedSubject(http),
  'payments.resolve': async (http, db) => {
    const held = await heldSubject(http);
    await providerSays(db, held.payment, 'authorize', declined);
    return { ...held, payment: (await http.get(`/payments/${held.payment.id}/`)).payment };
  },
};

/** Something that the route takes; one that is not named above takes a payment that succeeded. */
export function subjectOf(
  { procedure }: RestRoute,
  http: Http,
  db: TestDatabase,
): Promise<Subject> {
  const make = subjects[procedure];
  return make ? make(http, db) : created(http);
}

/** The fields that a path names, and those that must be there. */
function sampleOf(
  route: RestRoute,
  { payment, refundId }: Subject,
): Readonly<Record<string, unknown>> {
  const known: Readonly<Record<string, unknown>> = {
    id: route.path.startsWith('/refunds/') ? refundId : payment.id,
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

interface RestCall {
  readonly path: string;
  /** None where the method takes none. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

export function restCallOf(route: RestRoute, subject: Subject): RestCall {
  const sample = sampleOf(route, subject);
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const [, value] = Object.entries(sample).find(([key]) => snake(key) === name) ?? [];
    return encodeURIComponent(String(value));
  });
  const fields = Object.entries(sample)
    .filter(([name]) => !route.inPath.has(name))
    .map(([name, value]) => [snake(name), value]);
  return { path, body: route.method === 'GET' ? undefined : Object.fromEntries(fields) };
}

function callRest(http: Http, route: RestRoute, subject: Subject): Promise<Answer> {
  const { path, body } = restCallOf(route, subject);
  return http.send(route.method, path, body);
}

function callTrpc(http: Http, route: RestRoute, subject: Subject): Promise<Answer> {
  const sample = sampleOf(route, subject);
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
