/**
 * The accounts of the ledger.
 *
 *   provider_receivable  what providers owe the merchant
 *   merchant_payable     what the merchant has earned
 *   suspense             movements that are in doubt, until an operator settles them
 */
export const accounts = ['provider_receivable', 'merchant_payable', 'suspense'] as const;
export type Account = (typeof accounts)[number];

/** Where an operator may move what is in suspense. */
export const settlingAccounts = ['merchant_payable', 'provider_receivable'] as const;
export type SettlingAccount = (typeof settlingAccounts)[number];
