/** The syntax tree of a source file, without what is types only: breaking a type breaks nothing that runs. */
import { parseAst } from 'vitest/node';

/** A node as ESTree has it; `start` and `end` are positions in the text. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

export function parse(text: string): Node {
  return parseAst(text, { lang: 'ts' }) as unknown as Node;
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';

/** The node in a field of which it is known that it has one. */
export const child = (node: Node, field: string): Node => node[field] as Node;
/** The nodes in a list; holes are left out. */
export const children = (node: Node, field: string): readonly Node[] =>
  ((node[field] ?? []) as readonly unknown[]).filter(isNode);

/** `as const`, `satisfies T` and `!` stand around something that runs. */
const wrappers = ['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression'];

export function unwrapped(node: Node): Node {
  const isWrapper = wrappers.includes(node.type) || node.type === 'ParenthesizedExpression';
  return isWrapper ? unwrapped(child(node, 'expression')) : node;
}

/** Every node that runs, with those that it stands in, the nearest first. */
export function* walk(
  node: Node,
  around: readonly Node[] = [],
): Generator<[Node, readonly Node[]]> {
  if (node.type === 'ImportDeclaration') return;
  if (node.type.startsWith('TS') && !wrappers.includes(node.type)) return;
  yield [node, around];
  for (const value of Object.values(node)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (isNode(one)) yield* walk(one, [node, ...around]);
    }
  }
}

/** The name of an identifier, the value of a string; null of anything else. */
export function nameIn(node: Node): string | null {
  if (node.type === 'Identifier') return node['name'] as string;
  return typeof node['value'] === 'string' ? node['value'] : null;
}
