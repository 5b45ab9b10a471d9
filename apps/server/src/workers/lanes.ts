/** Work at providers, that of each beside the others': one that is slow holds up nobody else. */

export interface Lanes {
  /** Providers at which there is as much work under way as there may be. */
  busy(): readonly string[];
  /** Whether the work of this name is under way. */
  has(name: string): boolean;
  /** Begins it; what becomes of it is its own business. */
  start(provider: string, name: string, work: () => Promise<unknown>): void;
  /** Resolves once nothing is under way. */
  settled(): Promise<void>;
}

/** @param width how much may be under way at one provider before it counts as busy */
export function createLanes(width: number): Lanes {
  const running = new Map<string, Promise<void>>();
  const counts = new Map<string, number>();
  const count = (provider: string, change: number) =>
    counts.set(provider, (counts.get(provider) ?? 0) + change);
  return {
    busy: () => [...counts].flatMap(([provider, n]) => (n >= width ? [provider] : [])),
    has: (name) => running.has(name),
    start(provider, name, work) {
      count(provider, 1);
      const done = work().then(
        () => {},
        () => {},
      );
      running.set(
        name,
        done.finally(() => {
          count(provider, -1);
          running.delete(name);
        }),
      );
    },
    async settled() {
      while (running.size > 0) await Promise.all(running.values());
    },
  };
}
