/** engine/batch.ts on its own: what goes into a batch, in which order, and what comes of each. */
import { begins, type Command, limits } from '@florin/core';
import type { Result } from '@florin/db';
import { describe, expect, it } from 'vitest';
import { type Batcher, createBatcher } from '../src/engine/batch.ts';

/** A command that is known by its name. */
const cancel = (name: string): Command => ({
  type: 'cancel',
  merchantId: 'mer_1',
  actor: 'key_1',
  paymentId: `pay_${name}`,
  idempotencyKey: null,
});
const outcome = (name: string): Command => ({
  type: 'outcome',
  merchantId: 'mer_1',
  actor: 'provider:sandbox',
  paymentId: `pay_${name}`,
  operationId: 'op_1',
  outcome: { outcome: 'unknown' },
});
const nameOf = (command: Command): string =>
  begins(command) ? '' : command.paymentId.slice('pay_'.length);

const decided: Result = { kind: 'unsettled', paymentId: 'pay_1' };
const again: Result = { kind: 'again' };

/** A batcher whose commits wait to be answered, and the names in each. */
function watched() {
  const batches: string[][] = [];
  const open: PromiseWithResolvers<readonly Result[]>[] = [];
  const batcher = createBatcher((commands) => {
    batches.push(commands.map(nameOf));
    const commit = Promise.withResolvers<readonly Result[]>();
    open.push(commit);
    return commit.promise;
  });
  /** Answers the next batch, as soon as there is one. */
  const answer = async (result: (name: string) => Result = () => decided) => {
    await expect.poll(() => open.length).toBeGreaterThan(0);
    open.shift()?.resolve(batches.at(-1)?.map(result) ?? []);
  };
  return { batcher, batches, open, answer };
}

/** A batcher whose commits answer at once. */
function immediate(result: (command: Command) => Result, commitsAtOnce = 1) {
  const batches: string[][] = [];
  const batcher = createBatcher(async (commands) => {
    batches.push(commands.map(nameOf));
    return commands.map(result);
  }, commitsAtOnce);
  return { batcher, batches };
}

const submitAll = (batcher: Batcher, commands: readonly Command[]) =>
  Promise.allSettled(commands.map((command) => batcher.submit(command)));

const named = (count: number) => Array.from({ length: count }, (_, n) => String(n));

describe('what goes into a batch', () => {
  it('one command is a batch of one', async () => {
    const { batcher, batches } = immediate(() => decided);
    expect(await batcher.submit(cancel('a'))).toBe(decided);
    expect(batches).toEqual([['a']]);
  });

  it('commands of one turn go together, in their order', async () => {
    const { batcher, batches } = immediate(() => decided);
    await submitAll(batcher, ['a', 'b', 'c'].map(cancel));
    expect(batches).toEqual([['a', 'b', 'c']]);
  });

  it('those that arrive during a commit go in the next, outcomes first', async () => {
    const { batcher, batches, answer } = watched();
    const first = batcher.submit(cancel('first'));
    await expect.poll(() => batches).toHaveLength(1);
    const rest = submitAll(batcher, [cancel('a'), outcome('b'), cancel('c'), outcome('d')]);
    await answer();
    await first;
    await answer();
    await rest;
    expect(batches).toEqual([['first'], ['b', 'd', 'a', 'c']]);
  });

  it('those that are enough for both share the commits that are free', async () => {
    for (const [count, sizes] of [
      [39, [39]],
      [40, [20, 20]],
      [97, [48, 49]],
    ] as const) {
      const { batcher, batches } = immediate(() => decided, 2);
      await submitAll(batcher, named(count).map(cancel));
      expect(batches.map(({ length }) => length)).toEqual(sizes);
      expect(batches.flat()).toEqual(named(count));
    }
  });

  it(`at most ${limits.commandsInBatch} go together, the oldest first`, async () => {
    const { batcher, batches } = immediate(() => decided);
    const names = named(2 * limits.commandsInBatch + 1);
    await submitAll(batcher, [...names.map(cancel), ...names.map((name) => outcome(`o${name}`))]);
    expect(Math.max(...batches.map(({ length }) => length))).toBe(limits.commandsInBatch);
    expect(batches.flat()).toEqual([...names.map((name) => `o${name}`), ...names]);
  });
});

describe('no more in hand than may be', () => {
  const { commandsInHand, commandsInHandFlooded, commandsInBatch } = limits;
  const refusal = {
    refusal: { code: 'unavailable', fields: { retryAfterSeconds: limits.overloadedRetrySeconds } },
  };

  it('turns commands away with a time to wait, and outcomes never', async () => {
    const { batcher, batches, answer } = watched();
    const first = batcher.submit(cancel('first'));
    await expect.poll(() => batches).toHaveLength(1);
    // What is being committed is in hand too.
    const queued = submitAll(batcher, named(commandsInHand - 1).map(cancel));
    await expect(batcher.submit(cancel('one more'))).rejects.toMatchObject(refusal);
    const outcomes = submitAll(batcher, named(200).map(outcome));
    await answer();
    await first;
    const batchesLeft = Math.ceil((commandsInHand - 1 + 200) / commandsInBatch);
    for (let n = 0; n < batchesLeft; n++) {
      await expect.poll(() => batches.length, { interval: 1 }).toBe(n + 2);
      await answer();
    }
    for (const { status } of [...(await queued), ...(await outcomes)])
      expect(status).toBe('fulfilled');
    expect(batches.flat()).not.toContain('one more');
  });

  it('outcomes are in hand too, and another merchant has room all the same', async () => {
    const { batcher, batches, answer } = watched();
    const outcomes = submitAll(batcher, named(commandsInHand - 1).map(outcome));
    expect(batcher.isFullFor('mer_1')).toBe(false);
    const last = batcher.submit(outcome('last'));
    expect(batcher.isFullFor('mer_1')).toBe(true);
    expect(batcher.isFullFor('mer_2')).toBe(false);
    for (let n = 0; n < commandsInHand / commandsInBatch; n++) {
      await expect.poll(() => batches.length, { interval: 1 }).toBe(n + 1);
      await answer();
    }
    await Promise.all([outcomes, last]);
    expect(batcher.isFullFor('mer_1')).toBe(false);
  });

  it.each([
    ['nobody', 0, commandsInHand],
    ['a few', 7, commandsInHand],
    ['some', 80, commandsInHand - 10],
    ['a flood', 1_152, commandsInHandFlooded],
    ['a larger one', 100_000, commandsInHandFlooded],
  ])('where %s of those who were refused wait to ask again: %i, %i', async (_, throttled, room) => {
    const batcher = createBatcher(
      async (commands) => commands.map(() => decided),
      1,
      () => throttled,
    );
    const queued = submitAll(batcher, named(room - 1).map(cancel));
    expect(batcher.isFullFor('mer_1')).toBe(false);
    const last = batcher.submit(cancel('last'));
    expect(batcher.isFullFor('mer_1')).toBe(true);
    await Promise.all([queued, last]);
  });

  it('so many callers, each with one payment after the other, are never turned away', async () => {
    const { batcher } = immediate(() => decided);
    const pay = async (caller: string) => {
      for (const payment of named(5)) {
        await batcher.submit(cancel(`${caller}-${payment}`));
        await batcher.submit(outcome(`${caller}-${payment}`));
      }
    };
    await Promise.all(named(commandsInHand).map(pay));
  });
});

describe('another process was first', () => {
  it('the command goes to the front of the next batch, in its order', async () => {
    const { batcher, batches, answer } = watched();
    const done = submitAll(batcher, ['a', 'b', 'c', 'd'].map(cancel));
    await expect.poll(() => batches).toHaveLength(1);
    const later = batcher.submit(cancel('e'));
    await answer((name) => (name === 'b' || name === 'd' ? again : decided));
    await answer();
    await Promise.all([done, later]);
    expect(batches).toEqual([
      ['a', 'b', 'c', 'd'],
      ['b', 'd', 'e'],
    ]);
  });

  it('after many losses its caller is told to come back, and the others are not', async () => {
    const { batcher, batches } = immediate((command) =>
      nameOf(command) === 'unlucky' ? again : decided,
    );
    const [unlucky, lucky] = await submitAll(batcher, ['unlucky', 'lucky'].map(cancel));
    expect(unlucky).toMatchObject({
      status: 'rejected',
      reason: { refusal: { code: 'unavailable' } },
    });
    expect(lucky).toMatchObject({ status: 'fulfilled', value: decided });
    expect(batches.length).toBeGreaterThan(10);
    expect(batches.length).toBeLessThan(100);
  });
});

describe('a commit that fails', () => {
  it('rejects the one command that the database refused', async () => {
    const error = new Error('refused');
    const { batcher } = immediate((command) =>
      nameOf(command) === 'bad' ? { kind: 'failed', error } : decided,
    );
    const results = await submitAll(batcher, ['good', 'bad', 'fine'].map(cancel));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: error });
  });

  it('rejects its own commands only: the next batch goes on', async () => {
    const { batcher, batches, open, answer } = watched();
    const doomed = submitAll(batcher, ['a', 'b'].map(cancel));
    await expect.poll(() => batches).toHaveLength(1);
    const next = batcher.submit(cancel('c'));
    const error = new Error('no connection');
    open.shift()?.reject(error);
    expect(await doomed).toEqual([
      { status: 'rejected', reason: error },
      { status: 'rejected', reason: error },
    ]);
    await answer();
    expect(await next).toBe(decided);
  });

  it('and one that forgets a command rejects that one', async () => {
    const batcher = createBatcher(async (commands) => commands.slice(1).map(() => decided));
    const results = await submitAll(batcher, ['a', 'b'].map(cancel));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });
});

it('is idle once nothing is queued or under way', async () => {
  const { batcher, answer } = watched();
  await batcher.idle();
  const seen: string[] = [];
  const one = batcher.submit(cancel('a')).then(() => seen.push('a'));
  const idle = batcher.idle().then(() => seen.push('idle'));
  await answer();
  await Promise.all([one, idle]);
  expect(seen).toEqual(['a', 'idle']);
});
