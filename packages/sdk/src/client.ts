/** `createFlorin`: Florin's calls for other TypeScript services. */
import type { AppRouter } from '@florin/server/router';
import { createTRPCClient, httpBatchLink } from '@trpc/client';
import { FlorinError } from './error.ts';
import type {
  Balance,
  CancelPayment,
  CapturePayment,
  CreatePayment,
  EventPage,
  Explanation,
  ListEvents,
  ListEventsOfPayment,
  ListPayments,
  ListPaymentsOfOrder,
  ListRefundsOfPayment,
  Payment,
  PaymentPage,
  Refund,
  RefundPage,
  RefundPayment,
  ResolvePayment,
  UpdatePaymentStatus,
} from './types.ts';

export interface FlorinOptions {
  /** Where Florin answers, such as `http://127.0.0.1:8000`. */
  readonly url: string;
  /** `fk_test_…` or `fk_live_…`. Keep it on the server. */
  readonly apiKey: string;
}

/** Every call throws {@link FlorinError}. */
export interface Florin {
  readonly payments: {
    /**
     * Charges an order. `amount` is a decimal string in `currency` (USD by default), such as
     * `"150.00"`. Repeat it with the same `idempotencyKey` as often as you like: it happens once.
     * A declined payment comes back as FAILED; where the outcome is not known yet, as PENDING; where
     * the payer must act, as REQUIRES_ACTION with `nextAction`. With `capture: 'manual'` the funds
     * are only held: AUTHORIZED.
     */
    create(input: CreatePayment): Promise<Payment>;
    /** One payment by its id. */
    get(input: { readonly id: Payment['id'] }): Promise<Payment>;
    /** A page of your payments, newest first. */
    list(input?: ListPayments): Promise<PaymentPage>;
    /** A page of an order's payments, newest first. */
    listByOrder(input: ListPaymentsOfOrder): Promise<PaymentPage>;
    /** Takes `amount` of what is held, and releases the rest; without it, all. */
    capture(input: CapturePayment): Promise<Payment>;
    /** Voids a payment before anything is captured. */
    cancel(input: CancelPayment): Promise<Payment>;
    /** Gives back `amount` of a SUCCESS payment; without it, all that remains. */
    refund(input: RefundPayment): Promise<Payment>;
    /** Reports what happened outside (`manual` payments), or cancels before the capture. */
    updateStatus(input: UpdatePaymentStatus): Promise<Payment>;
    /** Settles a discrepancy, with a reason. The key needs the scope `admin`. */
    resolve(input: ResolvePayment): Promise<Payment>;
    /** How a payment came to be as it is, what may be done with it, and why not what may not. */
    explain(input: { readonly id: Payment['id'] }): Promise<Explanation>;
  };
  readonly refunds: {
    /** One refund by its id. */
    get(input: { readonly id: Refund['id'] }): Promise<Refund>;
    /** A page of a payment's refunds, newest first. */
    listByPayment(input: ListRefundsOfPayment): Promise<RefundPage>;
  };
  readonly events: {
    /**
     * The events of all your payments after number `after` (0 by default), oldest first. Go on with the
     * last one's `number`: none that you have passed will appear later.
     */
    list(input?: ListEvents): Promise<EventPage>;
    /** One payment's events, oldest first. */
    listByPayment(input: ListEventsOfPayment): Promise<EventPage>;
  };
  readonly balances: {
    /** What your accounts come to, by currency. */
    list(): Promise<readonly Balance[]>;
  };
}

/** Calls made in the same tick ride in one HTTP request, as many as the server takes in one. */
const callsInRequest = 100;

export function createFlorin({ url, apiKey }: FlorinOptions): Florin {
  const { payments, refunds, events, balances } = createTRPCClient<AppRouter>({
    links: [
      httpBatchLink({
        url: `${url.replace(/\/+$/, '')}/trpc`,
        headers: { authorization: `Bearer ${apiKey}` },
        maxItems: callsInRequest,
      }),
    ],
  });
  return {
    payments: {
      create: (input) => answer(payments.create.mutate(input)),
      get: (input) => answer(payments.get.query(input)),
      list: (input = {}) => answer(payments.list.query(input)),
      listByOrder: (input) => answer(payments.listByOrder.query(input)),
      capture: (input) => answer(payments.capture.mutate(input)),
      cancel: (input) => answer(payments.cancel.mutate(input)),
      refund: (input) => answer(payments.refund.mutate(input)),
      updateStatus: (input) => answer(payments.updateStatus.mutate(input)),
      resolve: (input) => answer(payments.resolve.mutate(input)),
      explain: (input) => answer(payments.explain.query(input)),
    },
    refunds: {
      get: (input) => answer(refunds.get.query(input)),
      listByPayment: (input) => answer(refunds.listByPayment.query(input)),
    },
    events: {
      list: (input = {}) => answer(events.list.query(input)),
      listByPayment: (input) => answer(events.listByPayment.query(input)),
    },
    balances: {
      list: async () => (await answer(balances.list.query({}))).items,
    },
  };
}

async function answer<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw FlorinError.from(error);
  }
}
