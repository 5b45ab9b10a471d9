/** workers/lanes.ts: one provider's slowness is its own. */
import { expect, it } from 'vitest';
import { createLanes } from '../src/workers/lanes.ts';

it('a provider is busy while it has as much under way as it may, and the others are not', async () => {
  const lanes = createLanes(2);
  const slow = Promise.withResolvers<void>();
  lanes.start('slow', 'one', () => slow.promise);
  expect(lanes.busy()).toEqual([]);
  lanes.start('slow', 'two', () => slow.promise);
  lanes.start('quick', 'three', async () => {});
  expect(lanes.busy()).toEqual(['slow']);
  expect(lanes.has('one')).toBe(true);
  await expect.poll(() => lanes.has('three')).toBe(false);
  slow.resolve();
  await lanes.settled();
  expect(lanes.busy()).toEqual([]);
  expect(lanes.has('one')).toBe(false);
});

it('work that fails is over too', async () => {
  const lanes = createLanes(1);
  lanes.start('any', 'one', () => Promise.reject(new Error('no answer')));
  await lanes.settled();
  expect(lanes.busy()).toEqual([]);
});
