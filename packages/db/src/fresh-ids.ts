/** New ids, each a UUIDv7: in the order of their making, also within one millisecond. */
import { type FreshIds, type Id, type IdKind, idOf } from '@florin/core';
import { V7Generator } from 'uuidv7';

/** Drawn many at a time: 8, as the generator draws them by itself, take as long as 512. */
const random = new Uint32Array(512);
let left = 0;

const generator = new V7Generator({
  nextUint32() {
    if (left === 0) {
      crypto.getRandomValues(random);
      left = random.length;
    }
    return random[--left] as number;
  },
});

export function freshId<K extends IdKind>(kind: K): Id<K> {
  return idOf(kind, generator.generate().toHex());
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
