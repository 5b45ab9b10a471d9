/** What of the OpenAPI document other documents are made of. */

export type Json = Readonly<Record<string, unknown>>;

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly security?: readonly unknown[];
  readonly parameters: readonly Json[];
  readonly requestBody?: { readonly content: Json };
  readonly responses: Readonly<Record<string, Json>>;
}

/** An operation, and where it is asked for. */
export interface Documented extends Operation {
  /** In lower case. */
  readonly method: string;
  readonly path: string;
}

export function operationsOf(document: Json): readonly Documented[] {
  const paths = document['paths'] as Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, method, path })),
  );
}

/** What a `$ref` leads to; anything else as it is. */
export function resolved(value: Json, document: Json): Json {
  const ref = value['$ref'];
  if (typeof ref !== 'string') return value;
  const names = ref.slice('#/'.length).split('/');
  return names.reduce<unknown>((at, name) => (at as Json)[name], document) as Json;
}
