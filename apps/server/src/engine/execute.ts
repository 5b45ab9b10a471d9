/**
 * The one road for money: intent, commit; provider; outcome, commit. REST, tRPC and the workers all
 * come in here. Between the two commits no transaction is open, and a crash leaves an open
 * operation whose lease brings it to light.
 */
import {
  type CallerCommand,
  type Command,
  limits,
  type Operation,
  type Payment,
  type ProviderOutcome,
} from '@florin/core';
import { commit, type Database, findPayment, findPaymentVersion } from '@florin/db';
import type { Logger } from 'pino';
import type { Providers } from '../providers/index.ts';
import { storable } from '../providers/storable.ts';
import { createBatcher } from './batch.ts';
import { RefusalError } from './refusal-error.ts';

/**
 * `done`: this is the final answer. `replayed`: it was given before. `pending`: an outcome is not
 * known yet, and this is the payment as it is.
 */
export interface Executed {
  readonly payment: Payment;
  readonly answer: 'done' | 'replayed' | 'pending';
}

export interface Engine {
  /** @throws RefusalError */
  execute(command: CallerCommand): Promise<Executed>;
  /** Asks the provider for an open operation whose lease the caller holds, and commits the outcome. */
  settle(payment: Payment, operation: Operation): Promise<Executed>;
  /** Resolves once no commit is queued or under way. */
  idle(): Promise<void>;
}

export function createEngine(database: Database, providers: Providers, log: Logger): Engine {
  const batcher = createBatcher((commands) => commit(database.sql, commands));

  async function execute(command: CallerCommand): Promise<Executed> {
    const decision = await batcher.submit(command);
    switch (decision.kind) {
      case 'refused':
        throw new RefusalError(decision.refusal);
      case 'replayed': {
        const { paymentId, version } = decision;
        const then = await findPaymentVersion(database, command.merchantId, paymentId, version);
        return { payment: present(then, paymentId), answer: 'replayed' };
      }
      case 'unsettled': {
        const { paymentId } = decision;
        const now = await findPayment(database, command.merchantId, paymentId);
        return { payment: present(now, paymentId), answer: 'pending' };
      }
      case 'unchanged':
        return { payment: decision.payment, answer: 'done' };
      case 'applied':
        if (decision.operation?.status === 'open') {
          return settle(decision.payment, decision.operation);
        }
        return { payment: decision.payment, answer: 'done' };
    }
  }

  async function settle(payment: Payment, operation: Operation): Promise<Executed> {
    const outcome = await ask(payment, operation);
    if (outcome.outcome === 'unknown') return { payment, answer: 'pending' };
    const command: Command = {
      type: 'outcome',
      merchantId: payment.merchantId,
      actor: `provider:${payment.provider}`,
      paymentId: payment.id,
      operationId: operation.id,
      outcome,
    };
    try {
      const decision = await batcher.submit(command);
      if (decision.kind === 'applied' || decision.kind === 'unchanged') {
        return { payment: decision.payment, answer: 'done' };
      }
      throw new Error(`An outcome was ${decision.kind}.`);
    } catch (cause) {
      log.error(
        { err: cause, operationId: operation.id },
        'outcome not recorded, to be asked again',
      );
      return { payment, answer: 'pending' };
    }
  }

  /** Whatever goes wrong on the way means `unknown`: money may have moved. */
  async function ask(payment: Payment, operation: Operation): Promise<ProviderOutcome> {
    const patience = new AbortController();
    const timer = setTimeout(
      () => patience.abort(new Error(`No answer within ${limits.providerTimeoutMs} ms.`)),
      limits.providerTimeoutMs,
    );
    try {
      const provider = providers.get(payment.provider);
      if (!provider) throw new Error(`No provider is called "${payment.provider}".`);
      const asked = provider.perform({ payment, operation }, patience.signal);
      return storable(await Promise.race([asked, aborted(patience.signal)]));
    } catch (cause) {
      log.warn({ err: cause, operationId: operation.id }, 'provider did not answer');
      return { outcome: 'unknown' };
    } finally {
      clearTimeout(timer);
    }
  }

  return { execute, settle, idle: batcher.idle };
}

function present(payment: Payment | null, id: string): Payment {
  if (!payment) throw new Error(`An idempotency key names ${id}, which is not there.`);
  return payment;
}

/** Rejects when the signal fires, for providers that do not heed it. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
