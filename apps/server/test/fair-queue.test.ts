/** engine/fair-queue.ts: turns, and what is put back. */
import { describe, expect, it } from 'vitest';
import { createFairQueue } from '../src/engine/fair-queue.ts';

/** A queue with these items, each `owner` and a number. */
function filled(...items: readonly string[]) {
  const queue = createFairQueue<string>();
  for (const item of items) queue.push(item.slice(0, 1), item);
  return queue;
}

describe('turns', () => {
  it.each([
    ['one owner: in order', ['a1', 'a2', 'a3'], 2, ['a1', 'a2']],
    ['two: by turns', ['a1', 'a2', 'a3', 'b1'], 3, ['a1', 'b1', 'a2']],
    ['three, some with little', ['a1', 'a2', 'b1', 'c1', 'a3'], 9, ['a1', 'b1', 'c1', 'a2', 'a3']],
    ['none', [], 4, []],
  ] as const)('%s', (_, items, most, taken) => {
    const queue = filled(...items);
    expect(queue.take(most)).toEqual(taken);
    expect(queue.size()).toBe(items.length - taken.length);
  });

  it('whoever had a turn in the last batch is behind those who had none', () => {
    const queue = filled('a1', 'a2', 'b1', 'c1');
    expect(queue.take(1)).toEqual(['a1']);
    expect(queue.take(3)).toEqual(['b1', 'c1', 'a2']);
  });

  it('what is put back is next, in its order', () => {
    const queue = filled('a1', 'b1');
    const [first = ''] = queue.take(1);
    queue.push('a', 'a2');
    queue.putBack('a', first);
    expect(queue.take(3)).toEqual(['a1', 'b1', 'a2']);
  });
});
