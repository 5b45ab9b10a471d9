/** Commits that are not read for: the same answers and rows as those that are, whatever else has happened. */
import type { Applied, Command, Create, ProviderOutcome } from '@florin/core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Result } from '../src/commit.ts';
import { createCommitter } from '../src/committer.ts';
import { type TestDatabase, testDatabase } from '../src/testing.ts';
import {
  applied,
  apply,
  declined,
  fresh,
  type Merchant,
  newMerchant,
  paid,
  rowsOf,
  said,
  succeeded,
  told,
} from './given.ts';
import { hold, waiting } from './held.ts';
import { broken } from './invariants.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterEach(async () => {
  expect(await broken(db.owner.sql)).toEqual({});
});
afterAll(() => db[Symbol.asyncDispose]());

/** One that counts its reads: whoever reads, begins a transaction for it. */
function newCommitter() {
  const begin = vi.spyOn(db.app.sql, 'begin');
  begin.mockClear();
  const commit = createCommitter(db.app.sql);
  const one = async (command: Command): Promise<Result> => {
    const [result] = await commit([command]);
    if (!result) throw new Error('A command was not answered.');
    return result;
  };
  return { commit, one, reads: () => begin.mock.calls.length };
}

/** Another process does it. */
const elsewhere = (command: Command): Promise<Applied> => apply(db.app.sql, command);

describe('nothing is read', () => {
  it.each(['automatic', 'manual'] as const)(
    'for payments and their outcomes, %s',
    async (capture) => {
      const { commit, reads } = newCommitter();
      const merchant = newMerchant();
      const created = await commit([merchant.create({ capture }), merchant.create({ capture })]);
      const [one, other] = created.map(applied);
      if (!one || !other) throw new Error('Not answered.');
      const results = await commit([
        told(one),
        merchant.create({ capture }),
        told(other, declined),
      ]);
      const status = capture === 'manual' ? 'AUTHORIZED' : 'SUCCESS';
      expect(results.map(said)).toEqual([`applied ${status}`, 'applied PENDING', 'applied FAILED']);
      expect(reads()).toBe(0);
      expect(await rowsOf(db.owner.sql, 'payments', merchant.merchantId)).toHaveLength(3);
      expect(await rowsOf(db.owner.sql, 'events', merchant.merchantId)).toHaveLength(5);
    },
  );

  it('and a payment of an order whose last one was declined is a new one', async () => {
    const { one, reads } = newCommitter();
    const merchant = newMerchant();
    const first = merchant.create();
    await one(told(applied(await one(first)), declined));
    const { orderId } = first;
    expect(said(await one(merchant.create({ orderId })))).toBe('applied PENDING');
    expect(reads()).toBe(0);
  });
});

type Given = (merchant: Merchant, like: Create) => Promise<unknown>;
const sql = () => db.app.sql;

describe('a payment that is not the first', () => {
  it.each<[string, Given, Partial<Create>, string]>([
    ['its key is in flight', (_, like) => elsewhere(like), {}, 'refused idempotency_key_in_flight'],
    [
      'its key was used for another order',
      (_, like) => elsewhere({ ...like, orderId: fresh('order') }),
      {},
      'refused idempotency_key_reused',
    ],
    [
      'it was made and paid',
      async (_, like) => elsewhere(told(await elsewhere(like))),
      {},
      'replayed 2',
    ],
    [
      'its order waits for another one',
      (merchant, { orderId }) => elsewhere(merchant.create({ orderId })),
      {},
      'refused order_payment_in_progress',
    ],
    [
      'its order is paid',
      (merchant, { orderId }) => paid(sql(), merchant, { orderId }),
      {},
      'refused order_already_paid',
    ],
    [
      'its order is paid, and it would be told of by hand',
      (merchant, { orderId }) => paid(sql(), merchant, { orderId }),
      { provider: 'manual' },
      'refused order_already_paid',
    ],
  ])('%s', async (_, given, changes, answer) => {
    const merchant = newMerchant();
    const command = merchant.create(changes);
    await given(merchant, command);
    const { commit, reads } = newCommitter();
    const before = await rowsOf(db.owner.sql, 'payments', merchant.merchantId);
    const other = merchant.create();
    expect((await commit([command, other])).map(said)).toEqual([answer, 'applied PENDING']);
    expect(reads()).toBeGreaterThan(0);
    const after = await rowsOf(db.owner.sql, 'payments', merchant.merchantId);
    expect(after).toHaveLength(before.length + 1);
  });

  it('waits for the key before it takes the order: then no two wait for each other', async () => {
    const merchant = newMerchant();
    const command = merchant.create();
    const sameKey = { ...command, orderId: fresh('order') };
    await using first = await hold(db, (sql) => createCommitter(sql)([sameKey]));
    const second = newCommitter().one(command);
    expect(await waiting(db)).toHaveLength(1);
    const sameOrder = merchant.create({ orderId: command.orderId });
    expect(said(await elsewhere(sameOrder))).toBe('applied PENDING');
    await first.rollback();
    expect(said(await second)).toBe('refused order_payment_in_progress');
  });

  it.each<[string, (merchant: Merchant) => Command[], string[]]>([
    [
      'twice with one key',
      (merchant) => {
        const command = merchant.create();
        return [command, command];
      },
      ['applied PENDING', 'refused idempotency_key_in_flight'],
    ],
    [
      'two of one order',
      (merchant) => {
        const orderId = fresh('order');
        return [merchant.create({ orderId }), merchant.create({ orderId })];
      },
      ['applied PENDING', 'refused order_payment_in_progress'],
    ],
    [
      'one that PostgreSQL cannot hold',
      (merchant) => [merchant.create({ orderId: 'a\0b' }), merchant.create()],
      ['failed 22P05', 'applied PENDING'],
    ],
  ])('in one batch: %s', async (_, commands, answers) => {
    const { commit } = newCommitter();
    expect((await commit(commands(newMerchant()))).map(said)).toEqual(answers);
  });
});

describe('an outcome of a payment that somebody else has changed since', () => {
  it.each<
    [string, (created: Applied, merchant: Merchant) => Promise<unknown>, string, ProviderOutcome?]
  >([
    [
      'its outcome is known, and this one says nothing',
      (created) => elsewhere(told(created)),
      'unchanged SUCCESS',
      { outcome: 'unknown' },
    ],
    ['its outcome is known', (created) => elsewhere(told(created)), 'unchanged SUCCESS'],
    ['it was declined', (created) => elsewhere(told(created, declined)), 'applied FAILED'],
    [
      'it is paid and refunded',
      async (created, merchant) => {
        const { payment } = await elsewhere(told(created));
        await elsewhere(told(await elsewhere(merchant.refund(payment.id))));
      },
      'unchanged REFUNDED',
    ],
  ])('%s', async (_, happen, answer, outcome = succeeded) => {
    const { one, reads } = newCommitter();
    const merchant = newMerchant();
    const created = applied(await one(merchant.create()));
    expect(reads()).toBe(0);
    await happen(created, merchant);
    const [before] = await rowsOf(db.owner.sql, 'payments', merchant.merchantId);
    const result = await one(told(created, outcome));
    expect(said(result)).toBe(answer);
    const [after] = await rowsOf(db.owner.sql, 'payments', merchant.merchantId);
    // What contradicts the first answer is flagged; nothing is overwritten.
    expect(after).toMatchObject({ status: before?.['status'] });
  });

  it('by this process: it is read for', async () => {
    const { one, reads } = newCommitter();
    const merchant = newMerchant();
    const created = applied(await one(merchant.create({ capture: 'manual' })));
    const refused = await one(merchant.cancel(created.payment.id));
    expect(said(refused)).toBe('refused outcome_unknown');
    const before = reads();
    expect(said(await one(told(created)))).toBe('applied AUTHORIZED');
    expect(reads()).toBe(before + 1);
  });
});

it('a commit that waits for somebody’s lock lets pass those that were sent behind it', async () => {
  const merchant = newMerchant();
  const command = merchant.create();
  const sameKey = { ...command, orderId: fresh('order') };
  await using first = await hold(db, (sql) => createCommitter(sql)([sameKey]));
  const commit = createCommitter(db.app.commits, db.app.pipeline);
  const stuck = commit([command, merchant.create()]);
  const behind = await commit([merchant.create(), merchant.create()]);
  expect(behind.map(said)).toEqual(['applied PENDING', 'applied PENDING']);
  expect(await waiting(db)).toHaveLength(1);
  await first.rollback();
  expect((await stuck).map(said)).toEqual(['applied PENDING', 'applied PENDING']);
});

it('commands of any other kind are read for', async () => {
  const merchant = newMerchant();
  const payment = await paid(db.app.sql, merchant);
  const { one, reads } = newCommitter();
  const before = reads();
  expect(said(await one(merchant.refund(payment.id)))).toBe('applied SUCCESS');
  expect(reads()).toBe(before + 1);
});

it('after each miss in a row twice as many commits are read for, 64 at most; one hit ends it', async () => {
  const merchant = newMerchant();
  const { one } = newCommitter();
  const asked = vi.spyOn(db.app.sql, 'unsafe');
  // What reads first writes on its transaction.
  const tries = () => asked.mock.calls.filter(([text]) => text.startsWith('with')).length;
  const replayed = merchant.create({ provider: 'manual' });
  await one(replayed);
  const between: number[] = [];
  for (let last = tries(), n = 0; between.length < 8; n++) {
    await one(replayed);
    if (tries() === last) continue;
    last = tries();
    between.push(n);
  }
  expect(between.map((n, index) => n - (between[index - 1] ?? -1) - 1)).toEqual([
    0, 2, 4, 8, 16, 32, 64, 64,
  ]);
  for (let n = 0; n < 65; n++) await one(merchant.create());
  const last = tries();
  await one(replayed);
  expect(tries()).toBe(last + 1);
  for (let n = 0; n < 2; n++) await one(merchant.create());
  expect(tries()).toBe(last + 1);
  await one(merchant.create());
  expect(tries()).toBe(last + 2);
  asked.mockRestore();
});
