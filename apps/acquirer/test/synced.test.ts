/** Durability, with a disk that takes its time: what is decided is told only once it is synced. */
import { expect, it } from 'vitest';
import { createBooks } from '../src/books.ts';
import { createFaults } from '../src/faults.ts';
import { createOccasions } from '../src/occasions.ts';
import { createOperations } from '../src/operations.ts';
import { createReports } from '../src/reports.ts';
import { askedFor } from './given.ts';

it('nobody is told what is not on the disk yet', async () => {
  const unsynced: (() => void)[] = [];
  let last = Promise.resolve();
  const record = {
    append: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      unsynced.push(resolve);
      last = last.then(() => promise);
      return last;
    },
    synced: () => last,
    close: async () => {},
  };
  const sync = () => unsynced.splice(0).forEach((resolve) => void resolve());
  const faults = createFaults('1', { requires_action: 1 });
  const operations = createOperations({
    record,
    books: createBooks(),
    faults,
    occasions: createOccasions([]),
    reports: createReports({
      secret: undefined,
      to: [],
      record,
      faults,
      acknowledged: new Set(),
      warn: () => {},
    }),
    payerUrl: () => 'http://127.0.0.1/',
  });
  const told: string[] = [];
  const note = (what: string) => (answer: object | string | null) => {
    const isRefused = answer === null || typeof answer === 'string' || 'differing' in answer;
    const outcome = /"outcome":"(\w+)"/.exec(JSON.stringify(answer))?.[1];
    told.push(`${what} ${isRefused ? 'refused' : outcome}`);
  };
  const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

  const asked = askedFor();
  void operations.perform(asked).then(note('first'));
  void operations.perform(asked).then(note('again'));
  void operations.find(asked.id).then(note('found'));
  await turn();
  expect(told).toEqual([]);
  const found = operations.find(asked.id);
  void operations.act(asked.payment_id, 'approved').then(note('acted'));
  void operations.perform({ ...asked, amount: '1' }).then(note('other'));
  unsynced.shift()?.();
  // As it was when it was looked for: what it is now is not on the disk.
  expect(await found).toMatchObject({ outcome: 'requires_action' });
  await turn();
  expect(told.splice(0).sort()).toEqual(
    ['again', 'first', 'found'].map((what) => `${what} requires_action`),
  );
  sync();
  await turn();
  expect(told.sort()).toEqual(['acted succeeded', 'other refused']);
});
