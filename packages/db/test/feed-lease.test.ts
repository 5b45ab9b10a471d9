/** The lease on a merchant's feed: one process numbers, another goes on where it ended or lost it. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { findUnnumbered, numberEvents, releaseFeeds } from '../src/feed.ts';
import { freshId } from '../src/fresh-ids.ts';
import { type TestDatabase, testDatabase } from '../src/testing.ts';
import { feedOf, knownMerchant, leaseOf, noon, within } from './feed-given.ts';
import { manual, paid } from './given.ts';
import { hold, waiting } from './held.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: noon }));
afterEach(() => void vi.useRealTimers());

const lease = leaseOf('one');
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

describe('a lease', () => {
  it('keeps others away until it ends; then another goes on', async () => {
    const merchant = await knownMerchant(db);
    const { merchantId } = merchant;
    const find = (holder: string, now: number) => findUnnumbered(db.app, leaseOf(holder, now));
    expect(await find('one', noon)).not.toContain(merchantId);
    await manual(db.app.sql, merchant);
    expect(await find('two', noon)).toContain(merchantId);
    expect(await numberEvents(db.app, merchantId, lease)).toBe(1);
    await manual(db.app.sql, merchant);

    for (const now of [noon, noon + 9_999]) {
      expect(await find('two', now)).not.toContain(merchantId);
      expect(await numberEvents(db.app, merchantId, leaseOf('two', now))).toBeNull();
    }
    expect(await find('one', noon + 9_999)).toContain(merchantId);
    expect(await find('two', noon + 10_000)).toContain(merchantId);
    expect(await numberEvents(db.app, merchantId, leaseOf('two', noon + 10_000))).toBe(1);
    await manual(db.app.sql, merchant);
    // The first one’s clock is behind, and it thinks that the lease is still its own.
    expect(await numberEvents(db.app, merchantId, leaseOf('one', noon + 9_999))).toBeNull();
    expect((await feedOf(db.app, merchantId)).map(({ number }) => number)).toEqual([1, 2]);
  });

  it('is renewed by numbering, and ended by its holder alone', async () => {
    const merchant = await knownMerchant(db);
    const { merchantId } = merchant;
    await numberEvents(db.app, merchantId, lease);
    const later = noon + 9_000;
    await numberEvents(db.app, merchantId, leaseOf('one', later));
    const two = leaseOf('two', noon + 15_000);
    expect(await numberEvents(db.app, merchantId, two)).toBeNull();
    await releaseFeeds(db.app, [merchantId], { holder: 'two', now: two.now });
    expect(await numberEvents(db.app, merchantId, two)).toBeNull();
    await releaseFeeds(db.app, [freshId('merchant'), merchantId], { holder: 'one', now: two.now });
    expect(await numberEvents(db.app, merchantId, two)).toBe(0);
    // That is over: it ends nobody else’s.
    await releaseFeeds(db.app, [merchantId], { holder: 'one', now: two.now });
    expect(await numberEvents(db.app, merchantId, leaseOf('one', two.now))).toBeNull();
  });

  it('from a clock that runs far ahead holds nobody up', async () => {
    const merchant = await knownMerchant(db);
    const { merchantId } = merchant;
    await manual(db.app.sql, merchant);
    await numberEvents(db.app, merchantId, leaseOf('ahead', noon + 86_400_000));
    await manual(db.app.sql, merchant);
    expect(await findUnnumbered(db.app, lease)).toContain(merchantId);
    expect(await numberEvents(db.app, merchantId, lease)).toBe(1);
  });

  it('is taken by one of many that come at once, also the first time', async () => {
    const merchant = await knownMerchant(db);
    await paid(db.app.sql, merchant);
    const numbered = await Promise.all(
      upTo(8).map((n) => numberEvents(db.app, merchant.merchantId, leaseOf(`process ${n}`))),
    );
    expect(numbered.filter((count) => count !== null)).toEqual([2]);
  });
});

describe('a holder that lost its lease in the middle', () => {
  /** Two events, numbered by a process that has not committed, and by another whose lease is next. */
  async function midway() {
    const merchant = await knownMerchant(db);
    const { merchantId } = merchant;
    await numberEvents(db.app, merchantId, leaseOf('zero', noon - 10_000));
    await paid(db.app.sql, merchant);
    const first = await hold(db, (sql) => numberEvents(within(sql), merchantId, lease));
    const [bounds] = await first.sql`
      select current_setting('lock_timeout') as wait,
        current_setting('idle_in_transaction_session_timeout') as silence`;
    // A busy machine must not throw it out before the test has come to its end.
    await first.sql`set local idle_in_transaction_session_timeout = 0`;
    await manual(db.app.sql, merchant);
    const second = numberEvents(db.app, merchantId, leaseOf('two', noon + 10_000));
    expect(await waiting(db)).toHaveLength(1);
    return { merchantId, first, second, bounds };
  }

  it('commits: who waited numbers the rest', async () => {
    const { merchantId, first, second } = await midway();
    await using _ = first;
    expect(await feedOf(db.app, merchantId)).toEqual([]);
    await first.commit();
    expect(await second).toBe(1);
    const all = await feedOf(db.app, merchantId);
    expect(all.map(({ number }) => number)).toEqual(upTo(3));
  });

  it('is gone: who waited numbers all', async () => {
    const { merchantId, first, second } = await midway();
    await using _ = first;
    await first.rollback();
    expect(await second).toBe(3);
    const all = await feedOf(db.app, merchantId);
    expect(all.map(({ number }) => number)).toEqual(upTo(3));
  });

  it('says nothing any more: it is thrown out, and who waits does not wait for long', async () => {
    const { first, second, bounds } = await midway();
    await using _ = first;
    expect(bounds).toEqual({ wait: '1s', silence: '5s' });
    await expect(second).rejects.toMatchObject({ code: '55P03' });
    await first.rollback();
  });
});
