/** `createFlorin`: Florin's calls for other TypeScript services. */
import type { AppRouter } from '@florin/server/router';
import { createTRPCClient, httpBatchLink } from '@trpc/client';
import { FlorinError } from './error.ts';
import type {
  CreatePayment,
  ListPayments,
  ListPaymentsOfOrder,
  Payment,
  PaymentPage,
  RefundPayment,
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
     * A declined payment comes back as FAILED; where the outcome is not known yet, as PENDING.
     */
    create(input: CreatePayment): Promise<Payment>;
    /** One payment by its id. */
    get(input: { readonly id: Payment['id'] }): Promise<Payment>;
    /** A page of your payments, newest first. */
    list(input?: ListPayments): Promise<PaymentPage>;
    /** A page of an order's payments, newest first. */
    listByOrder(input: ListPaymentsOfOrder): Promise<PaymentPage>;
    /** Gives back `amount` of a SUCCESS payment; without it, all that remains. */
    refund(input: RefundPayment): Promise<Payment>;
    /** Reports what happened outside (`manual` payments), or cancels before the capture. */
    updateStatus(input: UpdatePaymentStatus): Promise<Payment>;
  };
}

/** Calls made in the same tick ride in one HTTP request, as many as the server takes in one. */
const callsInRequest = 100;

export function createFlorin({ url, apiKey }: FlorinOptions): Florin {
  const { payments } = createTRPCClient<AppRouter>({
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
      refund: (input) => answer(payments.refund.mutate(input)),
      updateStatus: (input) => answer(payments.updateStatus.mutate(input)),
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
