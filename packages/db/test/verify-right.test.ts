/** `verify` finds nothing in whatever was committed, also while more is. */
import type { Applied } from '@florin/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../src/testing.ts';
import { apply, commitAll, commitOne, declined, requiresAction, succeeded, told } from './given.ts';
import { pay, run, shop } from './verifying.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());

describe('books that are right', () => {
  it('have nothing to find, and are added up by currency and account', async () => {
    const merchant = await shop(db);
    const ids = [await pay(merchant, db), await pay(merchant, db), await pay(merchant, db)];
    const yen = await apply(db.app.sql, merchant.create({ currency: 'JPY', amount: 7n }));
    await apply(db.app.sql, told(yen));
    await apply(db.app.sql, merchant.create({ provider: 'manual' }));
    const { findings, merchants, progress } = await run(db, merchant.merchantId);
    expect(findings).toEqual([]);
    expect(ids).toHaveLength(3);
    expect(merchants).toEqual([
      {
        kind: 'merchant',
        merchantId: merchant.merchantId,
        counts: { payments: 5, operations: 10, events: 18, postings: 7 },
        balances: [
          { currency: 'JPY', account: 'provider_receivable', debits: 7n, credits: 0n },
          { currency: 'JPY', account: 'merchant_payable', debits: 0n, credits: 7n },
          { currency: 'JPY', account: 'suspense', debits: 0n, credits: 0n },
          { currency: 'USD', account: 'provider_receivable', debits: 45_000n, credits: 15_000n },
          { currency: 'USD', account: 'merchant_payable', debits: 15_000n, credits: 45_000n },
          { currency: 'USD', account: 'suspense', debits: 0n, credits: 0n },
        ],
      },
    ]);
    // Two payments at once, then the keys.
    expect(progress.map(([done]) => done)).toEqual([2, 4, 5, 5]);
    expect(progress.every(([done, of]) => done <= of)).toBe(true);
  });

  it('are right after random commands, whatever providers say', async () => {
    const merchant = await shop(db);
    let state = 7;
    const pick = <T>(of: readonly T[]): T => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return of[(state >>> 8) % of.length] as T;
    };
    const asked: Applied[] = [];
    for (let round = 0; round < 150; round++) {
      const { id } = pick(asked)?.payment ?? {};
      const made = merchant.create({
        capture: pick(['automatic', 'manual']),
        provider: pick(['sandbox', 'sandbox', 'manual']),
      });
      const wishes = id && [
        merchant.capture(id, { amount: pick([1n, 'rest']) }),
        merchant.cancel(id),
        merchant.refund(id, { amount: pick([1n, 15_000n, 'rest']) }),
        merchant.report(id, pick(['SUCCESS', 'FAILED', 'CANCELLED', 'REFUNDED'])),
      ];
      const tell = pick(asked) && told(pick(asked), pick([succeeded, declined, requiresAction]));
      const command = wishes && tell ? pick([made, tell, tell, tell, pick(wishes)]) : made;
      const result = await commitOne(db.app.sql, command);
      if (result.kind === 'applied' && result.operation) asked.push(result);
    }
    const { findings } = await run(db, merchant.merchantId, 7);
    expect(findings.filter(({ kind }) => kind === 'difference')).toEqual([]);
    expect(findings.length).toBeGreaterThan(3);
  });

  it('stay right while they are written', async () => {
    const merchants = [await shop(db), await shop(db)];
    let isOver = false;
    const writing = (async () => {
      for (let round = 0; round < 12; round++) {
        const creates = merchants.flatMap((one) => [one.create(), one.create(), one.create()]);
        const created = await commitAll(db.app.sql, creates);
        const asked = created.flatMap((one) => (one.kind === 'applied' ? [told(one)] : []));
        await commitAll(db.app.sql, asked);
        await commitAll(
          db.app.sql,
          created.flatMap((one, index) => {
            const merchant = merchants[index < 3 ? 0 : 1];
            return one.kind === 'applied' && merchant ? [merchant.refund(one.payment.id)] : [];
          }),
        );
      }
      isOver = true;
    })();
    while (!isOver) {
      for (const { merchantId } of merchants) {
        expect((await run(db, merchantId, 5)).findings).toEqual([]);
      }
    }
    await writing;
  });
});
