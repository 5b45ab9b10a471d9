/**
 * Florin's tables in PostgreSQL, and the one way to change them.
 *
 *   commit      writes commands: lock, decide, write, for a batch in one transaction
 *   committer   commits as one process does, unread where it knows what a read would find
 *   read        one named function a statement, always within one merchant
 *   lease       a time until which one process alone works on something
 *   owner       the database's user that migrates; the server works as `florin_app`
 *
 * Start with `schema.ts`, then `commit.ts`.
 */
export * from './api-keys.ts';
export * from './balances.ts';
export * from './commit.ts';
export * from './committer.ts';
export * from './connect.ts';
export * from './diagnose.ts';
export * from './django.ts';
export * from './embedded/index.ts';
export * from './events.ts';
export * from './expiring.ts';
export * from './feed.ts';
export * from './foresee.ts';
export { freshId } from './fresh-ids.ts';
export * from './history.ts';
export * from './legacy.ts';
export * from './merchants.ts';
export * from './migrate.ts';
export * from './operations.ts';
export * from './payments.ts';
export * from './refunds.ts';
export * from './reports.ts';
export { findWrongRights, type WrongRight } from './rights.ts';
export * from './statistics.ts';
export * from './trouble.ts';
export * from './verify.ts';
