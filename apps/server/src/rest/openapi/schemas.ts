/** JSON Schemas as REST has them: made from the schemas that serve, names in snake_case. */
import { limits } from '@florin/core';
import { z } from 'zod';
import { snakePath } from '../casing.ts';
import type { Components, Json, Ref } from './components.ts';

/**
 * The schema of what is sent (`input`) or answered (`output`). Those with an `id` in their `meta`
 * become shared parts.
 */
export function schemaOf(type: z.ZodType, io: 'input' | 'output', components: Components): Json {
  // In a box of its own the schema is no root, and so a reference too if it has an id.
  const { properties, $defs = {} } = z.toJSONSchema(z.object({ it: type }), {
    io,
    target: 'draft-2020-12',
  });
  for (const [name, part] of Object.entries($defs)) {
    components.share('schemas', name, snakeSchema(part) as Json);
  }
  return snakeSchema(properties?.['it']) as Json;
}

/** Keywords whose value is the caller's data, and no schema. */
const data = new Set(['const', 'default', 'enum', 'examples']);

function snakeSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(snakeSchema);
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([keyword, value]): [string, unknown] => {
      if (data.has(keyword)) return [keyword, value];
      if (keyword === '$ref') return [keyword, value.replace('#/$defs/', '#/components/schemas/')];
      if (keyword === 'required') return [keyword, value.map(snakePath)];
      if (keyword !== 'properties') return [keyword, snakeSchema(value)];
      const properties = Object.entries<unknown>(value);
      return [
        keyword,
        Object.fromEntries(properties.map(([name, one]) => [snakePath(name), snakeSchema(one)])),
      ];
    }),
  );
}

/** An amount in a body: REST also takes a number, which it judges by its source text. */
export function amountSchema(components: Components): Ref {
  const { amountIntegerDigits } = limits;
  return components.share('schemas', 'Amount', {
    type: ['string', 'number'],
    description:
      'More than zero, with at most as many decimals as the currency has; a string, or a number, which is read as it is written and never rounded.',
    pattern: `^(?=.*[1-9])(0|[1-9][0-9]{0,${amountIntegerDigits - 1}})([.][0-9]{1,4})?$`,
    exclusiveMinimum: 0,
    exclusiveMaximum: 10 ** amountIntegerDigits,
    examples: ['150.00', 150.5],
  });
}

/** A value that shows the schema: the first of its own examples, or made of those of its parts. */
export function exampleOf(schema: Json, components: Components): unknown {
  const { examples, properties, items } = components.resolve(schema);
  if (Array.isArray(examples)) return examples[0];
  if (items) return [exampleOf(items as Json, components)];
  if (!properties) throw new Error(`No example of ${JSON.stringify(schema)}.`);
  return Object.fromEntries(
    Object.entries(properties).map(([name, one]) => [name, exampleOf(one as Json, components)]),
  );
}
