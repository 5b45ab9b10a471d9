/**
 * How a constraint is broken, by its definition as PostgreSQL tells it (`pg_get_constraintdef` and
 * `pg_get_indexdef`, pretty): each a definition that lets more through, or less.
 */

/** What becomes of a definition; `definition` null: it is dropped. */
export interface Weakened {
  readonly sort: string;
  readonly before: string;
  readonly after: string;
  readonly definition: string | null;
}

const dropped = (definition: string): Weakened => ({
  sort: 'dropped',
  before: definition,
  after: '',
  definition: null,
});

/** In a list of words, `ARRAY['a'::text, 'b'::text]` or `'{a,b}'::text[]`, each of them. */
const eachWord = /(?<=ARRAY\[.*)'[^']+'::text(?=.*\])|(?<='\{[^}]*)[^,{}']+(?=[^{]*\}')/g;

/** Dropped; each term gone; each bound one off; each word gone; an equivalence that holds one way only. */
export function brokenChecks(definition: string): readonly Weakened[] {
  const condition = /^CHECK \((.*)\)$/s.exec(definition)?.[1] ?? '';
  const become = (sort: string, before: string, after: string, changed: string): Weakened => ({
    sort,
    before,
    after,
    definition: `CHECK (${changed})`,
  });
  const terms = termsOf(condition);
  const [left, right] = sidesOf(condition);
  return [
    dropped(definition),
    ...(terms.length > 1 ? terms : []).map((term, index) =>
      become('term left out', term, '', terms.toSpliced(index, 1).join(' AND ')),
    ),
    ...replaced(condition, /(?<=[<>]=? )\d+/g, (bound) => [
      String(Number(bound) + 1),
      // As it is written, -1 would be taken for an operator and a number.
      `(${Number(bound) - 1})`,
    ]).map(([before, after, changed]) => become('bound', before, after, changed)),
    ...replaced(condition, eachWord, () => ['']).map(([before, after, changed]) =>
      become('word left out', before, after, changed.replace(/(?<=[[{]), ?|, ?(?=[,\]}])/, '')),
    ),
    ...replaced(condition, /(?<=~ ')\^|\$(?=')/g, () => ['']).map(([before, after, changed]) =>
      become('pattern', before, after, changed),
    ),
    ...(left === undefined || right === undefined
      ? []
      : [
          become('one way', condition, `${left} only if ${right}`, `NOT ${left} OR ${right}`),
          become('one way', condition, `${right} only if ${left}`, `${left} OR NOT ${right}`),
        ]),
  ];
}

/** `UNIQUE INDEX … (columns) WHERE …`, `PRIMARY KEY (columns)`: dropped, over fewer columns, without condition. */
export function brokenUniques(definition: string): readonly Weakened[] {
  const [, start = '', list = '', end = ''] = /^(.*?\()([^)]*)(\).*)$/s.exec(definition) ?? [];
  const columns = list.split(', ');
  const [, indexed, condition] = /^(.*?) WHERE (.*)$/s.exec(definition) ?? [];
  const terms = condition === undefined ? [] : termsOf(condition);
  return [
    dropped(definition),
    ...(columns.length > 1 ? columns : []).map((column, index) => ({
      sort: 'column left out',
      before: column,
      after: '',
      definition: start + columns.toSpliced(index, 1).join(', ') + end,
    })),
    ...terms.map((term, index) => ({
      sort: 'term left out',
      before: term,
      after: '',
      definition: [indexed, terms.toSpliced(index, 1).join(' AND ')]
        .filter(Boolean)
        .join(' WHERE '),
    })),
  ];
}

/** Each place where the pattern is found, with each of what it may become. */
function replaced(
  text: string,
  pattern: RegExp,
  by: (found: string) => readonly string[],
): readonly (readonly [before: string, after: string, changed: string])[] {
  return [...text.matchAll(pattern)].flatMap((match) =>
    by(match[0]).map((after) => {
      const end = match.index + match[0].length;
      return [match[0], after, text.slice(0, match.index) + after + text.slice(end)] as const;
    }),
  );
}

/** What is joined by AND, outside of brackets. */
const termsOf = (condition: string): readonly string[] => split(condition, ' AND ');
const sidesOf = (condition: string): readonly string[] =>
  condition.startsWith('(') ? split(condition, ' = ') : [];

function split(text: string, by: string): readonly string[] {
  const parts: string[] = [];
  let [depth, start] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(') depth++;
    if (text[at] === ')') depth--;
    if (depth === 0 && text.startsWith(by, at)) {
      parts.push(text.slice(start, at));
      start = at + by.length;
    }
  }
  return [...parts, text.slice(start)];
}
