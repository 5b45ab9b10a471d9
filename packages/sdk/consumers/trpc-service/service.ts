/** A tRPC service, of another version than Florin's own, that calls Florin inside its procedures. */
import { type Florin, idempotencyKey, isFlorinError } from '@florin/sdk';
import { initTRPC, TRPCError } from '@trpc/server';
import { z } from 'zod';

const t = initTRPC.context<{ readonly florin: Florin }>().create();

export const bookings = t.router({
  book: t.procedure
    .input(z.object({ seat: z.string(), price: z.string() }))
    .mutation(async ({ ctx: { florin }, input: { seat, price } }) => {
      try {
        const payment = await florin.payments.create({
          orderId: seat,
          amount: price,
          idempotencyKey: idempotencyKey('booking', seat),
        });
        return { paymentId: payment.id, status: payment.status };
      } catch (error) {
        if (!isFlorinError(error, 'idempotency_key_reused')) throw error;
        const message = `The seat is booked otherwise: ${error.fields.join(', ')} differ.`;
        throw new TRPCError({ code: 'CONFLICT', message, cause: error });
      }
    }),

  paid: t.procedure
    .input(z.array(z.string().startsWith('pay_')))
    .query(async ({ ctx: { florin }, input }) => {
      // Side by side: they ride in one request.
      const found = await Promise.all(
        input.map((id) => florin.payments.get(id as `pay_${string}`)),
      );
      return found.filter(({ status }) => status === 'SUCCESS').length;
    }),
});

export type Bookings = typeof bookings;
