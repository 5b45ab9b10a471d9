import { describe, expect, test } from 'vitest';
import { type IdKind, idOf, isId, uuidOf } from '../src/index.ts';

const uuid = '0199c0de-1234-7abc-8def-0123456789ab';
const bare = '0199c0de12347abc8def0123456789ab';

const prefixes: readonly (readonly [IdKind, string])[] = [
  ['merchant', 'mer'],
  ['apiKey', 'key'],
  ['payment', 'pay'],
  ['operation', 'op'],
  ['event', 'evt'],
];

test.each(prefixes)('the id of a %s starts with %s_', (kind, prefix) => {
  const id = idOf(kind, uuid);
  expect(id).toBe(`${prefix}_${bare}`);
  expect(idOf(kind, bare)).toBe(id);
  expect(uuidOf(id)).toBe(bare);
  expect(isId(kind, id)).toBe(true);
});

test('an id is of one kind only', () => {
  for (const [kind] of prefixes) {
    const kinds = prefixes.filter(([other]) => isId(other, idOf(kind, uuid)));
    expect(kinds.map(([name]) => name)).toStrictEqual([kind]);
  }
});

describe('no id of a payment', () => {
  test.each([
    '',
    'pay_',
    'pay',
    bare,
    `op_${bare}`,
    `Pay_${bare}`,
    `pay-${bare}`,
    `pay_${uuid}`,
    `pay_${bare.toUpperCase()}`,
    `pay_${bare.slice(1)}`,
    `pay_${bare}0`,
    `pay_${bare}\n`,
    ` pay_${bare}`,
    `pay_pay_${bare}`,
    `pay_${bare.slice(1)}g`,
    `pay_${bare.slice(1)}\u0661`,
  ])('%j', (text) => {
    expect(isId('payment', text)).toBe(false);
  });
});
