/** Legal rows of the tables of the feed, of providers' reports and of old ids, as raw SQL, and what differs of each. */
import type { RawRow } from './given.ts';
import { at, charge, insert, merchantId, paid, type Statement } from './raw.ts';

/** Without a number, as commits of the version before wrote it. */
export const feedRow = (changes: RawRow = {}): Statement =>
  insert('feed', {
    merchant_id: merchantId,
    payment_id: paid,
    version: 1,
    number: null,
    ...changes,
  });

export const sequencer = (changes: RawRow = {}): Statement =>
  insert('sequencers', {
    merchant_id: merchantId,
    holder: 'process-1',
    lease_until: at,
    last_number: 0,
    ...changes,
  });

/** One that waits to be applied. */
export const providerReport = (changes: RawRow = {}): Statement =>
  insert('provider_reports', {
    merchant_id: merchantId,
    provider: 'sandbox',
    id: 'report-1',
    operation_id: charge,
    outcome: '{"outcome":"succeeded","reference":null}',
    amount: 100,
    currency: 'USD',
    body: '{}',
    status: 'waiting',
    reason: null,
    attempts: 0,
    due_at: at,
    occurred_at: at,
    received_at: at,
    settled_at: null,
    ...changes,
  });

export const applied = { status: 'applied', due_at: null, settled_at: at };
export const dead = { ...applied, status: 'dead', reason: 'another amount' };

export const legacyId = (changes: RawRow = {}): Statement =>
  insert('legacy_ids', {
    merchant_id: merchantId,
    legacy_id: 17,
    payment_id: paid,
    paid_beside: null,
    ...changes,
  });
