/** What the procedures that change a payment have in common. */
import {
  type Currency,
  isId,
  type Payment,
  type PaymentId,
  parseAmount,
  refuse,
} from '@florin/core';
import type { Executed } from '../engine/execute.ts';
import { RefusalError } from '../engine/refusal-error.ts';
import { paymentView } from './outputs.ts';
import type { Context } from './trpc.ts';

/** Who wants it: for the command, and for the event that it leads to. */
export const issuedBy = ({ caller }: Context) => ({
  merchantId: caller.merchantId,
  actor: caller.apiKeyId,
});

/** The payment, with the status and headers that tell what it is the answer to. */
export function answer({ payment, answer: kind }: Executed, { reply }: Context) {
  if (kind === 'pending') reply.status = 202;
  if (kind === 'replayed') reply.headers['idempotent-replayed'] = 'true';
  return paymentView(payment);
}

/** A malformed id is answered like an unknown one. */
export function knownId(id: string): PaymentId {
  if (isId('payment', id)) return id;
  throw new RefusalError(refuse('payment_not_found', {}));
}

export async function mustFind({ lookups, caller }: Context, id: string): Promise<Payment> {
  const found = await lookups.payment(caller.merchantId, knownId(id));
  if (!found) throw new RefusalError(refuse('payment_not_found', {}));
  return found;
}

/** Minor units of a part of the payment, or all that remains. */
export async function partOf(
  ctx: Context,
  id: string,
  amount: string | undefined,
): Promise<bigint | 'rest'> {
  if (amount === undefined) return 'rest';
  // The currency, which never changes, decides what an amount is worth.
  const { currency } = await mustFind(ctx, id);
  return minorUnitsOf(amount, currency);
}

function minorUnitsOf(amount: string, currency: Currency): bigint {
  const parsed = parseAmount(amount, currency);
  if (parsed.ok) return parsed.amount;
  const errors = [{ path: ['amount'], message: parsed.problem }];
  throw new RefusalError(refuse('invalid_request', { errors }));
}
