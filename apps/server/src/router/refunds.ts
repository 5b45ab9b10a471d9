/** Refunds: each is an operation of its payment, with an outcome of its own. */
import { isId, refuse } from '@florin/core';
import { findRefund, listRefunds } from '@florin/db';
import { RefusalError } from '../engine/refusal-error.ts';
import { mustFind } from './commanding.ts';
import { pageOf, positionOf } from './cursor.ts';
import { listRefundsInput } from './page-inputs.ts';
import { refund, refundInput, refundPage, refundView } from './refund-views.ts';
import { told } from './refunds-told.ts';
import { procedure, router } from './trpc.ts';

export const refunds = router({
  get: procedure
    .meta({ rest: { method: 'GET', path: '/refunds/{id}/', ...told.get } })
    .input(refundInput)
    .output(refund)
    .query(async ({ ctx, input: { id } }) => {
      const { merchantId } = ctx.caller;
      const found = isId('operation', id) ? await findRefund(ctx.database, merchantId, id) : null;
      if (!found) throw new RefusalError(refuse('refund_not_found', {}));
      return refundView(found.operation, found.currency);
    }),

  /** A payment's refunds, newest first. */
  listByPayment: procedure
    .meta({
      rest: {
        method: 'GET',
        path: '/payments/{id}/refunds/',
        page: 'cursor',
        ...told.listByPayment,
      },
    })
    .input(listRefundsInput)
    .output(refundPage)
    .query(async ({ ctx, input: { id, limit, cursor } }) => {
      const after = cursor === undefined ? null : positionOf('operation', cursor);
      const { currency, merchantId, id: paymentId } = await mustFind(ctx, id);
      const { items, nextCursor } = await pageOf(limit, (rows) =>
        listRefunds(ctx.database, merchantId, paymentId, { limit: rows, after }),
      );
      return { items: items.map((operation) => refundView(operation, currency)), nextCursor };
    }),
});
