/** The feed of two server processes, of which one is killed: a follower misses nothing. */
import { idOf } from '@florin/core';
import { commit } from '@florin/db';
import { type TestDatabase, testDatabase } from '@florin/db/testing';
import { expect, it, vi } from 'vitest';
import { follower, type WireEvent } from './feed.ts';
import { createOf } from './given.ts';
import { create, type Http } from './http.ts';
import { firstMerchant } from './keys.ts';
import { on, spawnServer } from './server.ts';

// Processes start and end here: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

type Sql = TestDatabase['owner']['sql'];

/** A payment that is written, by the write path, and not committed before `commit` is called. */
async function heldPayment(db: TestDatabase) {
  const { merchantId } = await firstMerchant(db);
  const written = Promise.withResolvers<string>();
  const release = Promise.withResolvers<void>();
  const committed = db.app.sql.begin(async (tx) => {
    const within = { begin: (_: string, work: (sql: unknown) => unknown) => work(tx) };
    const [result] = await commit(within as unknown as Sql, [
      createOf(merchantId, { provider: 'manual' }),
    ]);
    if (result?.kind !== 'applied') throw new Error(`It was ${result?.kind}.`);
    written.resolve(result.event.id);
    await release.promise;
  });
  return {
    eventId: await written.promise,
    commit: async () => {
      release.resolve();
      await committed;
    },
  };
}

/** Buys and takes back a part, again and again, until it has done so `times` or the server is gone. */
async function shop(server: Http, times: number): Promise<void> {
  for (let left = times; left > 0; left--) {
    const paid = await create(server).catch(() => null);
    if (paid === null) return;
    const refund = server.post(`/payments/${paid.id}/refund/`, { amount: '1.00' });
    if ((await refund.catch(() => null)) === null) return;
  }
}

const shoppers = (server: Http, count: number, times: number) =>
  Promise.all(Array.from({ length: count }, () => shop(server, times)));

/** What is committed and not among `seen`. */
async function unseen({ owner }: TestDatabase, seen: readonly WireEvent[]) {
  const ids = new Set(seen.map(({ id }) => id));
  const rows = await owner.sql<{ id: string }[]>`select id from events`;
  return rows.map(({ id }) => idOf('event', id)).filter((id) => !ids.has(id));
}

async function holderOf({ owner }: TestDatabase): Promise<string | undefined> {
  const [row] = await owner.sql<{ holder: string }[]>`select holder from sequencers`;
  return row?.holder;
}

it('every event once and in order: through a SIGKILL, and past a commit that is slow', async () => {
  await using db = await testDatabase();
  const { sql } = db.owner;
  await using doomed = await spawnServer(on(db.url));
  await create(doomed.http);
  // So that it is the one that gives numbers.
  const numbered = () => sql`select from feed where number is not null`;
  await expect.poll(numbered).toHaveLength(2);
  const firstHolder = await holderOf(db);
  await using survivor = await spawnServer(on(db.url));

  const { seen, catchUp } = follower(survivor.http, 7);
  let over = false;
  const following = (async () => {
    while (!over) await catchUp();
  })();
  const slow = await heldPayment(db);
  const selling = [shoppers(doomed.http, 6, 1_000), shoppers(survivor.http, 6, 12)];
  await expect.poll(() => seen.length).toBeGreaterThan(60);
  await doomed.kill('SIGKILL');
  await Promise.all(selling);
  // As if it had been gone for as long as its lease lasts.
  await sql`update sequencers set lease_until = now() - interval '1 second'`;
  await expect.poll(() => unseen(db, seen)).toEqual([]);
  const passed = seen.at(-1)?.number ?? 0;
  await slow.commit();

  await expect.poll(() => unseen(db, seen)).toEqual([]);
  over = true;
  await following;
  expect(await holderOf(db)).not.toBe(firstHolder);
  expect(seen.map(({ number }) => number)).toEqual(seen.map((_, index) => index + 1));
  expect(seen.find(({ id }) => id === slow.eventId)?.number).toBeGreaterThan(passed);
  for (const ofPayment of Map.groupBy(seen, (one) => one.payment_id).values()) {
    expect(ofPayment.map(({ version }) => version)).toEqual(ofPayment.map((_, index) => index + 1));
  }
});
