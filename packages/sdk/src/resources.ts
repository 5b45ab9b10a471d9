/** `florin.refunds`, `florin.events` and `florin.balances`. */
import type { OperationId, PaymentId } from '@florin/core';
import type { Balance, Event, Refund } from '@florin/core/wire';
import type { Call } from './call.ts';
import type { ListEvents, ListEventsOfPayment, ListRefunds } from './inputs.ts';
import type { CallOptions } from './options.ts';
import { byCursor, type List, listOf } from './pages.ts';

/** Refunds: each is an object of its own, with an outcome of its own. */
export interface Refunds {
  /**
   * One refund.
   * @throws FlorinError `refund_not_found`
   */
  get(id: OperationId, options?: CallOptions): Promise<Refund>;

  /**
   * A payment's refunds, newest first.
   * @throws FlorinError `payment_not_found`
   */
  listByPayment(id: PaymentId, page?: ListRefunds, options?: CallOptions): List<Refund>;
}

/** A page of events. `nextAfter` is null where there is nothing more for now. */
export interface EventPage {
  readonly items: readonly Event[];
  /** Hand it in as `after` for the next page. */
  readonly nextAfter: number | null;
}

/** Events: what happened, in order and for good. */
export interface Events {
  /**
   * The events of all your payments after the number `after`, oldest first. Keep the `number` of the
   * last one that you have dealt with and go on from there: none is missed, and none that you have
   * passed appears later. It ends where there is nothing more for now.
   *
   * ```ts
   * for await (const event of florin.events.list({ after: lastNumber })) {
   *   await deal(event);
   *   lastNumber = event.number ?? lastNumber;
   * }
   * ```
   */
  list(page?: ListEvents, options?: CallOptions): List<Event, EventPage>;

  /**
   * One payment's events, oldest first: one for each of its versions.
   * @throws FlorinError `payment_not_found`
   */
  listByPayment(
    id: PaymentId,
    page?: ListEventsOfPayment,
    options?: CallOptions,
  ): List<Event, EventPage>;
}

export interface Balances {
  /** What your accounts come to, by currency. */
  list(options?: CallOptions): Promise<readonly Balance[]>;
}

export const refundsOf = (call: Call): Refunds => ({
  get: (id, options) => call('query', 'refunds.get', { id }, options),
  listByPayment: (id, page = {}, options) =>
    byCursor(page.cursor, (cursor) =>
      call('query', 'refunds.listByPayment', { ...page, id, cursor }, options),
    ),
});

export const eventsOf = (call: Call): Events => ({
  list: (page = {}, options) =>
    following(page.after, (after) => call('query', 'events.list', { ...page, after }, options)),
  listByPayment: (id, page = {}, options) =>
    following(page.after, (after) =>
      call('query', 'events.listByPayment', { ...page, id, after }, options),
    ),
});

export const balancesOf = (call: Call): Balances => ({
  list: async (options) => (await call('query', 'balances.list', {}, options)).items,
});

/** A list whose pages lead on by `nextAfter`. */
function following(
  from: number | undefined,
  read: (after: number | undefined) => Promise<EventPage>,
): List<Event, EventPage> {
  return listOf<Event, EventPage>((previous) => {
    if (previous === null) return read(from);
    return previous.nextAfter === null ? null : read(previous.nextAfter);
  });
}
