/** REST is snake_case, tRPC is camelCase: one mechanical mapping. `metadata` keys are the caller's. */

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
    renamed[snakeOf(key)] = key === 'metadata' ? inner : snakeKeys(inner);
  }
  return renamed;
}

/** A field's name or dotted path as REST writes it. */
export function snakePath(path: string): string {
  const [root = '', ...rest] = path.split('.');
  return [snakeOf(root), ...rest].join('.');
}
