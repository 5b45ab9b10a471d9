/**
 * Random batches over few orders and keys, from several pools at once, round after round: nothing
 * fails, and after it all the books are right. One pool reads first; the others do so only where they
 * must, and half of their batches are such that they need not. The seed stands in the test's name.
 */
import type { Applied, Command, Decision, PaymentId, ProviderOutcome, Status } from '@florin/core';
import { expect, it } from 'vitest';
import { createCommitter } from '../src/committer.ts';
import { connect } from '../src/connect.ts';
import { testDatabase } from '../src/testing.ts';
import { commitAll, declined, newMerchant, requiresAction, succeeded, told } from './given.ts';
import { broken } from './invariants.ts';

/** Of each of the two seeds. */
const rounds = 100;
const poolCount = 3;

/** mulberry32: a whole number below `below`, the same ones for the same seed. */
function randomOf(seed: number) {
  let state = seed;
  return (below: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const outcomes: readonly ProviderOutcome[] = [
  succeeded,
  succeeded,
  declined,
  requiresAction,
  { outcome: 'unknown' },
];
const reports: readonly Status[] = ['SUCCESS', 'FAILED', 'CANCELLED', 'REFUNDED', 'PENDING'];

const isForeseeable = ({ type }: Command) => type === 'create' || type === 'outcome';

it.each([1, 2])('keeps every invariant over random batches, seed %d', async (seed) => {
  await using db = await testDatabase();
  const pools = Array.from({ length: poolCount }, () => connect(db.url, 2));
  const committers = pools.map(({ sql }, index) => (index > 0 ? createCommitter(sql) : undefined));
  const random = randomOf(seed);
  const pick = <T>(of: readonly T[]): T => of[random(of.length)] as T;
  const merchants = [newMerchant(), newMerchant()];
  const known = new Map(merchants.map((merchant) => [merchant, [] as PaymentId[]]));
  const asked: Applied[] = [];
  const sent: Command[] = [];

  /** One in eight was sent before, by whichever process. */
  function next(round: number): Command {
    if (random(8) === 0 && sent.length > 0) return sent.at(-1 - random(60)) ?? pick(sent);
    const made = command(round);
    sent.push(made);
    return made;
  }

  /** Orders and keys are few; "o" and "o 1" are told apart, and sort as they are locked. */
  function command(round: number): Command {
    const merchant = pick(merchants);
    const idempotencyKey = `k${random(4) ? round * 8 + random(8) : random(round * 8 + 8)}`;
    const id = (known.get(merchant) ?? []).at(-1 - random(12));
    const kind = random(10);
    if (kind < 3 && asked.length > 0)
      return told(asked.at(-1 - random(12)) ?? pick(asked), pick(outcomes));
    if (kind < 5 || !id) {
      return merchant.create({
        orderId: pick(['o', 'o 1', 'o 1 2', 'p', `o ${round >> 2}`]),
        provider: pick(['sandbox', 'sandbox', 'manual']),
        capture: pick(['automatic', 'manual']),
        idempotencyKey,
      });
    }
    const key = random(5) ? { idempotencyKey } : { idempotencyKey: null };
    if (kind === 5) return merchant.report(id, pick(reports), key);
    if (kind === 6) return merchant.report(id, 'SUCCESS', key);
    if (kind === 7) return merchant.cancel(id, key);
    if (kind === 8) return merchant.capture(id, { amount: pick(['rest', 7_000n]), ...key });
    return merchant.refund(id, { amount: pick(['rest', 5_000n, 7_500n]), ...key });
  }

  const kinds = new Map<string, number>();
  function learn(decision: Decision): void {
    kinds.set(decision.kind, (kinds.get(decision.kind) ?? 0) + 1);
    if (decision.kind !== 'applied') return;
    const { payment, operation } = decision;
    const of = merchants.find(({ merchantId }) => merchantId === payment.merchantId);
    if (payment.version === 1 && of) known.get(of)?.push(payment.id);
    if (operation) asked.push(decision);
  }

  for (let round = 0; round < rounds; round++) {
    const batches = pools.map((_, index) => {
      const batch = Array.from({ length: 1 + random(14) }, () => next(round));
      return index > 0 && random(2) ? batch.filter(isForeseeable) : batch;
    });
    const decided = await Promise.all(
      batches.map((batch, index) =>
        commitAll((pools[index] ?? db.app).sql, batch, committers[index]),
      ),
    );
    for (const decision of decided.flat()) learn(decision);
  }
  await Promise.all(pools.map((pool) => pool.close()));

  expect(await broken(db.owner.sql)).toEqual({});
  // It was no idle run: every kind of answer came up.
  const answers = ['applied', 'refused', 'replayed', 'unchanged'];
  expect([...kinds.keys()].sort()).toEqual(answers);
});
