/** Looking payments up: those that are asked for at once, by whomever, share one statement. */
import { limits, type MerchantId, type Payment, type PaymentId } from '@florin/core';
import { type Database, findPayments } from '@florin/db';
import DataLoader from 'dataloader';

/** A payment's name: its merchant, who alone may see it, and its id. */
interface PaymentName {
  readonly merchantId: MerchantId;
  readonly id: PaymentId;
}

export interface Lookups {
  /** As it is when this is asked: nothing is remembered. */
  payment(merchantId: MerchantId, id: PaymentId): Promise<Payment | null>;
}

const nameOf = ({ merchantId, id }: PaymentName): string => `${merchantId} ${id}`;

export function createLookups(database: Pick<Database, 'sql'>): Lookups {
  const payments = new DataLoader<PaymentName, Payment | null>(
    async (wanted) => {
      const found = new Map(
        (await findPayments(database, wanted)).map((payment) => [nameOf(payment), payment]),
      );
      return wanted.map((name) => found.get(nameOf(name)) ?? null);
    },
    {
      cache: false,
      maxBatchSize: limits.lookupsInBatch,
      // What arrives in the same turn goes together.
      batchScheduleFn: setImmediate,
    },
  );
  return { payment: (merchantId, id) => payments.load({ merchantId, id }) };
}
