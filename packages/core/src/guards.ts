/** The guards that several commands share: each answers the refusal, or null where nothing stands in the way. */
import { differencesFrom, type KeyedCommand } from './commands.ts';
import { type Decision, refused, type State } from './decision.ts';
import { limits } from './limits.ts';
import { formatAmount } from './money.ts';
import { type Asked, useOf } from './movement.ts';
import type { Payment } from './payment.ts';

/** The answer of a key that was used before; null if it was not. */
export function earlierUse(state: State, command: KeyedCommand, now: number): Decision | null {
  const use = state.keyUse;
  if (!use) return null;
  const fields = differencesFrom(use.request, command);
  if (fields.length > 0) return refused('idempotency_key_reused', { fields });
  if (use.version !== null) {
    return { kind: 'replayed', paymentId: use.paymentId, version: use.version };
  }
  if (now < use.leaseUntil) {
    const retryAfterSeconds = limits.keyInFlightRetrySeconds;
    return refused('idempotency_key_in_flight', { paymentId: use.paymentId, retryAfterSeconds });
  }
  return { kind: 'unsettled', paymentId: use.paymentId };
}

export function heldBy({ paymentId, paid }: NonNullable<State['holder']>): Decision {
  return refused(paid ? 'order_already_paid' : 'order_payment_in_progress', { paymentId });
}

/**
 * What has to be known before anything more may move: an outcome that is on its way, or what is true
 * where the provider contradicts itself. Refunds may be open side by side; all else one at a time.
 */
export function undecidedIn({ operations }: State, payment: Payment): Decision | null {
  if (payment.discrepancy) return refused('discrepancy_unresolved', {});
  const open = operations.find(({ kind, status }) => status === 'open' && kind !== 'refund');
  return open ? refused('outcome_unknown', { operation: open.kind }) : null;
}

export function excessOf(amount: bigint, left: bigint, { currency }: Payment): Decision | null {
  if (amount < 0n) return refused('amount_not_positive', {});
  if (amount > left || amount === 0n) {
    return refused('amount_exceeds_remaining', { remaining: formatAmount(left, currency) });
  }
  return null;
}

export function unchanged(payment: Payment, asked: Omit<Asked, 'ids'>): Decision {
  return { kind: 'unchanged', payment, keyUse: useOf(payment, true, asked) };
}
