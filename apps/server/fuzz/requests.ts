/** What the fuzz run sends: requests as the OpenAPI document has them, more or less, and raw bytes. */
import fc from 'fast-check';
import { type Document, find, type Operation, type Parameter } from '../test/document.ts';

/** `KNOWN` in a path or body stands for the id of some payment that the run has made. */
export interface FuzzRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer> | undefined;
}

/** What goes out on a bare socket. */
export interface RawBytes {
  readonly bytes: Uint8Array;
}

export const known = 'KNOWN';

const weird = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom('', '\0', '\ud800', '__proto__', '-1', '1e3', '0.00', '💸'.repeat(128), 'null'),
);
const anyJson = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  weird,
  fc.constantFrom(0, -1, 1.5, 1e300, true, null),
);

/** Few orders and keys, so that requests meet. */
const word = (field: string): fc.Arbitrary<unknown> => {
  const some = fc.integer({ min: 0, max: 30 });
  if (/order/i.test(field)) return some.map((n) => `order-${n}`);
  if (/idempotency/i.test(field)) return some.map((n) => `key-${n}`);
  if (/^amount$/.test(field)) {
    return fc.oneof(
      fc.integer({ min: 1, max: 20_000 }).map((cents) => (cents / 100).toFixed(2)),
      fc.constantFrom('150', '19.99', '0.01'),
    );
  }
  if (/currency/.test(field)) return fc.constantFrom('USD', 'JPY', 'KWD', 'EUR');
  if (/status/.test(field)) return fc.constantFrom('SUCCESS', 'FAILED', 'cancelled', 'REFUNDED');
  if (/provider/.test(field)) return fc.constantFrom('manual', 'sandbox');
  if (/method/i.test(field)) {
    return fc.constantFrom('pm_declined', 'pm_unknown', 'pm_requires_action', 'pm_approved');
  }
  if (/metadata/.test(field)) return fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 });
  if (/limit/.test(field)) return fc.integer({ min: 1, max: 100 });
  if (/created/i.test(field)) return fc.constant('2026-11-23T09:30:00Z');
  if (/^id$/.test(field)) return fc.constant(known);
  return fc.string({ minLength: 1, maxLength: 20 });
};

/** Each of the fields is there and right, mostly; now and then one that nobody knows. */
function fieldsOf(names: readonly string[]): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  const entries = names.map((name) =>
    fc.tuple(
      fc.constant(name),
      fc.oneof({ weight: 12, arbitrary: word(name) }, { weight: 1, arbitrary: anyJson }),
      fc.integer({ min: 0, max: 9 }).map((n) => n < 8),
    ),
  );
  const extra = fc.oneof(
    { weight: 20, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.tuple(weird, anyJson) },
  );
  return fc
    .tuple(fc.tuple(...entries), extra)
    .map(([all, one]) =>
      Object.fromEntries([
        ...all.filter(([, , there]) => there).map(([name, value]) => [name, value] as const),
        ...(one ? [one] : []),
      ]),
    );
}

const asBody = (value: fc.Arbitrary<unknown>): fc.Arbitrary<FuzzRequest['body']> => {
  const json = value.map((one) => JSON.stringify(one) ?? '');
  return fc.oneof(
    { weight: 12, arbitrary: json },
    { weight: 1, arbitrary: json.map((text) => text.slice(0, -2)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((it) => Uint8Array.from(it)) },
    { weight: 1, arbitrary: fc.constant('[{"a":'.repeat(5000)) },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
};

/** @param key the caller's; now and then it is left out, or another */
function headersOf(key: string): fc.Arbitrary<FuzzRequest['headers']> {
  const printable = fc.string({ maxLength: 80 });
  return fc.record(
    {
      authorization: fc.oneof(
        { weight: 20, arbitrary: fc.constant(`Bearer ${key}`) },
        { weight: 1, arbitrary: printable },
      ),
      'content-type': fc.oneof(
        { weight: 20, arbitrary: fc.constant('application/json') },
        { weight: 1, arbitrary: printable },
      ),
      'x-request-id': printable,
    },
    { requiredKeys: ['authorization', 'content-type'] },
  );
}

function ofOperation(
  document: Document,
  path: string,
  method: string,
  operation: Operation,
  key: string,
) {
  const parameters = operation.parameters.map((one) => find<Parameter>(document, one));
  const inQuery = parameters.filter((one) => one.in === 'query').map(({ name }) => name);
  const inPath = fc.tuple(
    ...[...path.matchAll(/\{(\w+)\}/g)].map(([hole, name = '']) =>
      fc
        .oneof({ weight: 8, arbitrary: word(name) }, { weight: 1, arbitrary: weird })
        .map((value) => [hole, encode(value)] as const),
    ),
  );
  const schema = operation.requestBody && Object.values(operation.requestBody.content)[0]?.schema;
  const inBody = propertiesOf(document, schema);
  return fc
    .tuple(inPath, fieldsOf(inQuery), asBody(fieldsOf(inBody)), headersOf(key), fc.boolean())
    .map(([holes, query, body, headers, slash]): FuzzRequest => {
      const at = holes.reduce((sum, [hole, value]) => sum.replace(hole, value), path);
      const asked = Object.entries(query).map(
        ([name, value]) => `${encode(name)}=${encode(value)}`,
      );
      return {
        method: method.toUpperCase(),
        path: `${at}${slash ? '/' : ''}${asked.length > 0 ? `?${asked.join('&')}` : ''}`,
        headers,
        body: schema ? body : undefined,
      };
    });
}

function propertiesOf(document: Document, schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const found = '$ref' in schema ? find<object>(document, schema as { $ref: string }) : schema;
  return Object.keys((found as { properties?: object }).properties ?? {});
}

/** Half a surrogate pair can't be written in a URL. */
const encode = (value: unknown): string =>
  encodeURIComponent((typeof value === 'string' ? value : JSON.stringify(value)).toWellFormed());

const trpcFields = {
  create: [
    ...['orderId', 'amount', 'currency', 'idempotencyKey', 'provider', 'paymentMethod'],
    'metadata',
  ],
  get: ['id'],
  list: ['orderId', 'status', 'currency', 'limit', 'createdFrom', 'createdTo', 'cursor'],
  listByOrder: ['orderId', 'limit'],
  refund: ['id', 'amount', 'reason', 'idempotencyKey'],
  updateStatus: ['id', 'status', 'idempotencyKey'],
  nothing: ['id'],
} as const;

function overTrpc(key: string): fc.Arbitrary<FuzzRequest> {
  const calls = Object.entries(trpcFields).map(([name, fields]) =>
    fc
      .tuple(fieldsOf(fields), asBody(fieldsOf(fields)), headersOf(key), fc.boolean())
      .map(([input, body, headers, isQuery]) => {
        const query = `?input=${encode(JSON.stringify(input))}`;
        const path = `/trpc/payments.${name}${isQuery ? query : ''}`;
        return {
          method: isQuery ? 'GET' : 'POST',
          path,
          headers,
          body: isQuery ? undefined : body,
        };
      }),
  );
  return fc.oneof(...calls);
}

/** Some of everything, in the proportions that reach the most. */
export function requestsOf(document: Document, key: string): fc.Arbitrary<FuzzRequest | RawBytes> {
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      // Few creations are in order, and all else is about what they have made.
      weight: path === '/payments' && method === 'post' ? 6 : 1,
      arbitrary: ofOperation(document, path, method, operation, key),
    })),
  );
  const anywhere = fc
    .tuple(fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH'), fc.webPath(), headersOf(key))
    .map(
      ([method, path, headers]): FuzzRequest => ({
        method,
        path: path || '/',
        headers,
        body: undefined,
      }),
    );
  const raw = fc.uint8Array({ minLength: 1, maxLength: 400 });
  return fc.oneof(
    { weight: 20, arbitrary: fc.oneof(...operations) },
    { weight: 8, arbitrary: overTrpc(key) },
    { weight: 2, arbitrary: anywhere },
    { weight: 1, arbitrary: raw.map((bytes): RawBytes => ({ bytes })) },
  );
}
