/**
 * What of `@florin/db` a Florin needs that runs in memory, under the same names: its build puts this
 * in the place of that. `@florin/sdk/testing` is made so.
 */
export { troubleOf } from '../trouble.ts';
export { claimDueOperations, createCommitter, postponeOperation } from './commit.ts';
export { createMemory, memoryOf } from './memory.ts';
export * from './reads.ts';
