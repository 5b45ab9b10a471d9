/** Renaming by a schema says what renaming by the value says. */
import { expect, it } from 'vitest';
import { z } from 'zod';
import { snakeKeys, snakeKeysOf } from '../src/rest/casing.ts';

const inner = z.object({ innerName: z.string(), another: z.int().nullable() });
const metadata = z.record(z.string(), z.unknown());
const outer = z.object({
  one: inner,
  maybeNone: inner.nullable(),
  left: inner.optional(),
  manyOfThem: z.array(inner),
  namesAsTheyAre: z.array(z.string()),
  eitherOf: z.union([inner, z.string()]),
  metadata,
});

const named = { innerName: 'aB', another: null };
const whole = {
  one: named,
  maybeNone: named,
  left: named,
  manyOfThem: [named, { innerName: '', another: 7 }],
  namesAsTheyAre: ['aB'],
  eitherOf: named,
  metadata: { cartId: '7', deepDown: { cartId: '8' } },
};

const renamed = { inner_name: 'aB', another: null };

it('an object, with all that is in it', () => {
  expect(snakeKeysOf(outer)(whole)).toEqual({
    one: renamed,
    maybe_none: renamed,
    left: renamed,
    many_of_them: [renamed, { inner_name: '', another: 7 }],
    names_as_they_are: ['aB'],
    either_of: renamed,
    metadata: whole.metadata,
  });
});

const rows: readonly (readonly [string, z.ZodType, unknown])[] = [
  ['an object', outer, whole],
  ['what is null', outer, { ...whole, maybeNone: null, manyOfThem: [] }],
  ['null', outer.nullable(), null],
  ['a list', z.array(outer), [whole, { ...whole, eitherOf: 'innerName' }]],
  ['a text', z.string(), 'innerName'],
  ['a list of texts', z.array(z.string()), ['innerName']],
];

it.each(rows)('%s: in the same order too', (_, schema, value) => {
  expect(JSON.stringify(snakeKeysOf(schema)(value))).toBe(JSON.stringify(snakeKeys(value)));
});

it('what is left out stays out of the JSON', () => {
  const { left, ...others } = whole;
  expect(left).toBeDefined();
  expect(JSON.stringify(snakeKeysOf(outer)(others))).toBe(JSON.stringify(snakeKeys(others)));
});
