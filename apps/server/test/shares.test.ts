/** engine/shares.ts: who has to wait for room, and who never does. */
import { describe, expect, it } from 'vitest';
import { createShares } from '../src/engine/shares.ts';

const room = 6;

/** One letter for each that is in hand: whose it is. */
function holding(owners: string) {
  const shares = createShares(() => room);
  for (const owner of owners) shares.enter(owner);
  return shares;
}

describe('shares', () => {
  it.each([
    ['alone, with room left', 'aaaaa', 'a', false],
    ['alone, with none left', 'aaaaaa', 'a', true],
    ['somebody new, when another has all of it', 'aaaaaa', 'b', false],
    ['of two, the smaller, below a half', 'aaaaab', 'b', false],
    ['of two, the larger, with room left', 'aaaab', 'a', false],
    ['of two, the larger, with none left', 'aaaaab', 'a', true],
    ['of two, at a half, with none left', 'aaabbb', 'b', true],
    ['of two, at a half, with more than there is room for', 'aaaaaabbb', 'b', true],
    ['of seven, everybody may have one', 'abcdef', 'g', false],
    ['of seven, and not two', 'abcdefg', 'g', true],
  ] as const)('%s', (_, owners, owner, isFull) => {
    expect(holding(owners).isFullFor(owner)).toBe(isFull);
  });

  it('whoever has left takes no share any more', () => {
    const shares = holding('aaaaab');
    shares.leave('b');
    expect(shares.isFullFor('a')).toBe(false);
    shares.enter('a');
    expect(shares.isFullFor('a')).toBe(true);
    shares.leave('a');
    expect(shares.isFullFor('a')).toBe(false);
  });
});
