/**
 * What chance is about. Florin's operation ids are random, so a run could not be repeated if chance
 * hung on them: it hangs on the order, the kind and the amount, and on which of those alike it is.
 */
import type { OperationId } from '@florin/core';
import type { Asked } from './wire.ts';

export interface Occasions {
  /** The operation's own: the same however often it is asked for. */
  of(asked: Asked): string;
  /** One asking for the operation, or looking for it: the first, the second, … */
  next(way: 'ask' | 'look', id: OperationId): string;
}

/** @param recorded what is known from earlier runs, in that order */
export function createOccasions(recorded: Iterable<Asked>): Occasions {
  const names = new Map<OperationId, string>();
  const alike = new Map<string, number>();
  const times = new Map<string, number>();

  const count = (counts: Map<string, number>, of: string): number => {
    const n = (counts.get(of) ?? 0) + 1;
    counts.set(of, n);
    return n;
  };

  function of({ id, order_id, kind, amount, currency }: Asked): string {
    const known = names.get(id);
    if (known !== undefined) return known;
    const what = JSON.stringify([order_id, kind, amount, currency]);
    const name = `${what} ${count(alike, what)}`;
    names.set(id, name);
    return name;
  }

  for (const asked of recorded) of(asked);
  return {
    of,
    next: (way, id) => `${names.get(id) ?? id} ${way} ${count(times, `${way} ${id}`)}`,
  };
}
