/** Two who ask for one operation at once: who they are, and who is not meant. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createAcquirer } from '../src/provider.ts';
import type { Asked } from '../src/wire.ts';
import {
  askedFor,
  linesIn,
  requestFor,
  startAcquirer,
  type TestAcquirer,
  testSecret,
} from './given.ts';

let acquirer: TestAcquirer;
let provider: ReturnType<typeof createAcquirer>;
beforeAll(async () => {
  acquirer = await startAcquirer();
  provider = createAcquirer({ url: acquirer.url, secret: testSecret });
});
beforeEach(() => acquirer.misbehave({}));
afterAll(() => acquirer[Symbol.asyncDispose]());

const overlapsOf = ({ id }: Asked) =>
  linesIn(acquirer.file).flatMap((line) =>
    line.type === 'overlap' && line.id === id ? [line] : [],
  );

/** Asks, and is not answered until the test is over; resolves once it has arrived. */
async function askForLong(asked: Asked, hangUp: AbortSignal): Promise<void> {
  await acquirer.misbehave({ slow: 1, slow_ms: 600_000 });
  const before = (await acquirer.struck()).slow;
  provider.perform(requestFor(asked, 1), hangUp).catch(() => {});
  await expect.poll(async () => (await acquirer.struck()).slow).toBe(before + 1);
}

/** An overlap is noted while it is answered; a movement, behind it, before. */
const allIsWritten = () => provider.perform(requestFor(askedFor(), 1), AbortSignal.timeout(5_000));

it('two ask at once: the record tells who, since when, and what befell the other', async () => {
  const asked = askedFor();
  const over = new AbortController();
  await askForLong(asked, over.signal);
  await acquirer.misbehave({});
  await provider.lookup(requestFor(asked, 2), over.signal);
  over.abort();
  await allIsWritten();

  const [found, ...more] = overlapsOf(asked);
  const by = (attempt: number) => `process ${process.pid}, attempt ${attempt}`;
  expect(found).toMatchObject({
    asker: { by: by(2), method: 'GET', socket: 'open', met: [] },
    others: [{ by: by(1), method: 'POST', socket: 'open' }],
  });
  expect(found?.others[0]?.met).toEqual([expect.stringMatching(/ ask 1$/), 'slow']);
  expect(found?.others[0]?.port).not.toBe(found?.asker.port);
  expect(Date.parse(found?.others[0]?.since ?? '')).toBeLessThanOrEqual(
    Date.parse(found?.asker.since ?? ''),
  );
  expect(more).toEqual([]);
});

it('who has hung up asks no more', async () => {
  const asked = askedFor();
  const over = new AbortController();
  await askForLong(asked, over.signal);
  over.abort();
  await acquirer.misbehave({});
  await sleep(50);
  await provider.lookup(requestFor(asked, 2), AbortSignal.timeout(5_000));
  await allIsWritten();
  expect(overlapsOf(asked)).toEqual([]);
});

it('told that another operation is not known, it does not perform this one', async () => {
  // With an acquirer of its own, to which there are no connections yet.
  await using other = await startAcquirer({ faults: { answered_twice: 1, slow: 1, slow_ms: 200 } });
  const florin = createAcquirer({ url: other.url, secret: testSecret });
  const never = new AbortController().signal;
  const lookup = (one: Asked) => florin.lookup(requestFor(one, 2), never);
  // Two connections, each of which is to tell it once more.
  expect(await Promise.all([askedFor(), askedFor()].map(lookup))).toEqual([null, null]);

  // As Florin asks again: it performs what the provider knows nothing of.
  const asked = askedFor();
  const askAgain = async () => (await lookup(asked)) ?? florin.perform(requestFor(asked, 2), never);
  await expect(askAgain()).rejects.toThrow('404 not_found');
  await other.misbehave({});
  expect(linesIn(other.file)).toEqual([]);
});
