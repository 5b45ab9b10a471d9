/** `florin.payments`. */
import type { PaymentId, Status } from '@florin/core';
import type { Explanation, Payment, PaymentIn } from '@florin/core/wire';
import type { Call } from './call.ts';
import { freshKey } from './idempotency.ts';
import type {
  CancelPayment,
  CapturePayment,
  CreatePayment,
  ListPayments,
  RefundPayment,
  ResolvePayment,
  UpdatePaymentStatus,
  WaitOptions,
} from './inputs.ts';
import type { CallOptions } from './options.ts';
import { byCursor, type List } from './pages.ts';
import { waitFor } from './wait.ts';

/** Payments: create them, look them up, and move them on. */
export interface Payments {
  /**
   * Charges an order. A payment that is declined comes back as FAILED, with its `failure`; one whose
   * outcome is not known yet as PENDING; one whose payer must act as REQUIRES_ACTION, with its
   * `nextAction`. With `capture: 'manual'` the funds are only held: AUTHORIZED.
   *
   * ```ts
   * const payment = await florin.payments.create({
   *   orderId: 'order-42',
   *   amount: '150.00',
   *   currency: 'EUR',
   *   idempotencyKey: idempotencyKey('order-42', 'try', 1),
   * });
   * if (payment.status === 'FAILED') console.log(payment.failure.message);
   * ```
   * @param input `amount` is a decimal string in `currency`, USD by default
   * @throws FlorinError `order_already_paid`, `order_payment_in_progress`, `idempotency_key_reused`,
   * `provider_not_available`, `capture_not_available`, `invalid_request`
   */
  create(input: CreatePayment, options?: CallOptions): Promise<Payment>;

  /**
   * One payment.
   * @throws FlorinError `payment_not_found`
   */
  get(id: PaymentId, options?: CallOptions): Promise<Payment>;

  /**
   * Your payments, newest first.
   *
   * ```ts
   * for await (const payment of florin.payments.list({ status: 'FAILED' })) console.log(payment.id);
   * ```
   */
  list(filter?: ListPayments, options?: CallOptions): List<Payment>;

  /** An order's payments, newest first; none where there are none. */
  listByOrder(orderId: string, filter?: ListPayments, options?: CallOptions): List<Payment>;

  /**
   * Takes what is held of an AUTHORIZED payment: all of it, or `amount`, and the rest is released.
   *
   * ```ts
   * await florin.payments.capture(payment.id, { amount: '100.00' });
   * ```
   * @throws FlorinError `not_capturable`, `amount_exceeds_remaining` (`remaining`), `outcome_unknown`
   */
  capture(id: PaymentId, input?: CapturePayment, options?: CallOptions): Promise<Payment>;

  /**
   * Voids a payment of which nothing is captured.
   * @throws FlorinError `not_cancellable`, `outcome_unknown`
   */
  cancel(id: PaymentId, input?: CancelPayment, options?: CallOptions): Promise<Payment>;

  /**
   * Gives back what a SUCCESS payment has captured: all that remains, or `amount`. It is REFUNDED once
   * nothing remains. Refunds can be many, so give each a key of its own that your ids make.
   *
   * ```ts
   * await florin.payments.refund(payment.id, {
   *   amount: '50.00',
   *   reason: 'one item came back',
   *   idempotencyKey: idempotencyKey('return', returnId),
   * });
   * ```
   * @throws FlorinError `not_refundable`, `amount_exceeds_remaining` (`remaining`), `outcome_unknown`
   */
  refund(id: PaymentId, input?: RefundPayment, options?: CallOptions): Promise<Payment>;

  /**
   * Reports what happened outside to a `manual` payment: SUCCESS, FAILED, CANCELLED or REFUNDED.
   * Another provider's payment can only be cancelled so. The present status changes nothing.
   * @throws FlorinError `provider_decides`, `status_not_reachable`, `order_already_paid`
   */
  updateStatus(
    id: PaymentId,
    status: Status,
    input?: UpdatePaymentStatus,
    options?: CallOptions,
  ): Promise<Payment>;

  /**
   * Settles a discrepancy, once it is known what is true. The key needs the scope `admin`.
   * @throws FlorinError `no_discrepancy`, `suspense_to_mismatch`, `insufficient_scope`
   */
  resolve(id: PaymentId, input: ResolvePayment, options?: CallOptions): Promise<Payment>;

  /**
   * How a payment came to be as it is, what may be done with it next, and why not what may not.
   * @throws FlorinError `payment_not_found`
   */
  explain(id: PaymentId, options?: CallOptions): Promise<Explanation>;

  /**
   * Looks a payment up until its status is `status`, or one of them.
   *
   * ```ts
   * const settled = await florin.payments.waitFor(payment.id, ['SUCCESS', 'FAILED']);
   * ```
   * @throws FlorinError `status_not_reachable` as soon as it can no longer get there, `timed_out` after
   * a minute or `timeoutMs`, `aborted`, `payment_not_found`
   */
  waitFor<S extends Status>(
    id: PaymentId,
    status: S | readonly S[],
    options?: WaitOptions,
  ): Promise<PaymentIn<S>>;
}

export function paymentsOf(call: Call): Payments {
  const get: Payments['get'] = (id, options) => call('query', 'payments.get', { id }, options);
  return {
    get,
    create: (input, options) => call('mutation', 'payments.create', keyed(input), options),
    list: (filter = {}, options) =>
      byCursor(filter.cursor, (cursor) =>
        call('query', 'payments.list', { ...filter, cursor }, options),
      ),
    listByOrder: (orderId, filter = {}, options) =>
      byCursor(filter.cursor, (cursor) =>
        call('query', 'payments.listByOrder', { ...filter, orderId, cursor }, options),
      ),
    capture: (id, input = {}, options) =>
      call('mutation', 'payments.capture', keyed({ ...input, id }), options),
    cancel: (id, input = {}, options) =>
      call('mutation', 'payments.cancel', keyed({ ...input, id }), options),
    refund: (id, input = {}, options) =>
      call('mutation', 'payments.refund', keyed({ ...input, id }), options),
    updateStatus: (id, status, input = {}, options) =>
      call('mutation', 'payments.updateStatus', keyed({ ...input, id, status }), options),
    resolve: (id, input, options) =>
      call('mutation', 'payments.resolve', keyed({ ...input, id }), options),
    explain: (id, options) => call('query', 'payments.explain', { id }, options),
    waitFor: (id, status, options) => waitFor((wait) => get(id, wait), status, options),
  };
}

/** Every call that changes something has a key: so it can be sent again. */
function keyed<T extends { readonly idempotencyKey?: string | undefined }>(input: T) {
  return { ...input, idempotencyKey: input.idempotencyKey ?? freshKey() };
}
