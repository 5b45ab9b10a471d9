/**
 * Florin for TypeScript services. `createFlorin` gives the calls, typed from the server's own
 * router; `FlorinError` is what they throw.
 */
export { createFlorin, type Florin, type FlorinOptions } from './client.ts';
export { FlorinError, type FlorinErrorCode } from './error.ts';
export type * from './types.ts';
