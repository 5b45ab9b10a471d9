/** How long a payer has to act and funds are held, where the provider does not say. */
import type { ProviderOutcome } from './commands.ts';
import type { OperationKind } from './payment.ts';

/** Milliseconds. */
export interface Deadlines {
  readonly payerActionMs: number;
  readonly authorizationMs: number;
}

/** The outcome with its `expiresAt`: the provider's own, else so long from `now` (ms). */
export function withDeadline(
  outcome: ProviderOutcome,
  kind: OperationKind,
  now: number,
  { payerActionMs, authorizationMs }: Deadlines,
): ProviderOutcome {
  switch (outcome.outcome) {
    case 'requires_action':
      return { ...outcome, expiresAt: outcome.expiresAt ?? now + payerActionMs };
    case 'succeeded':
      if (kind !== 'authorize') return outcome;
      return { ...outcome, expiresAt: outcome.expiresAt ?? now + authorizationMs };
    default:
      return outcome;
  }
}
