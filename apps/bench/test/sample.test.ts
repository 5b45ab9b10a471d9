/** sample.ts, targets.ts and requests.ts: what figures come to, and that names never meet. */
import { describe, expect, it } from 'vitest';
import { freshName } from '../src/requests.ts';
import { compare, measured, median, type Side } from '../src/sample.ts';
import { seededId, seededOrder } from '../src/seed.ts';
import { targets, verdict } from '../src/targets.ts';

it.each([
  [[3], 3],
  [[3, 1, 2], 2],
  [[4, 1, 3, 2], 2.5],
  [[], Number.NaN],
])('the median of %j is %d', (values, expected) => {
  expect(median(values)).toBe(expected);
});

/** A side that does so many a second, in each of its turns. */
function scripted(name: string, rates: readonly number[], turns: string[]): Side {
  const left = [...rates];
  return {
    name,
    async measure() {
      turns.push(name);
      const perSecond = left.shift() ?? 0;
      return { perSecond, p50: 1000 / perSecond, p99: 0, count: 1, failed: 0 };
    },
  };
}

describe('two sides', () => {
  it('take turns, and their ratio is the median of the rounds’ own', async () => {
    const turns: string[] = [];
    const a = scripted('a', [10, 90, 60], turns);
    const b = scripted('b', [5, 30, 60], turns);
    const found = await compare(a, b, { rounds: 3, seconds: 1 });
    expect(turns.join('')).toBe('ababab');
    expect(found.ratio).toEqual({ perSecond: 2, p50: 0.5 });
    expect([found.a.perSecond, found.b.perSecond]).toEqual([60, 30]);
  });

  it.each([
    ['failed', { count: 5, failed: 1 }],
    ['did nothing', { count: 0, failed: 0 }],
  ])('one that %s is no figure', async (_, { count, failed }) => {
    const side = {
      name: 'a',
      measure: async () => ({ perSecond: 1, p50: 1, p99: 1, count, failed }),
    };
    await expect(measured(side, 1)).rejects.toThrow(`a: ${failed} of ${count} requests failed.`);
  });
});

it.each([
  ['sdk', 1.6, 'aim'],
  ['sdk', 1.2, 'reach'],
  ['sdk', 0.9, 'MISSED'],
  ['memory', 140, 'aim'],
  ['memory', 250, 'reach'],
  ['memory', 251, 'MISSED'],
] as const)('%s at %d: %s', (name, measuredAs, expected) => {
  expect(verdict(targets[name], measuredAs)).toBe(expected);
});

it('no two requests of a run have one name, and those of seeds are ids', () => {
  const names = Array.from({ length: 10_000 }, (_, n) => freshName('run', n));
  expect(new Set(names).size).toBe(names.length);
  const seeded = { count: 2, firstAt: 1_795_000_000_000 };
  expect(seededId(seeded, 2)).toMatch(/^pay_[0-9a-f]{12}70008[0-9a-f]{15}$/);
  expect(seededOrder(2)).toBe('order-0001791e-seed-2');
});
