/** How constraints are broken: given a definition, every definition that it becomes. */
import { expect, test } from 'vitest';
import { brokenChecks, brokenUniques, type Weakened } from '../src/mutants/definitions.ts';

const shown = ({ sort, definition }: Weakened) => `${sort}: ${definition}`;

test.each([
  ['CHECK (amount > 0)', ['bound: CHECK (amount > 1)', 'bound: CHECK (amount > (-1))']],
  [
    'CHECK (a >= 1 AND (a + b) <= c)',
    [
      'term left out: CHECK ((a + b) <= c)',
      'term left out: CHECK (a >= 1)',
      'bound: CHECK (a >= 2 AND (a + b) <= c)',
      'bound: CHECK (a >= (0) AND (a + b) <= c)',
    ],
  ],
  [
    "CHECK (mode = ANY (ARRAY['test'::text, 'live'::text]))",
    [
      "word left out: CHECK (mode = ANY (ARRAY['live'::text]))",
      "word left out: CHECK (mode = ANY (ARRAY['test'::text]))",
    ],
  ],
  [
    "CHECK (scopes <@ '{a:b,c}'::text[])",
    [
      "word left out: CHECK (scopes <@ '{c}'::text[])",
      "word left out: CHECK (scopes <@ '{a:b}'::text[])",
    ],
  ],
  [
    "CHECK ((due IS NOT NULL) = (status = 'open'::text))",
    [
      "one way: CHECK (NOT (due IS NOT NULL) OR (status = 'open'::text))",
      "one way: CHECK ((due IS NOT NULL) OR NOT (status = 'open'::text))",
    ],
  ],
  [
    "CHECK (currency ~ '^[A-Z]{3}$'::text)",
    [
      "pattern: CHECK (currency ~ '[A-Z]{3}$'::text)",
      "pattern: CHECK (currency ~ '^[A-Z]{3}'::text)",
    ],
  ],
])('%s', (definition, broken) => {
  expect(brokenChecks(definition).map(shown)).toEqual(['dropped: null', ...broken]);
});

test.each([
  ['PRIMARY KEY (a, b)', ['column left out: PRIMARY KEY (b)', 'column left out: PRIMARY KEY (a)']],
  [
    "CREATE UNIQUE INDEX i ON t USING btree (a) WHERE x AND y <> 'z'::text",
    [
      "term left out: CREATE UNIQUE INDEX i ON t USING btree (a) WHERE y <> 'z'::text",
      'term left out: CREATE UNIQUE INDEX i ON t USING btree (a) WHERE x',
    ],
  ],
])('%s', (definition, broken) => {
  expect(brokenUniques(definition).map(shown)).toEqual(['dropped: null', ...broken]);
});
