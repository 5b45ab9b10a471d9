/**
 * How source is broken: one row a kind of node, each with what it is replaced by. A guard, a case or
 * a row that is new is broken without anyone listing it.
 */
import { child, children, type Node, nameIn } from './syntax.ts';
import { otherWord, type Vocabulary } from './vocabularies.ts';

/** A piece of the text and what comes in its place. */
export interface Edit {
  readonly sort: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface Source {
  readonly text: string;
  readonly vocabularies: readonly Vocabulary[];
}

type Operator = (node: Node, source: Source, around: readonly Node[]) => readonly Edit[];

const opposites: Readonly<Record<string, readonly [sort: string, operator: string]>> = {
  '===': ['comparison', '!=='],
  '!==': ['comparison', '==='],
  '>': ['boundary', '>='],
  '>=': ['boundary', '>'],
  '<': ['boundary', '<='],
  '<=': ['boundary', '<'],
  '+': ['arithmetic', '-'],
  '-': ['arithmetic', '+'],
};

/** A payment's amounts, each of which could stand where another does. */
const amounts = ['amount', 'authorized', 'captured', 'refunded', 'refundPending'] as const;
const holdersOfAmounts = ['payment', 'amounts', 'changed'];

const operators: Readonly<Record<string, Operator>> = {
  IfStatement: (node) => bothWays('condition', child(node, 'test')),
  ConditionalExpression: (node) => bothWays('choice', child(node, 'test')),
  LogicalExpression: (node, { text }) =>
    [child(node, 'left'), child(node, 'right')].map((side) =>
      inPlaceOf(node, `half of ${node['operator']}`, `(${textOf(side, text)})`),
    ),
  BinaryExpression: (node, { text }) => {
    const [left, right] = [child(node, 'left'), child(node, 'right')];
    const operator = String(node['operator']);
    if (operator === 'in') return [inPlaceOf(node, 'comparison', `!(${textOf(node, text)})`)];
    const opposite = opposites[operator];
    if (!opposite) return [];
    return [{ sort: opposite[0], start: left.end, end: right.start, text: ` ${opposite[1]} ` }];
  },
  UnaryExpression: (node, { text }) =>
    node['operator'] === '!'
      ? [inPlaceOf(node, 'negation', textOf(child(node, 'argument'), text))]
      : [],
  MemberExpression: (node) => {
    const [object, property] = [child(node, 'object'), child(node, 'property')];
    const found = amounts.indexOf(nameIn(property) as (typeof amounts)[number]);
    if (found < 0 || !holdersOfAmounts.includes(nameIn(object) ?? '')) return [];
    return [inPlaceOf(property, 'amount', amounts[(found + 1) % amounts.length] ?? '')];
  },
  Literal: (node, { vocabularies }) => {
    const value = node['value'];
    if (typeof value === 'boolean') return [inPlaceOf(node, 'constant', String(!value))];
    if (typeof value === 'number') return [inPlaceOf(node, 'constant', String(value + 1))];
    if (typeof value === 'bigint') return [inPlaceOf(node, 'constant', `${value + 1n}n`)];
    const other = typeof value === 'string' ? otherWord(value, vocabularies) : null;
    return other === null ? [] : [inPlaceOf(node, 'word', `'${other}'`)];
  },
  ObjectExpression: (node, source, around) => {
    const isTable = !around.some(({ type }) => type.includes('Function'));
    return [
      ...without(children(node, 'properties'), isTable ? 'row' : 'field', source),
      ...swapped(node, source),
    ];
  },
  ArrayExpression: (node, source) => without(children(node, 'elements'), 'element', source),
  CallExpression: (node, { text }) => {
    const callee = child(node, 'callee');
    if (callee.type !== 'MemberExpression') return [];
    const method = child(callee, 'property');
    switch (nameIn(method)) {
      case 'some':
        return [inPlaceOf(method, 'method', 'every')];
      case 'filter':
      case 'sort':
        return [inPlaceOf(node, 'method', textOf(child(callee, 'object'), text))];
      default:
        return [];
    }
  },
  ExpressionStatement: (node) => [inPlaceOf(node, 'statement', ';')],
};

export function editsOf(node: Node, source: Source, around: readonly Node[]): readonly Edit[] {
  return operators[node.type]?.(node, source, around) ?? [];
}

const textOf = ({ start, end }: Node, text: string): string => text.slice(start, end);
const inPlaceOf = ({ start, end }: Node, sort: string, text: string): Edit => ({
  sort,
  start,
  end,
  text,
});

const bothWays = (sort: string, test: Node): readonly Edit[] => [
  inPlaceOf(test, sort, 'false'),
  inPlaceOf(test, sort, 'true'),
];

/** Each one left out, with the comma after it. */
function without(nodes: readonly Node[], what: string, { text }: Source): readonly Edit[] {
  return nodes.map(({ start, end }) => {
    const comma = /^\s*,/.exec(text.slice(end))?.[0].length ?? 0;
    return { sort: `${what} left out`, start, end: end + comma, text: '' };
  });
}

/** An entry of the ledger the other way round. */
function swapped(node: Node, { text }: Source): readonly Edit[] {
  const accountOf = (name: string) => {
    const found = children(node, 'properties').find(
      (property) => property.type === 'Property' && nameIn(child(property, 'key')) === name,
    );
    return found && textOf(child(found, 'value'), text);
  };
  const [debit, credit] = [accountOf('debit'), accountOf('credit')];
  if (debit === undefined || credit === undefined) return [];
  return [inPlaceOf(node, 'accounts swapped', `{ debit: ${credit}, credit: ${debit} }`)];
}
