/** Payments: create, look up, and what moves them on. */
import { refuse } from '@florin/core';
import { listPayments, type PaymentFilter } from '@florin/db';
import { RefusalError } from '../engine/refusal-error.ts';
import { availableTo, defaultProvider } from '../providers/index.ts';
import { answer, issuedBy, mustFind } from './commanding.ts';
import { pageOf, positionOf } from './cursor.ts';
import { explain } from './explain.ts';
import { createInput, getInput } from './inputs.ts';
import { movements } from './movements.ts';
import { payment, paymentPage, paymentView } from './outputs.ts';
import { listByOrderInput, listInput } from './page-inputs.ts';
import { told } from './payments-told.ts';
import { type Context, procedure, router } from './trpc.ts';

export const payments = router({
  /** Charges an order, or authorizes it. Repeat it with the same key: it happens once. */
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
        capture: input.capture,
        provider: chooseProvider(ctx, input.provider),
        paymentMethod: input.paymentMethod ?? null,
        metadata: input.metadata,
        idempotencyKey: input.idempotencyKey,
      });
      if (executed.answer === 'done') ctx.reply.status = 201;
      ctx.reply.headers['location'] = `/payments/${executed.payment.id}/`;
      return answer(executed, ctx);
    }),

  get: procedure
    .meta({ rest: { method: 'GET', path: '/payments/{id}/', ...told.get } })
    .input(getInput)
    .output(payment)
    .query(async ({ ctx, input }) => paymentView(await mustFind(ctx, input.id))),

  /** The merchant's payments, newest first. */
  list: procedure
    .meta({ rest: { method: 'GET', path: '/payments/', page: 'cursor', ...told.list } })
    .input(listInput)
    .output(paymentPage)
    .query(({ ctx, input }) => list(ctx, input)),

  /** An order's payments, newest first. */
  listByOrder: procedure
    .meta({
      rest: {
        method: 'GET',
        path: '/payments/order/{order_id}/',
        page: 'cursor',
        ...told.listByOrder,
      },
    })
    .input(listByOrderInput)
    .output(paymentPage)
    .query(({ ctx, input }) => list(ctx, input)),

  ...movements,
  explain,
});

function chooseProvider({ caller, providers }: Context, wanted: string | undefined): string {
  const available = availableTo(providers, caller.mode);
  const provider = wanted ?? defaultProvider[caller.mode];
  if (available.includes(provider)) return provider;
  throw new RefusalError(refuse('provider_not_available', { provider, available }));
}

interface Page extends PaymentFilter {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

async function list({ database, caller }: Context, { cursor, limit, ...filter }: Page) {
  const after = cursor === undefined ? null : positionOf('payment', cursor);
  const { items, nextCursor } = await pageOf(limit, (rows) =>
    listPayments(database, caller.merchantId, { ...filter, limit: rows, after }),
  );
  return { items: items.map(paymentView), nextCursor };
}
