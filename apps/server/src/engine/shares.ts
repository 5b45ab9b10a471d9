/** How many may be in hand, among whom: no one owner takes all of the room, where others want some. */

export interface Shares {
  /** Whether there is no room, and the owner has its even share of it: then it should not bring more. */
  isFullFor(owner: string): boolean;
  /** Whether there is room or not. */
  enter(owner: string): void;
  leave(owner: string): void;
}

/** @param roomNow for all; shares are rounded up, and everybody may have one */
export function createShares(roomNow: () => number): Shares {
  /** Of those who have any. */
  const inHand = new Map<string, number>();
  let all = 0;

  return {
    isFullFor(owner) {
      const room = roomNow();
      if (all < room) return false;
      const own = inHand.get(owner) ?? 0;
      const owners = inHand.size + (own === 0 ? 1 : 0);
      return own >= Math.ceil(room / owners);
    },
    enter(owner) {
      inHand.set(owner, (inHand.get(owner) ?? 0) + 1);
      all++;
    },
    leave(owner) {
      const left = (inHand.get(owner) ?? 0) - 1;
      if (left > 0) inHand.set(owner, left);
      else inHand.delete(owner);
      all--;
    },
  };
}
