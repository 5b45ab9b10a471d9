/** `docs/CALLS.md`: every call of REST and tRPC, and every object they answer, from the OpenAPI document. */
import { type Documented, type Json, operationsOf, resolved } from './documented.ts';
import { openapiDocument } from './rest/openapi/document.ts';
import { restRoutes } from './rest/routes.ts';

const document = openapiDocument();
const operations = operationsOf(document);
const schemas = (document['components'] as { readonly schemas: Readonly<Record<string, Json>> })
  .schemas;

/** `docs/CALLS.md`, whole. */
export function callsDocument(): string {
  const told: string[] = [];
  const sections = operations.map((operation) => section(operation, told));
  const objects: string[] = [];
  // An object may name others.
  for (let at = 0; at < told.length; at++) objects.push(objectSection(told[at] ?? '', told));
  return [
    '# Every call',
    '',
    'Generated from the OpenAPI document, which is made from the schemas that serve, by `npx -y pnpm run docs`. What holds of all of them (keys, amounts, idempotency, lists, refusals): [API.md](API.md). A running Florin shows the same at `/docs`, with examples.',
    '',
    '| REST | tRPC and SDK | scope | |',
    '|---|---|---|---|',
    ...operations.map(overview),
    '',
    'Each path is answered with and without a last slash. tRPC and the SDK take the same fields in camelCase.',
    '',
    ...sections,
    '# Every object',
    '',
    ...objects,
  ].join('\n');
}

const scopes = new Map(restRoutes.map(({ procedure, scope }) => [procedure, scope]));

const anchorOf = (title: string): string => title.toLowerCase().replaceAll(/[^a-z0-9_-]/g, '');

const requestOf = ({ method, path }: Documented): string => `${method.toUpperCase()} ${path}`;

function overview(operation: Documented): string {
  const { operationId: id, summary } = operation;
  const scope = scopes.get(id);
  const [trpc, needed] = scope === undefined ? ['', ''] : [`\`${id}\``, `\`${scope}\``];
  return `| [\`${requestOf(operation)}\`](#${anchorOf(id)}) | ${trpc} | ${needed} | ${summary} |`;
}

function section(operation: Documented, told: string[]): string {
  const { operationId, summary, description, parameters, requestBody, responses } = operation;
  // What names a request is the same everywhere, and API.md has it.
  const own = parameters
    .map((one) => resolved(one, document))
    .filter(({ name }) => name !== 'X-Request-Id');
  const fields = [
    ...own.map((one) => parameterRow(one, told)),
    ...(requestBody ? bodyRows(requestBody.content, told) : []),
  ];
  const heading = ['| field | in | what it is | default | |', '|---|---|---|---|---|'];
  return [
    `## ${operationId}`,
    '',
    `\`${requestOf(operation)}\`. ${summary}. ${description}`,
    '',
    ...(fields.length > 0 ? [...heading, ...fields, ''] : []),
    '| status | |',
    '|---|---|',
    ...Object.entries(responses).map(([status, response]) =>
      answerRow(status, resolved(response, document), told),
    ),
    '',
  ].join('\n');
}

function parameterRow({ name, in: place, required, schema, description }: Json, told: string[]) {
  return fieldRow(
    String(name),
    String(place),
    required === true,
    schema as Json,
    description,
    told,
  );
}

function bodyRows(content: Json, told: string[]): readonly string[] {
  const { schema } = content['application/json'] as { readonly schema: Json };
  return propertiesOf(resolved(schema, document)).map(([name, of, required]) =>
    fieldRow(name, 'body', required, of, of['description'], told),
  );
}

type Property = readonly [name: string, schema: Json, required: boolean];

function propertiesOf({ properties = {}, required = [] }: Json): readonly Property[] {
  const names = new Set(required as readonly string[]);
  return Object.entries(properties as Readonly<Record<string, Json>>).map(([name, schema]) => [
    name,
    schema,
    names.has(name),
  ]);
}

function fieldRow(
  name: string,
  place: string,
  isRequired: boolean,
  schema: Json,
  description: unknown,
  told: string[],
): string {
  const { default: value } = schema;
  const given = typeof value === 'string' ? value : JSON.stringify(value);
  const fallback = isRequired ? 'required' : value === undefined ? '' : `\`${given}\``;
  const about = description ?? describing(schema);
  return `| \`${name}\` | ${place} | ${typeOf(schema, told)} | ${fallback} | ${cell(about)} |`;
}

/** The codes of a refusal lead to what they mean. */
function answerRow(status: string, { description, content }: Json, told: string[]): string {
  const json = (content as Readonly<Record<string, { schema?: Json }>> | undefined)?.[
    'application/json'
  ];
  const about = cell(description).replaceAll(/`([a-z_]+)`:/g, '[`$1`](ERRORS.md#$1):');
  return `| ${status} | ${json?.schema ? `${typeOf(json.schema, told)}. ` : ''}${about} |`;
}

/** What is said of it itself, else of what it refers to, or is unless it is null. */
function describing(schema: Json): string {
  const either = (schema['anyOf'] ?? []) as readonly Json[];
  const said = [
    schema,
    resolved(schema, document),
    ...either.map((one) => resolved(one, document)),
  ];
  return String(said.find(({ description }) => description !== undefined)?.['description'] ?? '');
}

function objectSection(name: string, told: string[]): string {
  const schema = schemas[name] ?? {};
  const rows = propertiesOf(schema).map(
    ([field, of]) => `| \`${field}\` | ${typeOf(of, told)} | ${cell(describing(of))} |`,
  );
  const table = rows.length > 0 ? ['', '| field | what it is | |', '|---|---|---|', ...rows] : [];
  return [`## ${name}`, '', String(schema['description'] ?? ''), ...table, ''].join('\n');
}

const cell = (text: unknown): string => String(text).replaceAll('|', '\\|').replaceAll('\n', ' ');

/** In a few words; an object that is named has a section, which `told` collects. */
function typeOf(schema: Json, told: string[]): string {
  const ref = schema['$ref'];
  if (typeof ref === 'string') {
    const name = ref.split('/').at(-1) ?? '';
    if (!told.includes(name)) told.push(name);
    return `[${name}](#${anchorOf(name)})`;
  }
  const { type, const: only, enum: values, anyOf, oneOf, items, format } = schema;
  const either = (anyOf ?? oneOf) as readonly Json[] | undefined;
  if (either) return [...new Set(either.map((one) => typeOf(one, told)))].join(' or ');
  if (only !== undefined) return `\`${only}\``;
  if (Array.isArray(values)) return values.map((value) => `\`${value}\``).join(', ');
  if (type === 'array') return `array of ${typeOf((items ?? {}) as Json, told)}`;
  const named = Array.isArray(type) ? type.join(' or ') : String(type ?? 'anything');
  return `${named}${format === undefined ? boundsOf(schema) : ` (${format})`}`;
}

function boundsOf({ minimum, maximum, minLength, maxLength, pattern }: Json): string {
  if (typeof pattern === 'string') return ` \`${cell(pattern)}\``;
  const [least, most] = [minimum ?? minLength, maximum ?? maxLength];
  if (most === undefined || Number(most) >= Number.MAX_SAFE_INTEGER) return '';
  const unit = maxLength === undefined ? '' : ' characters';
  return least === undefined ? `, at most ${most}${unit}` : `, ${least} to ${most}${unit}`;
}
