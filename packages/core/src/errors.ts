/**
 * Every refusal, one row each: HTTP status, tRPC code, title, and what to tell the caller to do
 * next. A refusal is a caller's fault (or our load); a decline is a payment's status, and what no
 * row maps is a bug. `detail` is also the text `error` that clients of the replaced system read.
 */
import { paymentRefusals } from './errors-of-payments.ts';
import { requestRefusals } from './errors-of-requests.ts';

export type { FieldError } from './error-row.ts';

export const refusals = { ...requestRefusals, ...paymentRefusals } as const;
