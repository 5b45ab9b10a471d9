/** A queue that merchants share: each has its turn, however much another has in it. */

export interface FairQueue<T> {
  push(owner: string, item: T): void;
  /** To the front of the owner's, and the owner's turn is next. */
  putBack(owner: string, item: T): void;
  /** The owners in turn, the items of each in their order. */
  take(most: number): readonly T[];
  size(): number;
}

export function createFairQueue<T>(): FairQueue<T> {
  /** In the order of their turns; an owner without items has no place. */
  const queues = new Map<string, T[]>();
  let size = 0;

  function queueOf(owner: string): T[] {
    const known = queues.get(owner);
    if (known) return known;
    const made: T[] = [];
    queues.set(owner, made);
    return made;
  }

  return {
    push(owner, item) {
      queueOf(owner).push(item);
      size++;
    },
    putBack(owner, item) {
      const queue = queueOf(owner);
      queue.unshift(item);
      size++;
      const others = [...queues].filter(([other]) => other !== owner);
      queues.clear();
      for (const [name, items] of [[owner, queue] as const, ...others]) queues.set(name, items);
    },
    take(most) {
      const taken: T[] = [];
      while (taken.length < most && size > 0) {
        for (const [owner, queue] of [...queues]) {
          if (taken.length === most) break;
          // Whoever has had a turn goes to the end.
          queues.delete(owner);
          const item = queue.shift();
          if (item === undefined) continue;
          taken.push(item);
          size--;
          if (queue.length > 0) queues.set(owner, queue);
        }
      }
      return taken;
    },
    size: () => size,
  };
}
