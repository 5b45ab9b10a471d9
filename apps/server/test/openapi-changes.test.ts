/** A change of the OpenAPI document that would break a client is written down, or fails here. */
import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { breakingChanges, type Json } from '../api/breaking.ts';
import { openapiDocument } from '../src/rest/openapi/document.ts';

const folder = new URL('../api/', import.meta.url);

it('breaks no client, but where a file in api/changes/ says so', async () => {
  const released = JSON.parse(await readFile(new URL('released.json', folder), 'utf8')) as Json;
  const files = (await readdir(new URL('changes/', folder))).filter((name) => name.endsWith('.md'));
  const texts = await Promise.all(
    files.map((name) => readFile(new URL(`changes/${name}`, folder), 'utf8')),
  );
  const said = texts.flatMap((text) => [...text.matchAll(/^- (.+)$/gm)].map(([, line]) => line));
  expect([...breakingChanges(released, openapiDocument())].sort()).toEqual(said.sort());
});

const payment = {
  type: 'object',
  properties: {
    id: { type: 'string', pattern: '^pay_' },
    status: { enum: ['PENDING', 'SUCCESS'] },
    failure: {
      anyOf: [{ type: 'object', properties: { code: { type: 'string' } } }, { type: 'null' }],
    },
    actions: { type: 'array', items: { type: 'string' } },
  },
  required: ['id', 'status'],
};
const body = {
  type: 'object',
  properties: {
    amount: { type: ['string', 'number'] },
    capture: { enum: ['automatic', 'manual'] },
    note: { type: 'string', maxLength: 255 },
  },
  required: ['amount'],
};
const json = (schema: unknown) => ({ content: { 'application/json': { schema } } });
const before = {
  components: { schemas: { Payment: payment, Body: body } },
  paths: {
    '/payments': {
      post: {
        parameters: [{ name: 'limit', in: 'query', schema: { type: 'integer', maximum: 100 } }],
        requestBody: json({ $ref: '#/components/schemas/Body' }),
        responses: { 201: json({ $ref: '#/components/schemas/Payment' }), 409: {} },
      },
      get: { responses: { 200: {} } },
    },
  },
} as const;

/** Where, in words from the root, and what stands there then; nothing: it is taken away. */
type Change = [where: string, value?: unknown];

const places: Readonly<Record<string, readonly string[]>> = {
  post: ['paths', '/payments', 'post'],
  sent: ['components', 'schemas', 'Body'],
  got: ['components', 'schemas', 'Payment'],
};

/** What is said of the document after a change. */
function after([where, value]: Change): readonly string[] {
  const changed = structuredClone(before) as unknown as Json;
  const [first = '', ...rest] = where.split(' ');
  const names = [...(places[first] ?? [first]), ...rest];
  const last = names.pop() ?? '';
  const parent = names.reduce<unknown>((at, name) => (at as Json)[name], changed);
  if (value === undefined) Reflect.deleteProperty(parent as object, last);
  else Reflect.set(parent as object, last, value);
  return breakingChanges(before, changed);
}

const text = { type: 'string' };
const limit = { name: 'limit', in: 'query', schema: { type: 'integer', maximum: 100 } };
const page = { name: 'page', in: 'query' };

describe('what would break a client', () => {
  const rows: [string, ...Change][] = [
    ['GET /payments is gone', 'paths /payments get'],
    ['POST /payments: 201 is gone', 'post responses 201'],
    ['POST /payments: 202 is new', 'post responses 202', {}],
    ['POST /payments: the parameter limit (query) is gone', 'post parameters', []],
    ['POST /payments: the parameter limit (query) is required', 'post parameters 0 required', true],
    [
      'POST /payments: the parameter limit (query): $ has another maximum: 100, now 50',
      'post parameters 0 schema maximum',
      50,
    ],
    [
      'POST /payments: the parameter page (query) is new, and required',
      'post parameters',
      [limit, { ...page, required: true }],
    ],
    ['POST /payments: takes no body any more', 'post requestBody'],
    ['POST /payments: a body is required', 'post requestBody required', true],
    ['POST /payments: the body is no application/json any more', 'post requestBody content', {}],
    ['POST /payments: the body: $.note is no longer taken', 'sent properties note'],
    ['POST /payments: the body: $.note is required', 'sent required', ['amount', 'note']],
    [
      'POST /payments: the body: $.amount may no longer be number',
      'sent properties amount type',
      'string',
    ],
    [
      'POST /payments: the body: $.capture may no longer be "manual"',
      'sent properties capture enum',
      ['automatic'],
    ],
    [
      'POST /payments: the body: $.note may no longer be anything else',
      'sent properties note enum',
      ['a'],
    ],
    [
      'POST /payments: the body: $.capture has another pattern: none, now "^a"',
      'sent properties capture pattern',
      '^a',
    ],
    ['POST /payments, 201: $.actions is gone', 'got properties actions'],
    ['POST /payments, 201: $.status may be missing', 'got required', ['id']],
    [
      'POST /payments, 201: $.status may be "HELD"',
      'got properties status enum',
      ['PENDING', 'SUCCESS', 'HELD'],
    ],
    ['POST /payments, 201: $.id may be null', 'got properties id type', ['string', 'null']],
    [
      'POST /payments, 201: $.id has another pattern: "^pay_", now none',
      'got properties id pattern',
    ],
    [
      'POST /payments, 201: $.actions[] may be integer',
      'got properties actions items type',
      ['string', 'integer'],
    ],
    [
      'POST /payments, 201: $.failure(1).code is gone',
      'got properties failure anyOf 0 properties',
      {},
    ],
    [
      'POST /payments, 201: $.failure has 1 alternatives (anyOf), it had 2',
      'got properties failure anyOf',
      [{ type: 'null' }],
    ],
  ];
  it.each(rows)('%s', (line, where, value) => {
    expect(after([where, value])).toEqual([line]);
  });
});

describe('what breaks none', () => {
  it.each<[string, ...Change]>([
    ['a path', 'paths /refunds', { get: {} }],
    ['a refusal', 'post responses 422', {}],
    ['a refusal that is gone', 'post responses 409'],
    ['a parameter', 'post parameters', [limit, page]],
    ['a field that may be sent', 'sent properties more', text],
    ['a field that need not be sent', 'sent required', []],
    ['a value that is taken', 'sent properties capture enum', ['automatic', 'manual', 'later']],
    ['a bound that is gone', 'sent properties note maxLength'],
    ['a field that is answered', 'got properties more', text],
    ['a field that is always there', 'got required', ['id', 'status', 'actions']],
    ['a value that is not answered any more', 'got properties status enum', ['SUCCESS']],
    ['a bound on answers', 'got properties id maxLength', 36],
  ])('%s', (_, where, value) => {
    expect(after([where, value])).toEqual([]);
  });
});
