/**
 * Florins that break a promise on purpose: a proof that runs on one must fail. Each changes a line of
 * the source as it is loaded, or what the database guards; where the line is not there any more, the
 * sabotage itself fails.
 */
import type { invariants } from './invariants.ts';

export interface Sabotage {
  /** What it does. */
  readonly does: string;
  /** The invariant that must catch it. */
  readonly caughtBy: keyof typeof invariants;
  readonly changes?: readonly Change[];
  /** Run as the database's owner before anything starts to pay. */
  readonly sql?: string;
  /** Run as the owner after a Florin was killed. */
  readonly afterKill?: string;
}

interface Change {
  /** The end of the file's path. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

export const sabotages: Readonly<Record<string, Sabotage>> = {
  'skip-intent': {
    does: 'the intent is not committed before the provider is asked: a kill leaves no trace of it',
    caughtBy: "the acquirer's record and Florin's operations match one to one",
    afterKill: `
      -- Locked: the outcome of one may just be on its way, by the Florin that lives.
      with cut as (select merchant_id, id from payments where status = 'PENDING' and version = 1
             for update),
           feed as (delete from feed f using cut where f.payment_id = cut.id),
           events as (delete from events e using cut where e.payment_id = cut.id),
           keys as (delete from idempotency_keys k using cut where k.payment_id = cut.id),
           operations as (delete from operations o using cut where o.payment_id = cut.id)
      delete from payments p using cut where p.id = cut.id`,
  },
  'drop-lease': {
    does: 'what is open is asked for again although its lease is running',
    caughtBy: 'no operation is asked for by two at once',
    changes: [
      {
        file: 'packages/db/src/operations.ts',
        find: "where w.status = 'open' and w.lease_until <= $",
        replace: "where w.status = 'open' and w.lease_until - interval '1 day' <= $",
      },
      {
        file: 'packages/db/src/operations.ts',
        find: "and o.status = 'open' and o.lease_until <= $",
        replace: "and o.status = 'open' and o.lease_until - interval '1 day' <= $",
      },
    ],
  },
  'forget-holder': {
    does: 'nobody looks who holds the order',
    caughtBy: 'no order was charged twice',
    changes: [
      {
        file: 'packages/core/src/decide.ts',
        find: 'if (state.holder) return heldBy(state.holder);',
        replace: '',
      },
    ],
    sql: 'drop index payments_order_holder',
  },
  'over-refund': {
    does: 'nobody looks how much is left to refund or to capture',
    caughtBy: 'nothing is captured or refunded that is not there',
    changes: [
      {
        file: 'packages/core/src/guards.ts',
        find: 'if (amount > left || amount === 0n) {',
        replace: 'if (amount === 0n) {',
      },
    ],
    sql: 'alter table payments drop constraint payments_amounts_chain',
  },
  'unknown-is-declined': {
    does: 'an answer that is lost is taken for a no',
    caughtBy: "the acquirer's record and Florin's operations match one to one",
    changes: [
      {
        file: 'apps/server/src/engine/ask.ts',
        find: "return { outcome: 'unknown' };",
        replace: "return { outcome: 'declined', failure: { code: 'lost', message: 'Lost.' } };",
      },
    ],
  },
  'lose-outcome': {
    does: 'nobody asks again for what is open',
    caughtBy: 'no operation is left open',
    changes: [
      {
        file: 'apps/server/src/workers/resume-operations.ts',
        find: 'return claimDueOperations(database, now, now + limits.leaseMs, operationsInRound, busy);',
        replace: 'void [database, now, busy]; return [];',
      },
      {
        file: 'apps/server/src/engine/apply-report.ts',
        find: 'await engine.record(',
        replace: 'await (async (_: unknown) => {})(',
      },
    ],
  },
  'new-id-each-time': {
    does: "the operation's id is not the provider's idempotency key",
    caughtBy: "the acquirer's record and Florin's operations match one to one",
    changes: [
      {
        file: 'apps/acquirer/src/provider.ts',
        find: '    id: operation.id,',
        replace:
          "    id: operation.attempts > 1 ? (('op_' + crypto.randomUUID().replaceAll('-', '')) as never) : operation.id,",
      },
      {
        file: 'apps/acquirer/src/provider.ts',
        find: 'if (answered.id !== wanted.id) {',
        replace: 'if (false) {',
      },
      {
        file: 'apps/server/src/engine/ask.ts',
        find: 'request.operation.attempts > 1 ? await provider.lookup(request, signal) : null',
        replace: 'null',
      },
    ],
  },
  'other-amount': {
    does: 'asked again, an operation is about another amount',
    caughtBy: 'no operation moved twice, or as another',
    changes: [
      {
        file: 'apps/acquirer/src/provider.ts',
        find: 'amount: operation.amount.toString(),',
        replace: 'amount: (operation.amount + BigInt(operation.attempts - 1)).toString(),',
      },
      {
        file: 'apps/server/src/engine/ask.ts',
        find: 'request.operation.attempts > 1 ? await provider.lookup(request, signal) : null',
        replace: 'null',
      },
    ],
  },
  'render-now': {
    does: 'a replay shows the payment as it is now, not as it was answered',
    caughtBy: 'replays of final answers are byte for byte',
    changes: [
      {
        file: 'packages/db/src/payments.ts',
        find: 'eq(events.version, version)',
        replace: 'eq(events.paymentId, id)',
      },
    ],
  },
  'lose-posting': {
    does: 'some postings are not written',
    caughtBy: 'florin verify is clean',
    changes: [
      {
        file: 'packages/db/src/write.ts',
        find: 'postings: applied.flatMap((one) => one.postings),',
        replace:
          'postings: applied.flatMap((one) => one.postings).slice(Math.random() < 0.1 ? 1 : 0),',
      },
    ],
  },
  'answer-before-disk': {
    does: 'a commit is acknowledged before it is on the disk',
    caughtBy: 'every acknowledged answer is still true',
    sql: 'alter database florin set synchronous_commit = off; alter system set wal_writer_delay = 10000',
  },
};
