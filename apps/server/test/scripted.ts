/** The sandbox with a script and a memory: what it answers is up to a test, and what it was asked. */
import type { OperationId, OperationKind, PaymentId, ProviderOutcome } from '@florin/core';
import { createProviders, type Providers } from '../src/providers/index.ts';
import type { Provider, ProviderRequest } from '../src/providers/provider.ts';
import { createSandbox } from '../src/providers/sandbox.ts';
import { declined } from './said.ts';

export const unknown: ProviderOutcome = { outcome: 'unknown' };

type Answer<T> = (
  request: ProviderRequest,
  signal: AbortSignal,
) => Promise<T | undefined> | T | undefined;

/** What it does not answer, by `undefined`, the sandbox does. */
export interface Script {
  readonly perform?: Answer<ProviderOutcome>;
  readonly lookup?: Answer<ProviderOutcome | null>;
}

export interface Asked {
  readonly way: keyof Script;
  readonly kind: OperationKind;
  readonly paymentId: PaymentId;
  readonly operationId: OperationId;
  readonly amount: bigint;
  readonly attempts: number;
}

interface Scripted {
  readonly providers: Providers;
  /** Everything that it was asked, in that order. */
  readonly asked: readonly Asked[];
  /** How often it was asked to perform an operation of this kind on the payment. */
  performed(paymentId: string, kind: OperationKind): number;
}

export function createScripted(script: Script): Scripted {
  const sandbox = createSandbox();
  const asked: Asked[] = [];
  const note = (way: keyof Script, { operation }: ProviderRequest) => {
    const { kind, paymentId, id: operationId, amount, attempts } = operation;
    asked.push({ way, kind, paymentId, operationId, amount, attempts });
  };
  const provider: Provider = {
    ...sandbox,
    async perform(request, signal) {
      note('perform', request);
      return (await script.perform?.(request, signal)) ?? sandbox.perform(request, signal);
    },
    async lookup(request, signal) {
      note('lookup', request);
      const answer = await script.lookup?.(request, signal);
      return answer === undefined ? sandbox.lookup(request, signal) : answer;
    },
  };
  return {
    providers: createProviders(provider),
    asked,
    performed: (paymentId, kind) =>
      asked.filter((it) => it.way === 'perform' && it.paymentId === paymentId && it.kind === kind)
        .length,
  };
}

/**
 * `metadata: { void: 'declined' }`: that is what the payment's voids are told. `unknown` is told until
 * the payment is among those that are `found`.
 */
export function createTold(): Scripted & { readonly found: Set<string> } {
  const found = new Set<string>();
  const scripted = createScripted({
    perform: ({ operation, payment }) => {
      const wanted = payment.metadata[operation.kind];
      if (wanted === 'declined') return declined;
      return wanted === 'unknown' && !found.has(payment.id) ? unknown : undefined;
    },
  });
  return { ...scripted, found };
}
