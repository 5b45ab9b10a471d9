/** Faults of a server, by name. */

/** 'What is wrong there, and must not be here' of `seed/contract.md`. */
export const oldFaults = [
  'create race',
  'one key race',
  'refund race',
  'key order',
  'key amount',
  'key currency',
  'any status',
  'patch order',
  'patch refund',
  'from success',
  'from refunded',
  'from failed',
  'from cancelled',
  'negative',
  'zero',
  'decimals',
  'text',
  'huge',
  'floats',
  'updated_at',
  'refund unrecorded',
  'no history',
  'no keys',
  'unbounded list',
  // Not wrong, but so it is there: every payment is charged at once.
  'no manual',
] as const;

/** What even the old one does right. */
type WorseFault =
  | 'order rule'
  | 'refund rule'
  | 'refund sum'
  | 'replay'
  | 'rounds'
  | 'forgets'
  | 'rewrites'
  | 'one version'
  | '5xx';

export type Fault = (typeof oldFaults)[number] | WorseFault;

/** Whether a server has a fault. */
export type Has = (fault: string) => boolean;
