/** What a payment costs by the size of its batch: the write path alone, without HTTP and providers. */
import type { Command } from '@florin/core';
import { connect, connectAsOwner, createCommitter } from '@florin/db';
import { freshName, runName } from '../requests.ts';
import type { Stage } from '../stage.ts';

export interface BatchCost {
  readonly batch: number;
  /** Microseconds a payment, both of its commits: from start to end, and of CPU. */
  readonly wall: number;
  readonly florin: number;
  readonly database: number;
}

const merchantId = `mer_${'0'.repeat(31)}1` as const;

/** @param seconds for each of the sizes */
export async function batchCosts(
  stage: Stage,
  sizes: readonly number[],
  seconds: number,
): Promise<readonly BatchCost[]> {
  const store = await stage.bareStore('batches', 0);
  const database = connect(store.url, 1);
  const commit = createCommitter(database.commits, database.pipeline);
  const run = runName();
  let n = 0;

  /** So many payments, each with its intent and its outcome. */
  async function pay(size: number): Promise<void> {
    const creations = Array.from({ length: size }, () => creation(freshName(run, ++n)));
    const created = await commit(creations);
    const outcomes = created.map((decision): Command => {
      if (decision.kind !== 'applied' || !decision.operation) throw new Error('Not created.');
      const { id: operationId, paymentId } = decision.operation;
      const outcome = { outcome: 'succeeded', reference: `sandbox_${operationId}` } as const;
      const actor = 'provider:sandbox';
      return { type: 'outcome', merchantId, actor, paymentId, operationId, outcome };
    });
    await commit(outcomes);
  }

  const found: BatchCost[] = [];
  for (const batch of sizes) {
    for (let warm = 0; warm < Math.max(10, 512 / batch); warm++) await pay(batch);
    await analyze(store.url);
    const before = {
      wall: performance.now(),
      own: ownSeconds(),
      database: await stage.databaseSeconds(),
    };
    let payments = 0;
    while (performance.now() - before.wall < seconds * 1000) {
      await pay(batch);
      payments += batch;
    }
    const each = (used: number) => (1_000_000 * used) / payments;
    found.push({
      batch,
      wall: each((performance.now() - before.wall) / 1000),
      florin: each(ownSeconds() - before.own),
      database: each((await stage.databaseSeconds()) - before.database),
    });
  }
  await database.close();
  return found;
}

const creation = (name: string): Command => ({
  type: 'create',
  merchantId,
  actor: 'key_bench',
  orderId: `order-${name}`,
  amount: 15_000n,
  currency: 'USD',
  capture: 'automatic',
  provider: 'sandbox',
  paymentMethod: null,
  metadata: {},
  idempotencyKey: `key-${name}`,
});

async function analyze(url: string): Promise<void> {
  const owner = connectAsOwner(url);
  await owner.sql`analyze`;
  await owner.close();
}

function ownSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
