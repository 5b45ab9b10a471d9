/** REST is snake_case, tRPC is camelCase: one mechanical mapping. `metadata` keys are the caller's. */
import { z } from 'zod';

/** Each answer has the same names as the last one. Those of answers are ours, so there are few. */
const snakes = new Map<string, string>();

export function snakeOf(camel: string): string {
  const known = snakes.get(camel);
  if (known !== undefined) return known;
  const snake = camel.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  snakes.set(camel, snake);
  return snake;
}

export const camelOf = (snake: string): string =>
  snake.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** Whether a name is as REST writes it: a camelCase name is an unknown one. */
export const isSnake = (name: string): boolean => /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name);

/** `value` with the keys of all its objects in snake_case. */
export function snakeKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeKeys);
  if (typeof value !== 'object' || value === null) return value;
  const renamed: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    renamed[snakeOf(key)] = key === theirs ? inner : snakeKeys(inner);
  }
  return renamed;
}

type Renaming = (value: unknown) => unknown;

/** `snakeKeys` for what is of one schema, whose names are looked at once and not in every value. */
export function snakeKeysOf(schema: z.core.$ZodType): Renaming {
  if (schema instanceof z.ZodNullable) {
    const inner = snakeKeysOf(schema.unwrap());
    return (value) => (value === null ? null : inner(value));
  }
  if (schema instanceof z.ZodArray) {
    const inner = snakeKeysOf(schema.element);
    return (values) => (values as readonly unknown[]).map(inner);
  }
  return schema instanceof z.ZodObject ? snakeMembers(schema.shape) : snakeKeys;
}

function snakeMembers(shape: z.core.$ZodShape): Renaming {
  const members = Object.entries(shape).map(
    ([name, schema]) =>
      [name, snakeOf(name), name === theirs ? asItIs : snakeKeysOf(schema)] as const,
  );
  // To begin with: an object that gets so many names one by one is slower to make and to write.
  const blank = Object.fromEntries(members.map(([, snake]) => [snake, undefined as unknown]));
  return (value) => {
    const renamed = { ...blank };
    for (const [name, snake, inner] of members) {
      renamed[snake] = inner((value as Readonly<Record<string, unknown>>)[name]);
    }
    return renamed;
  };
}

const theirs = 'metadata';
const asItIs: Renaming = (value) => value;

/** A field's name or dotted path as REST writes it. */
export function snakePath(path: string): string {
  const [root = '', ...rest] = path.split('.');
  return [snakeOf(root), ...rest].join('.');
}
