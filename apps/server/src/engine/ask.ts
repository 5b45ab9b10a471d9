/** Asking a provider, with patience: whatever goes wrong on the way means `unknown`. */
import {
  type Deadlines,
  limits,
  type Operation,
  type Payment,
  type ProviderOutcome,
  withDeadline,
} from '@florin/core';
import type { Logger } from 'pino';
import type { Providers } from '../providers/index.ts';
import type { Provider, ProviderRequest } from '../providers/provider.ts';
import { storable } from '../providers/storable.ts';

export interface Ask {
  /**
   * Has the operation performed. One that was asked for before is looked up first, and performed
   * again, under the same id, only where the provider knows nothing of it.
   */
  perform(payment: Payment, operation: Operation): Promise<ProviderOutcome>;
  /** What became of the operation; `unknown` also where the provider knows nothing of it. */
  lookup(payment: Payment, operation: Operation): Promise<ProviderOutcome>;
}

type Question = (
  provider: Provider,
  request: ProviderRequest,
  signal: AbortSignal,
) => Promise<ProviderOutcome>;

const performed: Question = async (provider, request, signal) => {
  const giveUpAt = Date.now() + limits.providerTimeoutMs;
  const earlier = request.operation.attempts > 1 ? await provider.lookup(request, signal) : null;
  if (earlier) return earlier;
  // Where the process stood still, as a paused machine does, its answers come before its timers.
  if (Date.now() >= giveUpAt) throw new Error('The look-up took all of the time there was.');
  return provider.perform(request, signal);
};

const lookedUp: Question = async (provider, request, signal) =>
  (await provider.lookup(request, signal)) ?? { outcome: 'unknown' };

export function createAsk(providers: Providers, deadlines: Deadlines, log: Logger): Ask {
  async function ask(
    question: Question,
    payment: Payment,
    operation: Operation,
  ): Promise<ProviderOutcome> {
    const patience = new AbortController();
    const timer = setTimeout(
      () => patience.abort(new Error(`No answer within ${limits.providerTimeoutMs} ms.`)),
      limits.providerTimeoutMs,
    );
    try {
      const provider = providers.get(payment.provider);
      if (!provider) throw new Error(`No provider is called "${payment.provider}".`);
      const asked = question(provider, { payment, operation }, patience.signal);
      const outcome = await Promise.race([asked, aborted(patience.signal)]);
      return withDeadline(storable(outcome), operation.kind, Date.now(), deadlines);
    } catch (cause) {
      log.warn({ err: cause, operationId: operation.id }, 'provider did not answer');
      return { outcome: 'unknown' };
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    perform: (payment, operation) => ask(performed, payment, operation),
    lookup: (payment, operation) => ask(lookedUp, payment, operation),
  };
}

/** Rejects when the signal fires, for providers that do not heed it. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
