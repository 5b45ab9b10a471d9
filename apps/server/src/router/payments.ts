/** Payments: create, look up, refund, report. */
import { isId, type Payment, type PaymentId, parseAmount, refuse } from '@florin/core';
import { findPayment, listPayments, type PaymentFilter } from '@florin/db';
import type { Executed } from '../engine/execute.ts';
import { RefusalError } from '../engine/refusal-error.ts';
import { availableTo, defaultProvider } from '../providers/index.ts';
import { cursorOf, positionOf } from './cursor.ts';
import {
  createInput,
  getInput,
  listByOrderInput,
  listInput,
  refundInput,
  updateStatusInput,
} from './inputs.ts';
import { payment, paymentPage, paymentView } from './outputs.ts';
import { told } from './payments-told.ts';
import { type Context, procedure, type Reply, router } from './trpc.ts';

export const payments = router({
  /** Charges an order. Repeat it with the same key as often as you like: it happens once. */
  create: procedure
    .meta({ rest: { method: 'POST', path: '/payments/', ...told.create } })
    .input(createInput)
    .output(payment)
    .mutation(async ({ ctx, input }) => {
      const executed = await ctx.engine.execute({
        type: 'create',
        ...issuedBy(ctx),
        orderId: input.orderId,
        amount: input.amount,
        currency: input.currency,
        capture: 'automatic',
        provider: chooseProvider(ctx, input.provider),
        paymentMethod: input.paymentMethod ?? null,
        metadata: input.metadata,
        idempotencyKey: input.idempotencyKey,
      });
      if (executed.answer === 'done') ctx.reply.status = 201;
      ctx.reply.headers['Location'] = `/payments/${executed.payment.id}/`;
      return answer(executed, ctx.reply);
    }),

  get: procedure
    .meta({ rest: { method: 'GET', path: '/payments/{id}/', ...told.get } })
    .input(getInput)
    .output(payment)
    .query(async ({ ctx, input }) => paymentView(await mustFind(ctx, input.id))),

  /** The merchant's payments, newest first. */
  list: procedure
    .meta({ rest: { method: 'GET', path: '/payments/', page: true, ...told.list } })
    .input(listInput)
    .output(paymentPage)
    .query(({ ctx, input }) => pageOf(ctx, input)),

  /** An order's payments, newest first. */
  listByOrder: procedure
    .meta({
      rest: { method: 'GET', path: '/payments/order/{order_id}/', page: true, ...told.listByOrder },
    })
    .input(listByOrderInput)
    .output(paymentPage)
    .query(({ ctx, input }) => pageOf(ctx, input)),

  /** Gives back what was captured: all that remains of it, or `amount`. */
  refund: procedure
    .meta({ rest: { method: 'POST', path: '/payments/{id}/refund/', ...told.refund } })
    .input(refundInput)
    .output(payment)
    .mutation(async ({ ctx, input }) => {
      const executed = await ctx.engine.execute({
        type: 'refund',
        ...issuedBy(ctx),
        paymentId: knownId(input.id),
        amount: input.amount === undefined ? 'rest' : await partOf(ctx, input.id, input.amount),
        reason: input.reason ?? null,
        idempotencyKey: input.idempotencyKey ?? null,
      });
      return answer(executed, ctx.reply);
    }),

  /** Reports what happened outside (`manual`), or cancels. The present status is a no-op. */
  updateStatus: procedure
    .meta({ rest: { method: 'PATCH', path: '/payments/{id}/', ...told.updateStatus } })
    .input(updateStatusInput)
    .output(payment)
    .mutation(async ({ ctx, input }) => {
      const executed = await ctx.engine.execute({
        type: 'report',
        ...issuedBy(ctx),
        paymentId: knownId(input.id),
        status: input.status,
        idempotencyKey: input.idempotencyKey ?? null,
      });
      return answer(executed, ctx.reply);
    }),
});

const issuedBy = ({ caller }: Context) => ({
  merchantId: caller.merchantId,
  actor: caller.apiKeyId,
});

function answer({ payment: of, answer: kind }: Executed, reply: Reply) {
  if (kind === 'pending') reply.status = 202;
  if (kind === 'replayed') reply.headers['Idempotent-Replayed'] = 'true';
  return paymentView(of);
}

function chooseProvider({ caller, providers }: Context, wanted: string | undefined): string {
  const available = availableTo(providers, caller.mode);
  const provider = wanted ?? defaultProvider[caller.mode];
  if (available.includes(provider)) return provider;
  throw new RefusalError(refuse('provider_not_available', { provider, available }));
}

/** A malformed id is answered like an unknown one. */
function knownId(id: string): PaymentId {
  if (isId('payment', id)) return id;
  throw new RefusalError(refuse('payment_not_found', {}));
}

async function mustFind({ database, caller }: Context, id: string): Promise<Payment> {
  const found = await findPayment(database, caller.merchantId, knownId(id));
  if (!found) throw new RefusalError(refuse('payment_not_found', {}));
  return found;
}

/** The currency, which never changes, decides what an amount is worth. */
async function partOf(ctx: Context, id: string, amount: string): Promise<bigint> {
  const { currency } = await mustFind(ctx, id);
  const parsed = parseAmount(amount, currency);
  if (parsed.ok) return parsed.amount;
  const errors = [{ path: ['amount'], message: parsed.problem }];
  throw new RefusalError(refuse('invalid_request', { errors }));
}

interface Page extends PaymentFilter {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

async function pageOf({ database, caller }: Context, { cursor, limit, ...rest }: Page) {
  const after = cursor === undefined ? null : positionOf(cursor);
  // One more than asked for tells whether there is a next page.
  const found = await listPayments(database, caller.merchantId, {
    ...rest,
    limit: limit + 1,
    after,
  });
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  const nextCursor = last && found.length > limit ? cursorOf(last) : null;
  return { items: shown.map(paymentView), nextCursor };
}
