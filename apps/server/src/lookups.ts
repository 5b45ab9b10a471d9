/** Looking payments up: those that are asked for at once, by whomever, share one statement. */
import { limits, type MerchantId, type Payment, type PaymentId } from '@florin/core';
import { type Database, findLegacyPayments, findPayments, type LegacyName } from '@florin/db';
import DataLoader from 'dataloader';

/** Nothing is remembered: each answers as it is when this is asked. */
export interface Lookups {
  /** Within its merchant, who alone may see it. */
  payment(merchantId: MerchantId, id: PaymentId): Promise<Payment | null>;
  /** The payment that had this id in the system that it was imported from. */
  legacyPayment(merchantId: MerchantId, legacyId: number): Promise<PaymentId | null>;
}

/** What is asked for by several at once, in one go: those that are there, in any order. */
function together<Name, Found>(
  find: (wanted: readonly Name[]) => Promise<readonly Found[]>,
  keyOf: (name: Name | Found) => string,
): DataLoader<Name, Found | null> {
  return new DataLoader(
    async (wanted) => {
      const found = new Map((await find(wanted)).map((one) => [keyOf(one), one]));
      return wanted.map((name) => found.get(keyOf(name)) ?? null);
    },
    {
      cache: false,
      maxBatchSize: limits.lookupsInBatch,
      // What arrives in the same turn goes together.
      batchScheduleFn: setImmediate,
    },
  );
}

type PaymentName = Pick<Payment, 'merchantId' | 'id'>;

export function createLookups(database: Pick<Database, 'sql'>): Lookups {
  const payments = together(
    (wanted: readonly PaymentName[]) => findPayments(database, wanted),
    ({ merchantId, id }) => `${merchantId} ${id}`,
  );
  const legacyIds = together(
    (wanted: readonly LegacyName[]) => findLegacyPayments(database, wanted),
    ({ merchantId, legacyId }) => `${merchantId} ${legacyId}`,
  );
  return {
    payment: (merchantId, id) => payments.load({ merchantId, id }),
    legacyPayment: async (merchantId, legacyId) =>
      (await legacyIds.load({ merchantId, legacyId }))?.paymentId ?? null,
  };
}
