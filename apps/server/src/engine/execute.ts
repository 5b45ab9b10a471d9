/**
 * The one road for money: intent, commit; provider; outcome, commit. REST, tRPC, providers' reports
 * and the workers all come in here. Between the two commits no transaction is open, and a crash
 * leaves an open operation whose lease brings it to light.
 */
import {
  type CallerCommand,
  type Deadlines,
  type Decision,
  limits,
  type MerchantId,
  type Operation,
  type OperationId,
  type Payment,
  type RecordOutcome,
} from '@florin/core';
import {
  createCommitter,
  type Database,
  findAnswer,
  findPayment,
  findPaymentVersion,
  postponeOperation,
  readOperations,
} from '@florin/db';
import type { Logger } from 'pino';
import type { Providers } from '../providers/index.ts';
import { createAsk } from './ask.ts';
import { createBatcher } from './batch.ts';
import { RefusalError } from './refusal-error.ts';
import { askAgainAt } from './schedule.ts';

/**
 * `done`: this is the final answer. `replayed`: it was given before. `pending`: an outcome is not
 * known yet, and this is the payment as it is.
 */
export interface Executed {
  readonly payment: Payment;
  readonly answer: 'done' | 'replayed' | 'pending';
  /** The operation that it came to; null where there was none, or it is not known any more. */
  readonly operationId: OperationId | null;
}

type Recorded = Extract<Decision, { readonly kind: 'applied' | 'unchanged' }>;

export interface Engine {
  /** Whether a new command of this merchant would be refused now: `unavailable`. */
  isFullFor(merchantId: MerchantId): boolean;
  /** @throws RefusalError */
  execute(command: CallerCommand): Promise<Executed>;
  /** Asks the provider for an open operation whose lease the caller holds, and commits the outcome. */
  resume(payment: Payment, operation: Operation): Promise<Executed>;
  /** Voids a payment that has expired, unless what waits for its payer turns out to be settled. */
  expire(payment: Payment, waiting: Operation | null): Promise<void>;
  /**
   * Commits what a provider said.
   * @throws RefusalError where it said it of nothing that is there
   */
  record(outcome: RecordOutcome): Promise<Payment>;
  /** Resolves once no commit is queued or under way. */
  idle(): Promise<void>;
}

/** @param throttled how many connections were refused for want of room and wait to be read again */
export function createEngine(
  database: Database,
  providers: Providers,
  deadlines: Deadlines,
  log: Logger,
  throttled?: () => number,
): Engine {
  const committer = createCommitter(database.commits, database.pipeline);
  const batcher = createBatcher(committer, limits.commitsAtOnce, throttled);
  const ask = createAsk(providers, deadlines, log);

  async function execute(command: CallerCommand): Promise<Executed> {
    const decision = await batcher.submit(command);
    switch (decision.kind) {
      case 'refused':
        throw new RefusalError(decision.refusal);
      case 'replayed': {
        const { paymentId, version } = decision;
        const then = await findPaymentVersion(database, command.merchantId, paymentId, version);
        return { ...present(then, paymentId), answer: 'replayed' };
      }
      case 'unsettled': {
        const { paymentId } = decision;
        const now = await findPayment(database, command.merchantId, paymentId);
        const operations = await readOperations(database, command.merchantId, paymentId);
        const asked = operations.find((one) => one.idempotencyKey === command.idempotencyKey);
        const operationId = asked?.id ?? null;
        return { payment: present(now, paymentId), answer: 'pending', operationId };
      }
      case 'unchanged':
        return { payment: decision.payment, answer: 'done', operationId: null };
      case 'applied': {
        const { payment, operation } = decision;
        if (operation?.status === 'open') return resume(payment, operation);
        return { payment, answer: 'done', operationId: operation?.id ?? null };
      }
    }
  }

  async function resume(payment: Payment, operation: Operation): Promise<Executed> {
    const operationId = operation.id;
    // Its commit took long, as when the database was away: somebody else may ask before we gave up.
    const leftMs = (operation.leaseUntil ?? 0) - Date.now();
    if (leftMs < limits.providerTimeoutMs) return { payment, answer: 'pending', operationId };
    const outcome = await ask.perform(payment, operation);
    if (outcome.outcome === 'unknown') {
      const reported = await postpone(operation);
      if (reported) return { payment: reported, answer: 'done', operationId };
      return { payment, answer: 'pending', operationId };
    }
    try {
      const recorded = await submitFact(outcomeOf(payment, operation, outcome));
      return { payment: await answerTo(operation, recorded), answer: 'done', operationId };
    } catch (cause) {
      log.error({ err: cause, operationId }, 'outcome not recorded, to be asked again');
      return { payment, answer: 'pending', operationId };
    }
  }

  /**
   * Without it the operation is asked for again once its lease has run out.
   * @returns the first answer, where the provider has reported the outcome meanwhile
   */
  async function postpone(operation: Operation): Promise<Payment | null> {
    const until = askAgainAt(operation.attempts, Date.now());
    try {
      const isOpen = await postponeOperation(database, operation, until);
      return isOpen ? null : await firstAnswer(operation);
    } catch (cause) {
      log.warn({ err: cause, operationId: operation.id }, 'operation not postponed');
      return null;
    }
  }

  /**
   * What whoever asked for the operation is told. The provider may have reported its outcome before it
   * answered, and more may have happened since: told is what the key's replay will be told.
   */
  async function answerTo(operation: Operation, recorded: Recorded): Promise<Payment> {
    const isFirst = recorded.kind === 'applied' && recorded.answersKey !== null;
    return (isFirst ? null : await firstAnswer(operation)) ?? recorded.payment;
  }

  /** What the key's replay is told; null where that is not known yet, or there is no key. */
  async function firstAnswer(operation: Operation): Promise<Payment | null> {
    const { merchantId, paymentId, idempotencyKey: key } = operation;
    const version = key === null ? null : await findAnswer(database, merchantId, key);
    if (version === null) return null;
    const then = await findPaymentVersion(database, merchantId, paymentId, version);
    return present(then, paymentId).payment;
  }

  const record = async (outcome: RecordOutcome): Promise<Payment> =>
    (await submitFact(outcome)).payment;

  async function submitFact(outcome: RecordOutcome): Promise<Recorded> {
    const decision: Decision = await batcher.submit(outcome);
    if (decision.kind === 'applied' || decision.kind === 'unchanged') return decision;
    if (decision.kind === 'refused') throw new RefusalError(decision.refusal);
    throw new Error(`An outcome was ${decision.kind}.`);
  }

  async function expire(payment: Payment, waiting: Operation | null): Promise<void> {
    if (waiting) {
      // The payer may have acted in time, and the provider's report be lost.
      const outcome = await ask.lookup(payment, waiting);
      if (outcome.outcome === 'succeeded' || outcome.outcome === 'declined') {
        await record(outcomeOf(payment, waiting, outcome));
        return;
      }
    }
    const { merchantId, id: paymentId } = payment;
    const actor = 'worker:expire-payments';
    await execute({ type: 'expire', merchantId, actor, paymentId, idempotencyKey: null });
  }

  const { isFullFor, idle } = batcher;
  return { isFullFor, execute, resume, expire, record, idle };
}

function outcomeOf(
  payment: Payment,
  operation: Operation,
  outcome: RecordOutcome['outcome'],
): RecordOutcome {
  return {
    type: 'outcome',
    merchantId: payment.merchantId,
    actor: `provider:${payment.provider}`,
    paymentId: payment.id,
    operationId: operation.id,
    outcome,
  };
}

function present<T>(found: T | null, id: string): T {
  if (!found) throw new Error(`An idempotency key names ${id}, which is not there.`);
  return found;
}
