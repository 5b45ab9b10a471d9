/** Events: all of a merchant's to follow, and the history of one payment. */
import { type FeedEvent, listEvents, listEventsOfPayment } from '@florin/db';
import { knownId, mustFind } from './commanding.ts';
import {
  eventPage,
  eventView,
  listEventsInput,
  listEventsOfPaymentInput,
  paymentEventPage,
} from './event-views.ts';
import { told } from './events-told.ts';
import { procedure, router } from './trpc.ts';

export const events = router({
  /** Whoever asks for what comes after the last number that they have seen misses none. */
  list: procedure
    .meta({ rest: { method: 'GET', path: '/events/', page: 'after', ...told.list } })
    .input(listEventsInput)
    .output(eventPage)
    .query(({ ctx: { database, caller }, input: { after, limit } }) =>
      pageOf(
        limit,
        (rows) => listEvents(database, caller.merchantId, { after, limit: rows }),
        ({ number }) => number,
      ),
    ),

  /** A payment's history, oldest first. */
  listByPayment: procedure
    .meta({
      rest: { method: 'GET', path: '/payments/{id}/events/', page: 'after', ...told.listByPayment },
    })
    .input(listEventsOfPaymentInput)
    .output(paymentEventPage)
    .query(async ({ ctx, input: { id, after, limit } }) => {
      const { caller, database } = ctx;
      const paymentId = await knownId(ctx, id);
      const page = await pageOf(
        limit,
        (rows) =>
          listEventsOfPayment(database, caller.merchantId, paymentId, {
            afterVersion: after,
            limit: rows,
          }),
        ({ version }) => version,
      );
      // A payment has events from its first moment on.
      if (page.items.length === 0) await mustFind(ctx, id);
      return page;
    }),
});

/** One row more than asked for tells whether there is more. */
async function pageOf(
  limit: number,
  read: (rows: number) => Promise<readonly FeedEvent[]>,
  placeOf: (event: FeedEvent) => number | null,
) {
  const found = await read(limit + 1);
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  const nextAfter = last && found.length > limit ? placeOf(last) : null;
  return { items: shown.map(eventView), nextAfter };
}
