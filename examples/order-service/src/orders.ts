/** The orders, in memory: a real service keeps them in its database. */
import type { PaymentId } from '@florin/sdk';

export interface Order {
  readonly id: string;
  /** A decimal string, such as `"150.00"`. */
  readonly total: string;
  readonly currency: 'USD' | 'EUR';
  /** How often it was tried to be paid: each try has an idempotency key of its own. */
  attempt: number;
  /** The payment of the last try, once Florin has answered. */
  paymentId: PaymentId | null;
  state: 'open' | 'paying' | 'paid' | 'declined' | 'refunded';
}

export type Orders = Map<string, Order>;

export const newOrder = (id: string, total: string, currency: Order['currency']): Order => ({
  id,
  total,
  currency,
  attempt: 1,
  paymentId: null,
  state: 'open',
});
