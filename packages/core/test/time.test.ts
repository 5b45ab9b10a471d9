import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatTime } from '../src/index.ts';

const last = 8_640_000_000_000_000;

it('is what a Date says of every millisecond that it can hold', () => {
  const anywhere = fc.integer({ min: -last, max: last });
  const nearby = fc.integer({ min: -2 * 86_400_000, max: 2 * 86_400_000 });
  fc.assert(
    fc.property(fc.oneof(anywhere, nearby), (ms) => {
      expect(formatTime(ms)).toBe(new Date(ms).toISOString());
    }),
    { numRuns: 2_000 },
  );
});

it.each([-last, -1, 0, 86_399_999, 86_400_000, 1_795_426_200_412, last])('%d', (ms) => {
  expect(formatTime(ms)).toBe(new Date(ms).toISOString());
});

it.each([Number.NaN, Number.POSITIVE_INFINITY, last + 86_400_000])('%d is no time', (ms) => {
  expect(() => formatTime(ms)).toThrow(RangeError);
  // And what comes next is none the worse for it.
  expect(formatTime(0)).toBe('1970-01-01T00:00:00.000Z');
});
