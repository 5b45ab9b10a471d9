/**
 * Another process is first, and has not committed yet: `commit` waits for it and then loses. What
 * lost and all that depends on it is to be decided again and leaves nothing; the rest is written.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commit } from '../src/commit.ts';
import { type TestDatabase, testDatabase } from '../src/testing.ts';
import {
  apply,
  authorized,
  commitAll,
  declined,
  fresh,
  hyphenated,
  keysOf,
  type Merchant,
  manual,
  newMerchant,
  paid,
  rowsOf,
  said,
  told,
} from './given.ts';
import { hold, waiting } from './held.ts';
import { keyUse, payment } from './raw.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());

const raw = ({ merchantId }: Merchant) => ({ merchant_id: merchantId.slice(4) });

/** Someone else's payment that holds the order, not committed yet. */
const holdOrder = (merchant: Merchant, order_id: string) =>
  hold(db, payment({ ...raw(merchant), order_id, holds_order: true }));

/** Someone else's use of the key, not committed yet. */
const holdKey = (merchant: Merchant, key: string) => hold(db, keyUse({ ...raw(merchant), key }));

describe('an order that another process is taking', () => {
  it.each([
    ['committed', ['again', 'again', 'again', 'again', 'applied PENDING', 'applied SUCCESS']],
    [
      'rolled back',
      [
        'applied PENDING',
        'refused order_payment_in_progress',
        'refused order_payment_in_progress',
        'refused idempotency_key_in_flight',
        'applied PENDING',
        'applied SUCCESS',
      ],
    ],
  ] as const)('%s', async (end, answers) => {
    const merchant = newMerchant();
    const orderId = fresh('order');
    const other = await manual(db.app.sql, merchant);
    const first = merchant.create({ orderId });
    const commands = [
      first,
      merchant.create({ orderId }),
      merchant.create({ orderId, provider: 'manual' }),
      first,
      merchant.create(),
      merchant.report(other.id, 'SUCCESS'),
    ] as const;
    const before = await keysOf(db.owner.sql, merchant);
    await using held = await holdOrder(merchant, orderId);
    const committing = commit(db.app.sql, commands);
    await waiting(db);
    await (end === 'committed' ? held.commit() : held.rollback());
    expect((await committing).map(said)).toEqual(answers);

    const [, , , , fifth, sixth] = commands;
    const winners = end === 'committed' ? [fifth, sixth] : [first, fifth, sixth];
    const written = (await keysOf(db.owner.sql, merchant)).filter((key) => !before.includes(key));
    expect(new Set(written)).toEqual(new Set(winners.map(({ idempotencyKey }) => idempotencyKey)));
  });

  it.each([
    ['alone', 0, ['again']],
    // The unique index refuses the whole batch. By the time that its halves are tried, all is known.
    ['in a batch', 2, ['refused order_already_paid', 'applied PENDING', 'applied PENDING']],
  ] as const)('with a report by hand, %s', async (_, others, answers) => {
    const merchant = newMerchant();
    const { id, orderId } = await manual(db.app.sql, merchant);
    const report = merchant.report(id, 'SUCCESS');
    const commands = [report, merchant.create(), merchant.create()].slice(0, others + 1);
    await using held = await holdOrder(merchant, orderId);
    const committing = commit(db.app.sql, commands);
    await waiting(db);
    await held.commit();
    expect((await committing).map(said)).toEqual(answers);
    expect(await keysOf(db.owner.sql, merchant)).not.toContain(report.idempotencyKey);
    const payments = await rowsOf(db.owner.sql, 'payments', merchant.merchantId);
    const { status, version } = payments.find((row) => row['id'] === hyphenated(id)) ?? {};
    expect({ status, version }).toEqual({ status: 'PENDING', version: 1 });
    expect((await commit(db.app.sql, [report])).map(said)).toEqual(['refused order_already_paid']);
  });
});

describe('a key that another process is using', () => {
  it('for a create: its order, and who comes after it there, again', async () => {
    const merchant = newMerchant();
    const orderId = fresh('order');
    const idempotencyKey = fresh('key');
    await using held = await holdKey(merchant, idempotencyKey);
    const commands = [
      merchant.create(),
      merchant.create({ orderId, idempotencyKey }),
      merchant.create({ orderId }),
      merchant.create({ idempotencyKey }),
      merchant.create(),
    ];
    const committing = commit(db.app.sql, commands);
    await waiting(db);
    await held.commit();
    expect((await committing).map(said)).toEqual([
      'applied PENDING',
      'again',
      'again',
      'again',
      'applied PENDING',
    ]);
    expect(await keysOf(db.owner.sql, merchant)).not.toContain(commands[2]?.idempotencyKey);
    expect((await commit(db.app.sql, commands)).map(said)).toEqual([
      'refused idempotency_key_in_flight',
      'refused idempotency_key_reused',
      'applied PENDING',
      'refused idempotency_key_reused',
      'refused idempotency_key_in_flight',
    ]);
  });

  it('for a refund: every later change of its payment again, without key, event or amount', async () => {
    const merchant = newMerchant();
    const { id, orderId, version } = await paid(db.app.sql, merchant);
    const before = await keysOf(db.owner.sql, merchant);
    const idempotencyKey = fresh('key');
    const first = merchant.refund(id, { amount: 100n });
    const lost = merchant.refund(id, { amount: 200n, idempotencyKey });
    const later = merchant.refund(id, { amount: 400n });
    const noop = merchant.report(id, 'SUCCESS');
    const keyless = merchant.refund(id, { amount: 800n, idempotencyKey: null });
    const onOrder = merchant.create({ orderId });
    await using held = await holdKey(merchant, idempotencyKey);
    const committing = commit(db.app.sql, [first, lost, later, noop, keyless, onOrder]);
    await waiting(db);
    await held.commit();
    expect((await committing).map(said)).toEqual([
      'applied SUCCESS',
      'again',
      'again',
      'again',
      'again',
      'again',
    ]);
    const [payment] = await rowsOf(db.owner.sql, 'payments', merchant.merchantId);
    expect(payment).toMatchObject({ refund_pending: 100, version: version + 1 });
    expect(await rowsOf(db.owner.sql, 'events', merchant.merchantId)).toHaveLength(version + 1);
    expect(await rowsOf(db.owner.sql, 'operations', merchant.merchantId)).toHaveLength(2);
    const used = (await keysOf(db.owner.sql, merchant)).filter((key) => !before.includes(key));
    expect(new Set(used)).toEqual(new Set([first.idempotencyKey, idempotencyKey]));
  });

  it('an outcome behind it is not lost, only later, with the answer that it gives a key', async () => {
    const merchant = newMerchant();
    const { id } = await authorized(db.app.sql, merchant);
    const capture = merchant.capture(id);
    const opened = await apply(db.app.sql, capture);
    const idempotencyKey = fresh('key');
    const report = merchant.report(id, 'AUTHORIZED', { idempotencyKey });
    await using held = await holdKey(merchant, idempotencyKey);
    const commands = [report, told(opened), capture];
    const committing = commit(db.app.sql, commands);
    await waiting(db);
    await held.commit();
    expect((await committing).map(said)).toEqual(['again', 'again', 'again']);
    expect((await commitAll(db.app.sql, commands)).map(said)).toEqual([
      'refused idempotency_key_reused',
      'applied SUCCESS',
      'replayed 4',
    ]);
  });

  it('the key of a loser is free for whoever waits for it', async () => {
    const merchant = newMerchant();
    const { id } = await paid(db.app.sql, merchant);
    const held = fresh('z-held');
    const won = fresh('a-won');
    await using other = await holdKey(merchant, held);
    const loser = commit(db.app.sql, [
      merchant.refund(id, { amount: 1n, idempotencyKey: held }),
      merchant.refund(id, { amount: 2n, idempotencyKey: won }),
    ]);
    await waiting(db);
    const waiter = commit(db.app.sql, [merchant.create({ idempotencyKey: won })]);
    await waiting(db, 2);
    await other.commit();
    expect((await loser).map(said)).toEqual(['again', 'again']);
    expect((await waiter).map(said)).toEqual(['applied PENDING']);
  });
});

describe('a payment that another process changes', () => {
  it('is decided as it is when its lock is had', async () => {
    const merchant = newMerchant();
    const created = await apply(db.app.sql, merchant.create());
    const { id } = created.payment;
    await using held = await hold(
      db,
      (sql) => sql`select from payments where id = ${id.slice(4)} for update`,
    );
    const one = commit(db.app.sql, [told(created, declined)]);
    const other = commit(db.app.sql, [told(created, declined), merchant.refund(id)]);
    await waiting(db, 2);
    await held.rollback();
    const results = [...(await one), ...(await other)].map(said).sort();
    expect(results).toEqual(['applied FAILED', 'refused not_refundable', 'unchanged FAILED']);
  });
});
