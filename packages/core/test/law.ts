/** What a law is, and how it is judged. */
import { begins, type Payment } from '../src/index.ts';
import type { Played } from './world.ts';

/** Whether it holds of the payment that a command was about, as it is after it. */
export type Law = (payment: Payment, played: Played) => boolean;

export const sum = (amounts: readonly bigint[]) =>
  amounts.reduce((total, amount) => total + amount, 0n);

/** The payment that the command was about, as it is now. */
function paymentOf({ command, decision, world }: Played): Payment | null {
  if (decision.kind === 'applied') return world.payments.get(decision.payment.id) ?? null;
  return begins(command) ? null : (world.payments.get(command.paymentId) ?? null);
}

/** Throws the name of the first law that is broken. */
export function judge(all: Readonly<Record<string, Law>>, played: Played): void {
  const payment = paymentOf(played);
  if (!payment) return;
  for (const [name, holds] of Object.entries(all)) {
    if (!holds(payment, played)) throw new Error(`broken: ${name}`);
  }
}
