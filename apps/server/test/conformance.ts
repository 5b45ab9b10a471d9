/**
 * Holds every answer to the OpenAPI document that the server gives out: path, status, headers and
 * body, strictly. What the document does not tell is refused, as is what it tells otherwise.
 */
import { Ajv2020, type AnySchemaObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { type Document, find, type Response, responseOf, served } from './document.ts';
import { recordSeen } from './seen.ts';

/** @throws Error that says what is wrong with the answer */
export type Check = (
  method: string,
  url: string,
  status: number,
  headers: Headers,
  bodyText: string,
) => void;

/** Of HTTP and of `observe.ts`: they protect every answer, and say nothing of any. */
const untold = new Set([
  'cache-control',
  'connection',
  'content-length',
  'content-security-policy',
  'content-type',
  'date',
  'keep-alive',
  'referrer-policy',
  'transfer-encoding',
  'x-content-type-options',
  'x-frame-options',
]);

/** Whether a value is as a schema of the document says. @throws Error that says what is wrong */
export type Validate = (schema: AnySchemaObject, value: unknown, what: string) => void;

export function createValidate(document: Document): Validate {
  const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
  addFormats.default(ajv);
  ajv.addSchema({ $id: root, $defs: absolute(document.components['schemas']) });
  const compiled = new Map<AnySchemaObject, ValidateFunction>();
  return (schema, value, what) => {
    const check = compiled.get(schema) ?? ajv.compile(absolute(schema) as AnySchemaObject);
    compiled.set(schema, check);
    if (check(value)) return;
    throw new Error(`${what} is not as documented: ${ajv.errorsText(check.errors)}`);
  };
}

const root = 'florin';

/** References to the document, for a schema that is compiled apart from it. */
function absolute(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(absolute);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).map(([key, value]) => [
    key,
    key === '$ref'
      ? `${value}`.replace('#/components/schemas/', `${root}#/$defs/`)
      : absolute(value),
  ]);
  return Object.fromEntries(entries);
}

/** @param seen told of what was in order: operation, status, and the code of a refusal */
export function createCheck(document: Document, seen: typeof recordSeen = () => {}): Check {
  const validate = createValidate(document);
  const templates = Object.entries(document.paths).map(([path, item]) => ({
    pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '([^/]+)')}/?$`),
    item,
  }));

  /** What the document tells of such an answer, by operation; null where it is no operation's. */
  function toldOf(method: string, pathname: string, status: number) {
    const item = templates.find(({ pattern }) => pattern.test(pathname))?.item;
    const operation = item?.[method === 'HEAD' ? 'get' : method.toLowerCase()];
    const shared = (name: string) => {
      const response = find<Response>(document, { $ref: `#/components/responses/${name}` });
      return [{ operationId: null, response }];
    };
    if (operation) {
      const response = responseOf(document, operation.responses, status);
      return response ? [{ operationId: operation.operationId, response }] : [];
    }
    if (status === 413) return shared('PayloadTooLarge');
    if (!item) return status === 404 ? shared('RouteNotFound') : [];
    // The method is not documented: each operation of the path tells that it is refused.
    if (status !== 405) return [];
    return Object.values(item).flatMap(({ operationId, responses }) => {
      const response = responseOf(document, responses, status);
      return response ? [{ operationId, response }] : [];
    });
  }

  function checkHeaders(told: Response['headers'] = {}, headers: Headers, what: string): void {
    const names = new Set([...untold, ...Object.keys(told).map((name) => name.toLowerCase())]);
    for (const name of headers.keys()) {
      if (!names.has(name)) throw new Error(`${what}: the header ${name} is not documented`);
    }
    for (const [name, referred] of Object.entries(told)) {
      const { required, schema } = find(document, referred);
      const value = headers.get(name);
      if (value !== null) validate(schema, value, `${what}: the header ${name}`);
      else if (required) throw new Error(`${what}: the header ${name} is missing`);
    }
  }

  return (method, url, status, headers, bodyText) => {
    const { pathname } = new URL(url);
    if (pathname.startsWith('/trpc/')) return;
    const what = `${method} ${pathname}: ${status}`;
    const answers = toldOf(method, pathname, status);
    if (answers.length === 0) throw new Error(`${what} is not documented`);
    for (const { operationId, response } of answers) {
      checkHeaders(response.headers, headers, what);
      const type = headers.get('content-type')?.split(';')[0] ?? '';
      const media = response.content[type];
      if (!media) throw new Error(`${what}: the type "${type}" is not documented`);
      if (method === 'HEAD') continue;
      const body: unknown = type.endsWith('json') ? JSON.parse(bodyText) : bodyText;
      validate(media.schema, body, `${what}: the body`);
      const code = type === 'application/problem+json' ? (body as { code: string }).code : null;
      if (operationId !== null) seen(operationId, status, code);
    }
  };
}

export const checkConformance: Check = createCheck(served, recordSeen);
