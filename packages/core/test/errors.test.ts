import { describe, expect, test } from 'vitest';
import { detailOf, type Refusal, type RefusalCode, refusals, refuse } from '../src/index.ts';
import { paymentId } from './given.ts';

const rows: readonly (readonly [RefusalCode, number, string])[] = [
  ['invalid_request', 400, 'BAD_REQUEST'],
  ['malformed_json', 400, 'BAD_REQUEST'],
  ['idempotency_key_mismatch', 400, 'BAD_REQUEST'],
  ['provider_not_available', 400, 'BAD_REQUEST'],
  ['capture_not_available', 400, 'BAD_REQUEST'],
  ['amount_not_positive', 400, 'BAD_REQUEST'],
  ['unauthorized', 401, 'UNAUTHORIZED'],
  ['invalid_signature', 401, 'UNAUTHORIZED'],
  ['insufficient_scope', 403, 'FORBIDDEN'],
  ['payment_not_found', 404, 'NOT_FOUND'],
  ['operation_not_found', 404, 'NOT_FOUND'],
  ['refund_not_found', 404, 'NOT_FOUND'],
  ['route_not_found', 404, 'NOT_FOUND'],
  ['method_not_allowed', 405, 'METHOD_NOT_SUPPORTED'],
  ['order_already_paid', 409, 'CONFLICT'],
  ['order_payment_in_progress', 409, 'CONFLICT'],
  ['idempotency_key_in_flight', 409, 'CONFLICT'],
  ['not_refundable', 409, 'CONFLICT'],
  ['not_capturable', 409, 'CONFLICT'],
  ['not_cancellable', 409, 'CONFLICT'],
  ['amount_exceeds_remaining', 409, 'CONFLICT'],
  ['outcome_unknown', 409, 'CONFLICT'],
  ['discrepancy_unresolved', 409, 'CONFLICT'],
  ['status_not_reachable', 409, 'CONFLICT'],
  ['provider_decides', 409, 'CONFLICT'],
  ['no_discrepancy', 409, 'CONFLICT'],
  ['suspense_to_mismatch', 409, 'CONFLICT'],
  ['payload_too_large', 413, 'PAYLOAD_TOO_LARGE'],
  ['batch_too_large', 413, 'PAYLOAD_TOO_LARGE'],
  ['unsupported_media_type', 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ['idempotency_key_reused', 422, 'UNPROCESSABLE_CONTENT'],
  ['report_id_reused', 422, 'UNPROCESSABLE_CONTENT'],
  ['internal_error', 500, 'INTERNAL_SERVER_ERROR'],
  ['unavailable', 503, 'SERVICE_UNAVAILABLE'],
];
test.each(rows)('%s is %i', (code, status, trpc) => {
  expect(refusals[code]).toMatchObject({ status, trpc });
});

describe('the rows', () => {
  test('above are all there are', () => {
    expect(rows.map(([code]) => code).sort()).toStrictEqual(Object.keys(refusals).sort());
  });

  test.each(rows)('have an example that can be told: %s', (code) => {
    const { example } = refusals[code];
    const detail = detailOf({ code, fields: example } as Refusal);
    expect(detail).not.toBe('');
    expect(detail).not.toMatch(/undefined|\[object/);
  });

  test('have each a title of their own', () => {
    const titles = Object.values(refusals).map(({ title }) => title);
    expect(new Set(titles).size).toBe(rows.length);
  });
});

describe('what the caller is told names the fields', () => {
  const path = ['metadata', 'a'];
  const told: readonly (readonly [Refusal, readonly string[]])[] = [
    [refuse('invalid_request', { errors: [{ path, message: 'too long' }] }), ['metadata.a: too']],
    [refuse('invalid_request', { errors: [{ path: [], message: 'not an object' }] }), ['not an']],
    [
      refuse('provider_not_available', { provider: 'x', available: ['manual', 'sandbox'] }),
      ['"x"', 'manual, sandbox'],
    ],
    [refuse('method_not_allowed', { allow: ['GET', 'POST'] }), ['GET, POST']],
    [refuse('order_already_paid', { paymentId }), [paymentId, 'already has a successful payment']],
    [refuse('order_payment_in_progress', { paymentId }), [paymentId, 'in progress']],
    [
      refuse('idempotency_key_in_flight', { paymentId, retryAfterSeconds: 3 }),
      [paymentId, 'in 3 s'],
    ],
    [refuse('not_refundable', { paymentStatus: 'FAILED' }), ['FAILED', 'refunded']],
    [refuse('not_capturable', { paymentStatus: 'SUCCESS' }), ['SUCCESS', 'captured']],
    [refuse('not_cancellable', { paymentStatus: 'REFUNDED' }), ['REFUNDED', 'cancelled']],
    [refuse('amount_exceeds_remaining', { remaining: '1.50' }), ['1.50']],
    [refuse('outcome_unknown', { operation: 'void' }), ['void']],
    [refuse('discrepancy_unresolved', {}), ['resolve the discrepancy', 'nothing more is moved']],
    [refuse('status_not_reachable', { from: 'FAILED', to: 'SUCCESS' }), ['FAILED', 'SUCCESS']],
    [refuse('provider_decides', { provider: 'stripe' }), ['"stripe"', 'CANCELLED']],
    [refuse('capture_not_available', { provider: 'manual' }), ['"manual"', 'takes no capture']],
    [refuse('refund_not_found', {}), ['no refund']],
    [refuse('no_discrepancy', {}), ['no discrepancy']],
    [
      refuse('suspense_to_mismatch', { inSuspense: 2 }),
      ['2 of', 'in suspense', 'merchant_payable', 'provider_receivable'],
    ],
    [refuse('suspense_to_mismatch', { inSuspense: 0 }), ['None', 'Leave the account out']],
    [refuse('report_id_reused', {}), ['Another report', 'an id of its own']],
    [refuse('invalid_signature', {}), ['secret', 'five minutes']],
    [refuse('payload_too_large', { limitBytes: 65_536 }), ['65536']],
    [refuse('idempotency_key_reused', { fields: ['amount', 'currency'] }), ['amount, currency']],
    [refuse('unavailable', { retryAfterSeconds: 2 }), ['in 2 s']],
    [refuse('payment_not_found', {}), ['no payment']],
    [refuse('insufficient_scope', { required: 'payments:write' }), ['"payments:write"']],
  ];
  for (const [refusal, parts] of told) {
    test(`${refusal.code}: ${parts.join(', ')}`, () => {
      const detail = detailOf(refusal);
      for (const part of parts) expect(detail).toContain(part);
      expect(detail).not.toMatch(/undefined|\[object/);
    });
  }
});
