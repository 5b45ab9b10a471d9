/** What the record comes to: each movement as it now is, and what the acquirer holds of each payment. */
import type { OperationId, PaymentId } from '@florin/core';
import { type Account, accountAfter, emptyAccount } from './acquirer.ts';
import type { Line } from './record.ts';
import type { Movement } from './wire.ts';

/** An operation's movement, and how it is reported. */
export type Entry = Extract<Line, { type: 'movement' }>;

export interface Books {
  /**
   * Enters a line, as it was or is about to be recorded.
   * @returns the movement as the line leaves it; null where the line is about none
   */
  enter(line: Line): Entry | null;
  find(id: OperationId): Entry | null;
  accountOf(payment: PaymentId): Account;
  /** Whether it was ever asked anything about the payment. */
  knows(payment: PaymentId): boolean;
  /** The charge or authorization of the payment that the payer has settled, or is to settle. */
  payersOf(payment: PaymentId): Entry | null;
  /** Each movement as it now is, in the order in which they were first recorded; then the conflicts. */
  all(): Iterable<Entry | Extract<Line, { type: 'conflict' }>>;
  /** Reports that were acknowledged. */
  readonly reported: ReadonlySet<string>;
}

export function createBooks(): Books {
  const entries = new Map<OperationId, Entry>();
  const accounts = new Map<PaymentId, Account>();
  const payers = new Map<PaymentId, OperationId>();
  const conflicts: Extract<Line, { type: 'conflict' }>[] = [];
  const reported = new Set<string>();

  function enterMovement(entry: Entry): Entry {
    entries.set(entry.id, entry);
    accounts.set(entry.payment_id, accountAfter(accountOf(entry.payment_id), entry));
    if (entry.outcome === 'requires_action') payers.set(entry.payment_id, entry.id);
    return entry;
  }

  const accountOf = (payment: PaymentId): Account => accounts.get(payment) ?? emptyAccount;

  return {
    enter(line) {
      switch (line.type) {
        case 'movement':
          if (entries.has(line.id)) throw new Error(`${line.id} is recorded already.`);
          return enterMovement(line);
        case 'settlement': {
          const before = entries.get(line.id);
          if (before?.outcome !== 'requires_action') {
            throw new Error(`${line.id} does not wait for its payer.`);
          }
          return enterMovement({ ...aboutOf(before), ...line, type: 'movement' });
        }
        case 'conflict':
          conflicts.push(line);
          return null;
        case 'overlap':
          return null;
        case 'reported':
          reported.add(line.report);
          return null;
      }
    },
    find: (id) => entries.get(id) ?? null,
    accountOf,
    knows: (payment) => accounts.has(payment),
    payersOf(payment) {
      const id = payers.get(payment);
      return id === undefined ? null : (entries.get(id) ?? null);
    },
    *all() {
      yield* entries.values();
      yield* conflicts;
    },
    reported,
  };
}

/** What was asked for, without what became of it. */
function aboutOf({ id, merchant_id, payment_id, order_id, kind, amount, currency }: Movement) {
  return { id, merchant_id, payment_id, order_id, kind, amount, currency };
}
