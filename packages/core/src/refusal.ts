/** A refusal: a row of `errors.ts` with that row's own fields. */
import { refusals } from './errors.ts';

export type RefusalCode = keyof typeof refusals;
export type RefusalFields<C extends RefusalCode> = Parameters<(typeof refusals)[C]['detail']>[0];

/** A code and that code's own fields: `refusal.code === 'order_already_paid'` narrows them. */
export type Refusal = {
  readonly [C in RefusalCode]: { readonly code: C; readonly fields: RefusalFields<C> };
}[RefusalCode];

export function refuse<C extends RefusalCode>(code: C, fields: RefusalFields<C>): Refusal {
  return { code, fields } as Refusal;
}

/** What the caller is told, in one or two sentences. */
export function detailOf({ code, fields }: Refusal): string {
  return (refusals[code].detail as (fields: object) => string)(fields);
}
