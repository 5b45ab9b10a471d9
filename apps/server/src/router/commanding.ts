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

/** Up to 15 digits: what a serial column gives, and a number holds. */
const legacyId = /^[1-9][0-9]{0,14}$/;

/**
 * The id of a payment, also where it is the number that an imported one had in the old system. A
 * malformed id is answered like an unknown one.
 */
export async function knownId({ lookups, caller }: Context, id: string): Promise<PaymentId> {
  if (isId('payment', id)) return id;
  const found = legacyId.test(id)
    ? await lookups.legacyPayment(caller.merchantId, Number(id))
    : null;
  if (found === null) throw new RefusalError(refuse('payment_not_found', {}));
  return found;
}

export async function mustFind(ctx: Context, id: string): Promise<Payment> {
  const found = await ctx.lookups.payment(ctx.caller.merchantId, await knownId(ctx, id));
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
