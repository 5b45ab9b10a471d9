/** New ids, each a UUIDv7: in the order of their making. Random bytes come from `uuid`'s pool. */
import { type FreshIds, type Id, type IdKind, idOf } from '@florin/core';
import { v7 } from 'uuid';

export function freshId<K extends IdKind>(kind: K): Id<K> {
  return idOf(kind, v7());
}

export function freshIds(): FreshIds {
  return {
    paymentId: freshId('payment'),
    operationId: freshId('operation'),
    eventId: freshId('event'),
  };
}
