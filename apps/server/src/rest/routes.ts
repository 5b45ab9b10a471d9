/** The REST routes, read off the router: each procedure's own word on method and path. */
import type { AnyTRPCProcedure } from '@trpc/server';
import { z } from 'zod';
import { appRouter } from '../router/index.ts';
import type { Meta } from '../router/trpc.ts';
import { camelOf } from './casing.ts';

export interface RestRoute {
  /** The procedure's path in the router, such as `payments.create`. */
  readonly procedure: string;
  readonly type: 'query' | 'mutation';
  readonly method: Meta['rest']['method'];
  /** As `Meta` has it: `/payments/{id}/`. */
  readonly path: string;
  readonly isPage: boolean;
  /** The inputs that the path names. */
  readonly inPath: ReadonlySet<string>;
  /** The input's fields, by name: their JSON Schema, as callers must send them. */
  readonly fields: ReadonlyMap<string, z.core.JSONSchema.JSONSchema>;
}

export const restRoutes: readonly RestRoute[] = Object.entries(
  appRouter._def.procedures as unknown as Record<string, AnyTRPCProcedure>,
).map(([procedure, { _def }]) => {
  const { method, path, page } = (_def.meta as Meta).rest;
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => camelOf(name));
  return {
    procedure,
    type: _def.type as RestRoute['type'],
    method,
    path,
    isPage: page ?? false,
    inPath: new Set(names),
    fields: fieldsOf((_def as unknown as { inputs: readonly z.ZodType[] }).inputs[0]),
  };
});

function fieldsOf(input: z.ZodType | undefined): RestRoute['fields'] {
  if (!input) return new Map();
  const { properties } = z.toJSONSchema(input, { io: 'input' });
  return new Map(
    Object.entries(properties ?? {}).flatMap(([name, schema]) =>
      typeof schema === 'object' ? [[name, schema] as const] : [],
    ),
  );
}
