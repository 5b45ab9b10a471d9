/**
 * Work that is nobody's hurry is done a little in each turn of the event loop, in its order. Node serves
 * all sockets that are ready in one turn: of a flood those would be hundreds, each time, and whoever was
 * accepted waits for several turns of it.
 */
import { limits } from '@florin/core';

/** Does it soon: at once where too much waits already. */
export type Pace = (work: () => void) => void;

export function createPace(): Pace {
  const waiting: (() => void)[] = [];
  let isDue = false;

  function doSome(): void {
    for (const work of waiting.splice(0, limits.refusalsInTurn)) work();
    isDue = waiting.length > 0;
    // Not in this turn any more: what other sockets have brought meanwhile goes first.
    if (isDue) setImmediate(doSome);
  }

  return (work) => {
    waiting.push(work);
    if (waiting.length > limits.refusalsWaiting) waiting.shift()?.();
    if (isDue) return;
    isDue = true;
    setImmediate(doSome);
  };
}
