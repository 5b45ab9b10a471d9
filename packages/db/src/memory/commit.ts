/** The write path in memory: the same fold of the same decisions, and nobody to be first instead. */
import type { Operation } from '@florin/core';
import type * as written from '../committer.ts';
import { apply, fold, nameOf } from '../fold.ts';
import { freshIds } from '../fresh-ids.ts';
import type * as operations from '../operations.ts';
import { allOperations, type Memory, memoryOf } from './memory.ts';

export const createCommitter: typeof written.createCommitter = (sql) => async (commands) => {
  const memory = memoryOf({ sql });
  const steps = fold(memory.world, commands, memory.now(), freshIds);
  for (const { decision } of steps) {
    apply(memory.world, decision);
    if (decision.kind !== 'applied') continue;
    memory.events.push({ ...decision.event, number: memory.events.length + 1 });
    memory.postings.push(...decision.postings);
  }
  return steps.map(({ decision }) => decision);
};

/** Only if nobody has asked since. */
export const postponeOperation: typeof operations.postponeOperation = async (
  database,
  { id, attempts },
  until,
) => {
  const memory = memoryOf(database);
  const found = allOperations(memory).find((one) => one.id === id);
  if (found?.status !== 'open' || found.attempts !== attempts) return false;
  replace(memory, { ...found, leaseUntil: until });
  return true;
};

export const claimDueOperations: typeof operations.claimDueOperations = async (
  database,
  now,
  leaseUntil,
  limit,
  busy = [],
) => {
  const memory = memoryOf(database);
  const due = allOperations(memory).filter(
    (one) => one.status === 'open' && one.leaseUntil !== null && one.leaseUntil <= now,
  );
  const claimed = due.flatMap((one) => {
    const payment = memory.world.payments.get(nameOf(one.merchantId, one.paymentId));
    if (!payment || busy.includes(payment.provider)) return [];
    return [{ operation: { ...one, leaseUntil, attempts: one.attempts + 1 }, payment }];
  });
  const some = claimed.slice(0, limit);
  for (const { operation } of some) replace(memory, operation);
  return some;
};

function replace({ world }: Memory, operation: Operation): void {
  const name = nameOf(operation.merchantId, operation.paymentId);
  const all = world.operations.get(name) ?? [];
  world.operations.set(
    name,
    all.map((one) => (one.id === operation.id ? operation : one)),
  );
}
