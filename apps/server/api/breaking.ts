/**
 * What of a change of the OpenAPI document would break a client that keeps to the document before it:
 * a request that was taken is refused, or an answer holds what no client was told of.
 */

export type Json = Readonly<Record<string, unknown>>;

/** A request narrows where less is taken; an answer widens where more may come. */
type Side = 'request' | 'answer';

interface Documents {
  readonly before: Json;
  readonly after: Json;
}

/** A line each, such as `POST /payments, 201: $.status may be "HELD"`; in the order of the document. */
export function breakingChanges(before: Json, after: Json): readonly string[] {
  const documents = { before, after };
  const [pathsBefore, pathsAfter] = [objectAt(before, 'paths'), objectAt(after, 'paths')];
  return Object.entries(pathsBefore).flatMap(([path, methods]) =>
    Object.entries(methods as Json).flatMap(([method, operation]) => {
      const name = `${method.toUpperCase()} ${path}`;
      const now = objectAt(pathsAfter, path)[method] as Json | undefined;
      if (now === undefined) return [`${name} is gone`];
      return operationChanges(documents, name, operation as Json, now);
    }),
  );
}

function operationChanges(
  documents: Documents,
  name: string,
  before: Json,
  after: Json,
): readonly string[] {
  return [
    ...parameterChanges(documents, name, before, after),
    ...bodyChanges(documents, name, before, after),
    ...answerChanges(documents, name, before, after),
  ];
}

function parameterChanges(
  { before: old, after: young }: Documents,
  name: string,
  before: Json,
  after: Json,
): readonly string[] {
  const then = parametersOf(old, before);
  const now = parametersOf(young, after);
  const known = [...then].flatMap(([key, parameter]) => {
    const other = now.get(key);
    if (!other) return [`${name}: the parameter ${key} is gone`];
    const what = `${name}: the parameter ${key}`;
    const schemas = [parameter['schema'], other['schema']] as const;
    const isNewlyRequired = other['required'] === true && parameter['required'] !== true;
    return [
      ...(isNewlyRequired ? [`${what} is required`] : []),
      ...schemaChanges({ before: old, after: young }, what, 'request', ...schemas),
    ];
  });
  const added = [...now]
    .filter(([key, parameter]) => !then.has(key) && parameter['required'] === true)
    .map(([key]) => `${name}: the parameter ${key} is new, and required`);
  return [...known, ...added];
}

function parametersOf(document: Json, operation: Json): ReadonlyMap<string, Json> {
  const all = (operation['parameters'] ?? []) as readonly Json[];
  const parameters = all.map((one) => resolved(document, one));
  return new Map(parameters.map((one) => [`${one['name']} (${one['in']})`, one]));
}

function bodyChanges(
  documents: Documents,
  name: string,
  before: Json,
  after: Json,
): readonly string[] {
  const [then, now] = [before['requestBody'], after['requestBody']] as (Json | undefined)[];
  if (!then) return now?.['required'] === true ? [`${name}: a body is required`] : [];
  if (!now) return [`${name}: takes no body any more`];
  const isNewlyRequired = now['required'] === true && then['required'] !== true;
  return [
    ...(isNewlyRequired ? [`${name}: a body is required`] : []),
    ...contentChanges(documents, `${name}: the body`, 'request', then, now),
  ];
}

function answerChanges(
  documents: Documents,
  name: string,
  before: Json,
  after: Json,
): readonly string[] {
  const then = objectAt(before, 'responses');
  const now = objectAt(after, 'responses');
  const isSuccess = (status: string) => status.startsWith('2');
  const known = Object.entries(then)
    .filter(([status]) => isSuccess(status))
    .flatMap(([status, response]) => {
      const other = now[status] as Json | undefined;
      // It may have been refused for good reasons; that it is never answered so is for the change file.
      if (!other) return [`${name}: ${status} is gone`];
      const answers = [
        resolved(documents.before, response as Json),
        resolved(documents.after, other),
      ] as const;
      return contentChanges(documents, `${name}, ${status}`, 'answer', ...answers);
    });
  const added = Object.keys(now)
    .filter((status) => isSuccess(status) && !(status in then))
    .map((status) => `${name}: ${status} is new`);
  return [...known, ...added];
}

function contentChanges(
  documents: Documents,
  what: string,
  side: Side,
  before: Json,
  after: Json,
): readonly string[] {
  const now = objectAt(after, 'content');
  return Object.entries(objectAt(before, 'content')).flatMap(([type, media]) => {
    const other = now[type] as Json | undefined;
    if (!other) return [`${what} is no ${type} any more`];
    return schemaChanges(documents, what, side, (media as Json)['schema'], other['schema']);
  });
}

/** What a value must keep to, but for its type, values and parts: any change of it is told. */
const bounds = [
  'pattern',
  'format',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'minItems',
  'maxItems',
  'maxProperties',
] as const;

function schemaChanges(
  documents: Documents,
  what: string,
  side: Side,
  before: unknown,
  after: unknown,
  path = '$',
  seen: readonly string[] = [],
): readonly string[] {
  const ref = (before as Json | undefined)?.['$ref'];
  // A schema that holds itself was compared further up.
  if (typeof ref === 'string' && seen.includes(ref)) return [];
  const within = typeof ref === 'string' ? [...seen, ref] : seen;
  const then = resolved(documents.before, (before ?? {}) as Json);
  const now = resolved(documents.after, (after ?? {}) as Json);
  const at = `${what}: ${path}`;
  const below = (one: unknown, other: unknown, step: string) =>
    schemaChanges(documents, what, side, one, other, `${path}${step}`, within);
  return [
    ...valueChanges(at, side, then, now),
    ...bounds
      .filter((bound) => then[bound] !== now[bound])
      .filter((bound) => (side === 'request' ? now : then)[bound] !== undefined)
      .map(
        (bound) => `${at} has another ${bound}: ${shown(then[bound])}, now ${shown(now[bound])}`,
      ),
    ...propertyChanges(at, side, then, now),
    ...Object.entries(objectAt(then, 'properties')).flatMap(([name, schema]) => {
      const other = objectAt(now, 'properties')[name];
      return other === undefined ? [] : below(schema, other, `.${name}`);
    }),
    ...(then['items'] && now['items'] ? below(then['items'], now['items'], '[]') : []),
    ...alternativeChanges(at, then, now, below),
  ];
}

/** Types and listed values: of a request none may go, of an answer none may come. */
function valueChanges(at: string, side: Side, then: Json, now: Json): readonly string[] {
  return (['types', 'values'] as const).flatMap((kind) => {
    const [old, young] = [listed[kind](then), listed[kind](now)];
    // Without a list anything is taken, and anything may come.
    if (side === 'request') {
      if (young === null) return [];
      const gone = (old ?? ['anything else']).filter((one) => !young.includes(one));
      return gone.map((one) => `${at} may no longer be ${one}`);
    }
    if (old === null) return [];
    const come = (young ?? ['anything else']).filter((one) => !old.includes(one));
    return come.map((one) => `${at} may be ${one}`);
  });
}

const listed = {
  types({ type }: Json): readonly string[] | null {
    return type === undefined ? null : [type].flat().map(String);
  },
  values(schema: Json): readonly string[] | null {
    if ('const' in schema) return [shown(schema['const'])];
    return Array.isArray(schema['enum']) ? schema['enum'].map(shown) : null;
  },
} as const;

function propertyChanges(at: string, side: Side, then: Json, now: Json): readonly string[] {
  const [old, young] = [objectAt(then, 'properties'), objectAt(now, 'properties')];
  const requiredOf = (schema: Json) => (schema['required'] ?? []) as readonly string[];
  const gone = Object.keys(old).filter((name) => !(name in young));
  const stillThere = (name: string) => name in young;
  if (side === 'answer') {
    const optional = requiredOf(then).filter(
      (name) => stillThere(name) && !requiredOf(now).includes(name),
    );
    return [
      ...gone.map((name) => `${at}.${name} is gone`),
      ...optional.map((name) => `${at}.${name} may be missing`),
    ];
  }
  const demanded = requiredOf(now).filter((name) => !requiredOf(then).includes(name));
  return [
    ...gone.map((name) => `${at}.${name} is no longer taken`),
    ...demanded.map((name) => `${at}.${name} is required`),
  ];
}

/** Alternatives are compared in their order; how many there are is told, whichever side it is. */
function alternativeChanges(
  at: string,
  then: Json,
  now: Json,
  below: (one: unknown, other: unknown, step: string) => readonly string[],
): readonly string[] {
  return (['anyOf', 'oneOf', 'allOf'] as const).flatMap((kind) => {
    const [old, young] = [then[kind] ?? [], now[kind] ?? []] as (readonly unknown[])[];
    if (old?.length !== young?.length) {
      return [`${at} has ${young?.length} alternatives (${kind}), it had ${old?.length}`];
    }
    return (old ?? []).flatMap((one, index) => below(one, young?.[index], `(${index + 1})`));
  });
}

function objectAt(value: Json, name: string): Json {
  return (value[name] ?? {}) as Json;
}

function resolved(document: Json, value: Json): Json {
  const ref = value['$ref'];
  if (typeof ref !== 'string') return value;
  const names = ref.slice('#/'.length).split('/');
  return names.reduce<unknown>((at, name) => (at as Json)[name], document) as Json;
}

const shown = (value: unknown): string => (value === undefined ? 'none' : JSON.stringify(value));
