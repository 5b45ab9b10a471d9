/**
 * What callers get, as types: the answers of the router, and those of the SDK. Names are as in
 * `index.ts`, but amounts are decimal strings and times are RFC 3339 in UTC.
 */
export type * from './balance.ts';
export type * from './event.ts';
export type * from './explanation.ts';
export type * from './payment.ts';
export type * from './refund.ts';
