/** What of the replaced system's payments can be imported, and what it says happened to each. */
import type { OperationKind, Outcome } from './payment.ts';

/** Nobody here can ask who moved the money: what becomes of it is reported. */
export const importedProvider = 'manual';

/** The movements that a payment of each status must have had, in their order. */
export const importedMovements = {
  PENDING: [],
  SUCCESS: [['charge', 'succeeded']],
  FAILED: [['charge', 'declined']],
  CANCELLED: [['void', 'succeeded']],
  REFUNDED: [
    ['charge', 'succeeded'],
    ['refund', 'succeeded'],
  ],
} as const satisfies Readonly<Record<string, readonly (readonly [OperationKind, Outcome])[]>>;

export type ImportedStatus = keyof typeof importedMovements;
export const importedStatuses = Object.keys(importedMovements) as readonly ImportedStatus[];
