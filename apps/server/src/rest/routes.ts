/** The REST routes, read off the router: each procedure's own word on method and path. */
import type { Scope } from '@florin/core';
import type { AnyTRPCProcedure } from '@trpc/server';
import { z } from 'zod';
import { appRouter } from '../router/index.ts';
import { type Meta, type RestTold, scopeOf } from '../router/trpc.ts';
import { camelOf, snakeKeysOf, snakeOf } from './casing.ts';

export interface RestRoute {
  /** The procedure's path in the router, such as `payments.create`. */
  readonly procedure: string;
  readonly type: 'query' | 'mutation';
  readonly method: Meta['rest']['method'];
  /** As `Meta` has it: `/payments/{id}/`. */
  readonly path: string;
  readonly isPage: boolean;
  /** The input that asks for the next page, where there are pages. */
  readonly nextBy: NonNullable<Meta['rest']['page']> | null;
  /** The inputs that the path names. */
  readonly inPath: ReadonlySet<string>;
  /** The input's fields, by name: their JSON Schema, as callers must send them. */
  readonly fields: ReadonlyMap<string, z.core.JSONSchema.JSONSchema>;
  /** The names of those that the path does not name, by how REST writes them. */
  readonly bySnake: ReadonlyMap<string, string>;
  /** The procedure's answer, with the names that REST has. */
  readonly snakeKeys: (output: unknown) => unknown;
  /** The procedure's own schemas, and what no schema says; for the OpenAPI document. */
  readonly input: z.ZodType;
  readonly output: z.ZodType;
  readonly told: RestTold;
  /** What the caller's key must be allowed to do. */
  readonly scope: Scope;
}

/** What tRPC keeps of a procedure; its types hide the schemas. */
interface Definition {
  readonly type: RestRoute['type'];
  readonly meta: Meta;
  readonly inputs: readonly z.ZodType[];
  readonly output?: z.ZodType;
}

export const restRoutes: readonly RestRoute[] = Object.entries(
  appRouter._def.procedures as unknown as Record<string, AnyTRPCProcedure>,
).map(([procedure, { _def }]) => {
  const { type, meta, inputs, output } = _def as unknown as Definition;
  const { method, path, page, ...told } = meta.rest;
  const answered = output ?? z.null();
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => camelOf(name));
  const [input = z.strictObject({})] = inputs;
  const inPath = new Set(names);
  const fields = fieldsOf(input);
  const given = [...fields.keys()].filter((name) => !inPath.has(name));
  return {
    procedure,
    type,
    method,
    path,
    isPage: page !== undefined,
    nextBy: page ?? null,
    inPath,
    fields,
    bySnake: new Map(given.map((name) => [snakeOf(name), name])),
    snakeKeys: snakeKeysOf(answered),
    input,
    output: answered,
    told,
    scope: scopeOf(type, meta),
  };
});

function fieldsOf(input: z.ZodType): RestRoute['fields'] {
  const { properties } = z.toJSONSchema(input, { io: 'input' });
  return new Map(
    Object.entries(properties ?? {}).flatMap(([name, schema]) =>
      typeof schema === 'object' ? [[name, schema] as const] : [],
    ),
  );
}
