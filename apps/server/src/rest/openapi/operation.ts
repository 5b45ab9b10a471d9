/** An operation of the document, from a REST route: what it takes and what it answers. */
import type { RestAnswer } from '../../router/trpc.ts';
import { snakeKeys, snakePath } from '../casing.ts';
import type { RestRoute } from '../routes.ts';
import { type Components, type Json, partName, type Ref } from './components.ts';
import { headersOf, requestIdParameter } from './headers.ts';
import { refusalResponses, refusalsOf } from './refusals.ts';
import { amountSchema, exampleOf, schemaOf } from './schemas.ts';

export function operationOf(route: RestRoute, components: Components): Json {
  const { procedure, method, told, scope } = route;
  const fields = fieldsOf(route, components);
  const inQuery = method === 'GET';
  return {
    operationId: procedure,
    summary: told.summary,
    description: `${told.description} The key needs the scope \`${scope}\`.`,
    tags: [procedure.split('.')[0]],
    parameters: [
      ...fields
        .filter(({ inPath }) => inPath)
        .map((field) => parameter('path', resourceOf(route), field, components)),
      ...fields
        .filter(({ inPath }) => inQuery && !inPath)
        .map((field) => parameter('query', 'query', field, components)),
      ...fields
        .filter(({ name }) => name === 'idempotency_key')
        .map((field) => keyHeader(field, components)),
      requestIdParameter(components),
    ],
    ...(inQuery ? {} : { requestBody: bodyOf(route, fields, components) }),
    responses: {
      ...successes(route, components),
      ...refusalResponses(refusalsOf(route), components),
    },
  };
}

interface Field {
  readonly name: string;
  readonly schema: Json;
  readonly required: boolean;
  readonly inPath: boolean;
}

function fieldsOf({ input, inPath }: RestRoute, components: Components): readonly Field[] {
  const { properties = {}, required = [] } = schemaOf(input, 'input', components);
  const pathNames = [...inPath].map(snakePath);
  return Object.entries(properties as Readonly<Record<string, Json>>).map(([name, schema]) => ({
    name,
    schema,
    required: (required as readonly string[]).includes(name),
    inPath: pathNames.includes(name),
  }));
}

/** Whose `{id}` it is: the first word of the path. */
const resourceOf = ({ path }: RestRoute): string => path.split('/')[1] ?? '';

function parameter(
  place: 'path' | 'query',
  group: string,
  { name, schema, required }: Field,
  components: Components,
) {
  const { description, examples, ...rest } = schema;
  return components.share('parameters', `${group}-${name}`, {
    name,
    in: place,
    required,
    description: description ?? components.resolve(schema)['description'],
    schema: rest,
    example: exampleOf(schema, components),
  });
}

function keyHeader({ schema }: Field, components: Components): Ref {
  const { description, examples, ...rest } = schema;
  return components.share('parameters', 'Idempotency-Key', {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description: `The \`idempotency_key\` of the body, instead of it or beside it. ${description}`,
    schema: rest,
    example: exampleOf(schema, components),
  });
}

function bodyOf({ procedure, told }: RestRoute, fields: readonly Field[], components: Components) {
  const inBody = fields.filter(({ inPath }) => !inPath);
  // The header may stand for it.
  const required = inBody
    .filter((field) => field.required && field.name !== 'idempotency_key')
    .map(({ name }) => name);
  const properties = inBody.map(({ name, schema }): [string, Json] => {
    if (name !== 'amount') return [name, schema];
    return [name, { description: schema['description'], ...amountSchema(components) }];
  });
  const schema = components.share('schemas', `${partName(procedure)}Body`, {
    description: `${told.summary}.`,
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
  });
  return {
    description: required.length > 0 ? told.summary : `${told.summary}; may be empty`,
    required: required.length > 0,
    content: { 'application/json': { schema, example: exampleOf(schema, components) } },
  };
}

function successes(route: RestRoute, components: Components): Json {
  const whole = schemaOf(route.output, 'output', components);
  const { properties } = components.resolve(whole);
  const schema = route.isPage ? (properties as { readonly items: Json }).items : whole;
  const answers = Object.entries(route.told.answers as Readonly<Record<string, RestAnswer>>);
  return Object.fromEntries(
    answers.map(([status, { means, headers = [], example }]) => {
      const told = route.isPage ? [...headers, 'Link'] : headers;
      const shown = exampleOf(schema, components);
      return [
        status,
        {
          description: means,
          headers: headersOf(told, components),
          content: {
            'application/json': {
              schema,
              example: example ? { ...(shown as Json), ...(snakeKeys(example) as Json) } : shown,
            },
          },
        },
      ];
    }),
  );
}
