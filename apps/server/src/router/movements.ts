/** What moves a payment on: capture, cancel, refund, report, resolve. */
import { answer, issuedBy, knownId, partOf } from './commanding.ts';
import {
  cancelInput,
  captureInput,
  refundInput,
  resolveInput,
  updateStatusInput,
} from './inputs.ts';
import { told } from './movements-told.ts';
import { payment } from './outputs.ts';
import { procedure } from './trpc.ts';

export const movements = {
  /** Takes what is authorized: all of it, or `amount`, and the rest of the hold is released. */
  capture: procedure
    .meta({ rest: { method: 'POST', path: '/payments/{id}/capture/', ...told.capture } })
    .input(captureInput)
    .output(payment)
    .mutation(async ({ ctx, input }) => {
      const executed = await ctx.engine.execute({
        type: 'capture',
        ...issuedBy(ctx),
        paymentId: await knownId(ctx, input.id),
        amount: await partOf(ctx, input.id, input.amount),
        idempotencyKey: input.idempotencyKey ?? null,
      });
      return answer(executed, ctx);
    }),

  /** Voids a payment of which nothing is captured. */
  cancel: procedure
    .meta({ rest: { method: 'POST', path: '/payments/{id}/cancel/', ...told.cancel } })
    .input(cancelInput)
    .output(payment)
    .mutation(async ({ ctx, input }) => {
      const executed = await ctx.engine.execute({
        type: 'cancel',
        ...issuedBy(ctx),
        paymentId: await knownId(ctx, input.id),
        idempotencyKey: input.idempotencyKey ?? null,
      });
      return answer(executed, ctx);
    }),

  /** Gives back what was captured: all that remains of it, or `amount`. */
  refund: procedure
    .meta({ rest: { method: 'POST', path: '/payments/{id}/refund/', ...told.refund } })
    .input(refundInput)
    .output(payment)
    .mutation(async ({ ctx, input }) => {
      const executed = await ctx.engine.execute({
        type: 'refund',
        ...issuedBy(ctx),
        paymentId: await knownId(ctx, input.id),
        amount: await partOf(ctx, input.id, input.amount),
        reason: input.reason ?? null,
        idempotencyKey: input.idempotencyKey ?? null,
      });
      if (executed.operationId !== null) {
        ctx.reply.headers['location'] = `/refunds/${executed.operationId}/`;
      }
      return answer(executed, ctx);
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
        paymentId: await knownId(ctx, input.id),
        status: input.status,
        idempotencyKey: input.idempotencyKey ?? null,
      });
      return answer(executed, ctx);
    }),

  /** Settles what a provider reported and should not have been possible. */
  resolve: procedure
    .meta({
      scope: 'admin',
      rest: { method: 'POST', path: '/payments/{id}/resolve/', ...told.resolve },
    })
    .input(resolveInput)
    .output(payment)
    .mutation(async ({ ctx, input }) => {
      const executed = await ctx.engine.execute({
        type: 'resolve',
        ...issuedBy(ctx),
        paymentId: await knownId(ctx, input.id),
        reason: input.reason,
        suspenseTo: input.suspenseTo ?? null,
        idempotencyKey: input.idempotencyKey ?? null,
      });
      return answer(executed, ctx);
    }),
};
