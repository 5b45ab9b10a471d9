/** engine/fair-queue.ts: turns, shares, and what is put back. */
import { describe, expect, it } from 'vitest';
import { createFairQueue } from '../src/engine/fair-queue.ts';

/** A queue of capacity 6 with these items, each `owner` and a number. */
function filled(...items: readonly string[]) {
  const queue = createFairQueue<string>(6);
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

describe('shares', () => {
  it.each([
    ['alone, below the capacity', ['a1', 'a2', 'a3', 'a4', 'a5'], 'a', false],
    ['alone, at the capacity', ['a1', 'a2', 'a3', 'a4', 'a5', 'a6'], 'a', true],
    ['somebody new, when another has filled it', ['a1', 'a2', 'a3', 'a4', 'a5', 'a6'], 'b', false],
    ['of two, below a half', ['a1', 'b1', 'b2'], 'b', false],
    ['of two, at a half', ['a1', 'b1', 'b2', 'b3'], 'b', true],
    ['of seven, everybody may have one', ['a1', 'b1', 'c1', 'd1', 'e1', 'f1'], 'g', false],
    ['of seven, and not two', ['a1', 'b1', 'c1', 'd1', 'e1', 'f1', 'g1'], 'g', true],
  ] as const)('%s', (_, items, owner, isFull) => {
    expect(filled(...items).isFullFor(owner)).toBe(isFull);
  });
});
