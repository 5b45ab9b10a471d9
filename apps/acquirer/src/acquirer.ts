/**
 * What the acquirer answers, given what stands in its record: pure. It looks after its own money, not
 * after Florin: two charges of one payment under two ids are two charges, as with a real one, and
 * whoever compares sees them.
 */
import { collects, type Failure, type OperationId, type OperationKind, uuidOf } from '@florin/core';
import type { Asked, Movement, PayerOutcome, Said } from './wire.ts';

/** What it holds of one payment, in minor units. */
export interface Account {
  /** Authorized, and neither captured nor released. */
  readonly held: bigint;
  readonly captured: bigint;
  readonly refunded: bigint;
  /** The charge or authorization that waits for its payer. */
  readonly waiting: OperationId | null;
}

export const emptyAccount: Account = { held: 0n, captured: 0n, refunded: 0n, waiting: null };

/** What chance has in store for an operation that nothing stands in the way of. */
export type Fate = 'approved' | 'declined' | 'requires_action';

type Judge = (account: Account, amount: bigint) => Failure | null;

const refusal = (code: string, message: string): Failure => ({ code, message });

/** What stands in the way of an operation of each kind, whatever chance says. */
const obstacles: Readonly<Record<OperationKind, Judge>> = {
  charge: () => null,
  authorize: () => null,
  capture: ({ held }, amount) =>
    amount > held ? refusal('capture_exceeds_authorized', 'More than is held.') : null,
  void: ({ held, captured, waiting }) => {
    if (captured > 0n) return refusal('already_captured', 'What is captured is refunded.');
    if (held === 0n && waiting === null) return refusal('nothing_to_void', 'Nothing is held.');
    return null;
  },
  refund: ({ captured, refunded }, amount) =>
    amount > captured - refunded
      ? refusal('refund_exceeds_captured', 'More than was captured and is not refunded.')
      : null,
};

/** Decides an operation whose id was never seen before. */
export function decide(asked: Asked, account: Account, fate: Fate, payerUrl: string): Said {
  const { id, kind } = asked;
  const obstacle = obstacles[kind](account, BigInt(asked.amount));
  if (obstacle) return { outcome: 'declined', failure: obstacle };
  if (fate === 'declined') return declinedBy('card_declined', `The ${kind} was declined.`);
  if (fate === 'requires_action' && collects(kind)) {
    return { outcome: 'requires_action', next_action: { type: 'redirect', url: payerUrl } };
  }
  return succeededAs(id);
}

/** What becomes of an operation that waited for its payer, once the payer has acted. */
export function settle(waiting: OperationId, choice: PayerOutcome): Said {
  if (choice === 'approved') return succeededAs(waiting);
  return declinedBy('payer_declined', 'The payer declined.');
}

const declinedBy = (code: string, message: string): Said => ({
  outcome: 'declined',
  failure: { code, message },
});

const succeededAs = (id: OperationId): Said => ({
  outcome: 'succeeded',
  reference: `acq_${uuidOf(id)}`,
});

/** What a success of each kind does to the payment's account. */
const effects: Readonly<
  Record<OperationKind, (account: Account, amount: bigint) => Partial<Account>>
> = {
  charge: ({ captured }, amount) => ({ captured: captured + amount }),
  authorize: ({ held }, amount) => ({ held: held + amount }),
  // The rest of the hold is released: a payment is captured once.
  capture: ({ captured }, amount) => ({ captured: captured + amount, held: 0n }),
  void: () => ({ held: 0n, waiting: null }),
  refund: ({ refunded }, amount) => ({ refunded: refunded + amount }),
};

/** The account after a movement, or after the payer's act has settled one. */
export function accountAfter(account: Account, movement: Movement): Account {
  const { id, kind, outcome } = movement;
  if (outcome === 'requires_action') return { ...account, waiting: id };
  const after = account.waiting === id ? { ...account, waiting: null } : account;
  if (outcome === 'declined') return after;
  return { ...after, ...effects[kind](account, BigInt(movement.amount)) };
}

/** The fields in which what is asked under an id differs from what was asked under it before. */
export function differences(asked: Asked, recorded: Movement): readonly string[] {
  const fields = [
    'merchant_id',
    'payment_id',
    'order_id',
    'kind',
    'amount',
    'currency',
  ] as const satisfies readonly (keyof Asked)[];
  return fields.filter((field) => asked[field] !== recorded[field]);
}
