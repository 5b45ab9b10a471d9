/** New ids, each a UUIDv7: in the order of their making, also within one millisecond. */
import { type FreshIds, type Id, type IdKind, idOf } from '@florin/core';
import { uuidv7obj } from 'uuidv7';

export function freshId<K extends IdKind>(kind: K): Id<K> {
  return idOf(kind, uuidv7obj().toHex());
}

/** Each made when it is first asked for: most decisions need only one of them. */
export function freshIds(): FreshIds {
  const made: { -readonly [Name in keyof FreshIds]?: FreshIds[Name] } = {};
  return {
    get paymentId() {
      made.paymentId ??= freshId('payment');
      return made.paymentId;
    },
    get operationId() {
      made.operationId ??= freshId('operation');
      return made.operationId;
    },
    get eventId() {
      made.eventId ??= freshId('event');
      return made.eventId;
    },
  };
}
