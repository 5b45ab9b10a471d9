/** `decide` against a simpler model of it: after each step of a random history they say the same. */
import fc from 'fast-check';
import { test } from 'vitest';
import { expectSame } from './model-compared.ts';
import { newModel } from './model-of-commands.ts';
import { playAll, sequencesFor } from './sequences.ts';
import type { Played } from './world.ts';

test('decide does what the model does', () => {
  const property = fc.property(sequencesFor('order-1', 'order-2'), (steps) => {
    const model = newModel();
    const history: Played[] = [];
    playAll(steps, 'any facts', (played) => {
      history.push(played);
      expectSame(model, history);
    });
  });
  fc.assert(property, { numRuns: 10_000 });
});
