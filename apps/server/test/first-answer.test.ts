/**
 * A request's first final answer is what its replay will be, also where the provider's report came
 * before its answer and more has happened since. Found by `pnpm prove --kills 1000`.
 */
import type { ProviderOutcome } from '@florin/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Engine } from '../src/engine/execute.ts';
import type { ProviderRequest } from '../src/providers/provider.ts';
import { createOf, databaseWithMerchant, engineOn, of } from './given.ts';
import { unknown } from './scripted.ts';

let given: Awaited<ReturnType<typeof databaseWithMerchant>>;
beforeAll(async () => {
  given = await databaseWithMerchant();
});
afterAll(() => given.db[Symbol.asyncDispose]());

/** What the provider reports by itself, before it answers. */
async function report(engine: Engine, { operation, payment }: ProviderRequest): Promise<void> {
  await engine.record({
    type: 'outcome',
    merchantId: payment.merchantId,
    actor: 'provider:sandbox',
    paymentId: payment.id,
    operationId: operation.id,
    outcome: { outcome: 'succeeded', reference: 'reported' },
  });
}

it('a refund that was reported first, and another refund since', async () => {
  let isFirst = true;
  const { engine } = engineOn(given.db.app, {
    async perform(request) {
      if (request.operation.kind !== 'refund' || !isFirst) return undefined;
      isFirst = false;
      await report(engine, request);
      const another = { type: 'refund', amount: 5_000n, reason: null } as const;
      await engine.execute({ ...another, ...of(request.payment) });
      return { outcome: 'succeeded', reference: 'answered' };
    },
  });
  const { payment } = await engine.execute(createOf(given.merchantId));
  const asked = { type: 'refund', amount: 4_000n, reason: null, ...of(payment) } as const;
  const first = await engine.execute(asked);
  expect(first).toMatchObject({ answer: 'done', payment: { refunded: 4_000n } });
  const replayed = await engine.execute(asked);
  expect(replayed).toEqual({ ...first, answer: 'replayed' });
});

it.each<[string, () => ProviderOutcome]>([
  ['lost', () => unknown],
  ['broken', () => Promise.reject(new Error('reset')) as never],
])('a charge that was reported, and whose answer is %s', async (_, answer) => {
  const { engine } = engineOn(given.db.app, {
    async perform(request) {
      await report(engine, request);
      return answer();
    },
  });
  const asked = createOf(given.merchantId);
  const first = await engine.execute(asked);
  expect(first).toMatchObject({ answer: 'done', payment: { status: 'SUCCESS', version: 2 } });
  expect(await engine.execute(asked)).toEqual({ ...first, answer: 'replayed' });
});

it('a charge that was reported to wait for its payer, and then answered as approved', async () => {
  const { engine } = engineOn(given.db.app, {
    async perform({ operation, payment }) {
      const nextAction = { type: 'redirect', url: 'https://bank.example/act' } as const;
      await engine.record({
        type: 'outcome',
        merchantId: payment.merchantId,
        actor: 'provider:sandbox',
        paymentId: payment.id,
        operationId: operation.id,
        outcome: { outcome: 'requires_action', nextAction },
      });
      return { outcome: 'succeeded', reference: 'answered' };
    },
  });
  const asked = createOf(given.merchantId);
  const first = await engine.execute(asked);
  const replayed = await engine.execute(asked);
  expect(replayed).toEqual({ ...first, answer: 'replayed' });
  expect(first.payment.status).toBe('REQUIRES_ACTION');
});
