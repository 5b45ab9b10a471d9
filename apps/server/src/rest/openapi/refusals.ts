/** The refusals of an operation, by status: their schemas, headers and examples. */
import { type Refusal, type RefusalCode, refusals } from '@florin/core';
import { RefusalError } from '../../engine/refusal-error.ts';
import { restRefusal } from '../../refusals.ts';
import type { RestRoute } from '../routes.ts';
import { type Components, type Json, partName, type Ref } from './components.ts';
import { headersOf } from './headers.ts';

/** What an operation may refuse: its own refusals, and what every one of its kind can. */
export function refusalsOf({ told, method, fields }: RestRoute): readonly RefusalCode[] {
  return [
    'invalid_request',
    ...(method === 'GET' ? [] : (['malformed_json'] as const)),
    ...(fields.has('idempotencyKey') ? (['idempotency_key_mismatch'] as const) : []),
    'unauthorized',
    'insufficient_scope',
    'method_not_allowed',
    ...told.refusals,
    // Where the outcome can be open, so can a key's first request.
    ...(told.answers[202] ? (['idempotency_key_in_flight'] as const) : []),
    ...(fields.has('idempotencyKey') ? (['idempotency_key_reused'] as const) : []),
    ...(method === 'GET' ? [] : (['payload_too_large', 'unsupported_media_type'] as const)),
    'internal_error',
    'unavailable',
  ];
}

/** Responses by status. One that only a single code gives is a shared part. */
export function refusalResponses(codes: readonly RefusalCode[], components: Components): Json {
  const byStatus = Map.groupBy(codes, (code) => refusals[code].status);
  const responses = [...byStatus].map(([status, same]): [string, Json | Ref] => {
    const response = responseOf(same, components);
    const [only = ''] = same;
    return [
      `${status}`,
      same.length === 1 ? components.share('responses', partName(only), response) : response,
    ];
  });
  return Object.fromEntries(responses);
}

function responseOf(codes: readonly RefusalCode[], components: Components): Json {
  const answers = codes.map((code) => {
    const error = new RefusalError({ code, fields: refusals[code].example } as Refusal);
    return { code, ...restRefusal(error, exampleRequest) };
  });
  const names = answers.flatMap(({ headers }) => Object.keys(headers));
  const examples = answers.map(({ code, body }) => {
    const example = { summary: refusals[code].title, value: body };
    return [code, components.share('examples', code, example)] as const;
  });
  return {
    description: codes.map((code) => `\`${code}\`: ${refusals[code].title}.`).join(' '),
    headers: headersOf([...new Set(names)], components),
    content: {
      'application/problem+json': {
        schema: oneOf(answers.map(({ code, body }) => problemSchema(code, body, components))),
        examples: Object.fromEntries(examples),
      },
    },
  };
}

const exampleRequest = '8c1f0d0e-6f0b-4a55-9a44-0d9c1d7c3c3b';

/** `code` tells which of them it is. */
function oneOf(schemas: readonly Ref[]): Json {
  const [only] = schemas;
  if (only && schemas.length === 1) return { ...only };
  return { oneOf: schemas };
}

/** The problem that all have in common, and the refusal's own fields. */
function problemSchema(code: RefusalCode, body: Json, components: Components): Ref {
  const common = components.share('schemas', 'Problem', problem);
  const { properties, required } = problem;
  const own = Object.entries(body).filter(([name]) => !Object.hasOwn(properties, name));
  return components.share('schemas', partName(code), {
    description: `${refusals[code].title}.`,
    type: 'object',
    allOf: [common],
    properties: {
      code: { const: code },
      status: { const: refusals[code].status },
      ...Object.fromEntries(own.map(([name, value]) => [name, typeOf(name, value, components)])),
    },
    required: [...required, ...own.map(([name]) => name)],
    unevaluatedProperties: false,
  });
}

const problem = {
  description: 'Why a request is refused: problem details (RFC 9457).',
  type: 'object',
  properties: {
    type: {
      type: 'string',
      format: 'uri-reference',
      description: 'Where this kind of refusal is described.',
    },
    title: { type: 'string', description: 'The kind of refusal, in words.' },
    status: { type: 'integer', minimum: 400, maximum: 599, description: 'The HTTP status.' },
    detail: { type: 'string', description: 'What is wrong here, and what to do next.' },
    code: { type: 'string', description: 'The kind of refusal, for programs.' },
    request_id: { type: 'string', description: "The request's id, as in `X-Request-Id`." },
    error: { type: 'string', description: '`detail` again, for clients of earlier systems.' },
  },
  required: ['type', 'title', 'status', 'detail', 'code', 'request_id', 'error'],
} as const;

/** The schema of a refusal's own field, by its example. */
function typeOf(name: string, example: unknown, components: Components): Json {
  if (name === 'errors') {
    return { type: 'array', items: components.share('schemas', 'FieldError', fieldError) };
  }
  if (Array.isArray(example)) return { type: 'array', items: typeOf('', example[0], components) };
  if (typeof example === 'number') return { type: 'integer' };
  if (typeof example === 'string') return { type: 'string' };
  throw new Error(`The example of "${name}" is neither text, a number nor a list.`);
}

const fieldError = {
  description: 'One bad field.',
  type: 'object',
  properties: {
    path: {
      type: 'array',
      items: { type: ['string', 'integer'] },
      description: "Where it is, from the body's root; of a query parameter its name.",
    },
    message: { type: 'string', description: 'What it must be.' },
  },
  required: ['path', 'message'],
  additionalProperties: false,
};
