/** Words that stand for one another in the heart: a mutant says another one of the same vocabulary. */
import { child, children, type Node, nameIn, unwrapped, walk } from './syntax.ts';

export type Vocabulary = readonly string[];

/**
 * Every list of words (`as const`) in these files, the statuses and outcomes of the lifecycle table,
 * and the refusals that are given.
 */
export function vocabulariesOf(files: readonly Node[]): readonly Vocabulary[] {
  const nodes = files.flatMap((file) => [...walk(file)].map(([node]) => node));
  const lists = nodes
    .filter(({ type }) => type === 'ArrayExpression')
    .map((node) => children(node, 'elements').map(wordIn))
    .filter((words) => words.length > 1)
    .filter((words): words is string[] => words.every((word) => word !== null));
  const refusals = nodes.filter(isRefusal).map((node) => wordIn(argumentsOf(node)[0]) ?? '');
  const lifecycle = nodes.find((node) => isDeclaration(node, 'lifecycle'));
  const levels = lifecycle ? keysByLevel(unwrapped(child(lifecycle, 'init'))) : [];
  const [statuses = [], , outcomes = []] = levels;
  return [...lists, statuses, outcomes, refusals].map((words) => [...new Set(words)]);
}

/** The next word of the same vocabulary; null where the word is in none. */
export function otherWord(word: string, vocabularies: readonly Vocabulary[]): string | null {
  const words = vocabularies.find((vocabulary) => vocabulary.includes(word)) ?? [];
  return words.length > 1 ? (words[(words.indexOf(word) + 1) % words.length] ?? null) : null;
}

const argumentsOf = (call: Node): readonly Node[] => children(call, 'arguments');
const wordIn = (node: Node | undefined): string | null =>
  node?.type === 'Literal' ? nameIn(node) : null;
const isRefusal = (node: Node): boolean =>
  node.type === 'CallExpression' &&
  nameIn(child(node, 'callee')) === 'refused' &&
  wordIn(argumentsOf(node)[0]) !== null;
const isDeclaration = (node: Node, name: string): boolean =>
  node.type === 'VariableDeclarator' && nameIn(child(node, 'id')) === name;

/** The keys of an object, then those of the objects in it, and so on. */
function keysByLevel(object: Node): readonly (readonly string[])[] {
  const properties = children(object, 'properties');
  const keys = properties.map((property) => nameIn(child(property, 'key')) ?? '');
  const inner = properties
    .map((property) => unwrapped(child(property, 'value')))
    .filter(({ type }) => type === 'ObjectExpression')
    .map(keysByLevel);
  const depth = Math.max(0, ...inner.map((levels) => levels.length));
  const below = Array.from({ length: depth }, (_, level) => inner.flatMap((it) => it[level] ?? []));
  return keys.length === 0 ? [] : [keys, ...below];
}
