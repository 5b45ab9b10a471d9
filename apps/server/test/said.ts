/** A provider's word that nobody asked for: a late answer, or one that contradicts an earlier one. */
import { idOf, type OperationKind, type ProviderOutcome } from '@florin/core';
import { commit } from '@florin/db';
import type { TestDatabase } from '@florin/db/testing';
import type { WirePayment } from './http.ts';

export const succeeded: ProviderOutcome = { outcome: 'succeeded', reference: 'a late reference' };
export const declined: ProviderOutcome = {
  outcome: 'declined',
  failure: { code: 'reversed', message: 'It was reversed.' },
};

/** Records what the provider says of a payment's operation of this kind: the newest, if it has several. */
export async function providerSays(
  db: TestDatabase,
  { id, provider }: Pick<WirePayment, 'id' | 'provider'>,
  kind: OperationKind,
  outcome: ProviderOutcome,
): Promise<void> {
  const [found] = await db.owner.sql<{ id: string; merchant_id: string }[]>`
    select id, merchant_id from operations
    where payment_id = ${id.slice('pay_'.length)} and kind = ${kind}
    order by created_at desc, id desc limit 1`;
  if (!found) throw new Error(`${id} has no ${kind}.`);
  const [result] = await commit(db.app.sql, [
    {
      type: 'outcome',
      merchantId: idOf('merchant', found.merchant_id),
      actor: `provider:${provider}`,
      paymentId: idOf('payment', id.slice('pay_'.length)),
      operationId: idOf('operation', found.id),
      outcome,
    },
  ]);
  if (result?.kind !== 'applied') throw new Error(`It was ${result?.kind}.`);
}
