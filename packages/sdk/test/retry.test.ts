/** How long a client waits, as rows. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FlorinError, type FlorinErrorCode } from '../src/errors.ts';
import { delayBeforeRetry, retryAfterMsOf } from '../src/retry.ts';

const failed = (code: FlorinErrorCode, status: number | null = null) =>
  new FlorinError(code, 'failed', {} as never, { status });

describe('delayBeforeRetry', () => {
  const most = () => 1;
  test.each([
    [1, 250],
    [2, 500],
    [3, 1_000],
    [6, 8_000],
    [60, 8_000],
  ])('after %i tries: up to %i ms', (attempts, bound) => {
    expect(delayBeforeRetry(failed('unavailable'), attempts, 0, most)).toBe(bound);
    expect(delayBeforeRetry(failed('unavailable'), attempts, 0, () => 0)).toBe(0);
    expect(delayBeforeRetry(failed('unavailable'), attempts, 3_000, () => 0)).toBe(3_000);
  });

  test('anywhere below the bound, and never sooner than Retry-After', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 0, max: 60_000 }),
        fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        (attempts, after, random) => {
          const delay = delayBeforeRetry(failed('timed_out'), attempts, after, () => random);
          return delay !== null && delay >= after && delay <= after + 8_000;
        },
      ),
    );
  });

  test.each<readonly [FlorinErrorCode, number | null, boolean]>([
    ['connection_failed', null, true],
    ['timed_out', null, true],
    ['unavailable', 503, true],
    ['internal_error', 500, true],
    ['idempotency_key_in_flight', 409, true],
    ['unexpected_answer', 502, true],
    ['unexpected_answer', 429, true],
    ['unexpected_answer', 200, false],
    ['unexpected_answer', 404, false],
    ['aborted', null, false],
    ['unauthorized', 401, false],
    ['invalid_request', 400, false],
    ['idempotency_key_reused', 422, false],
    ['order_already_paid', 409, false],
    ['order_payment_in_progress', 409, false],
    ['outcome_unknown', 409, false],
  ])('%s (%s): %s', (code, status, isSentAgain) => {
    expect(delayBeforeRetry(failed(code, status), 1, 0) !== null).toBe(isSentAgain);
  });
});

test.each([
  [null, 0],
  ['2', 2_000],
  ['0', 0],
  ['Fri, 27 Nov 2026 09:00:03 GMT', 3_000],
  ['Fri, 27 Nov 2026 08:00:00 GMT', 0],
  ['soon', 0],
])('Retry-After: %s is %i ms', (header, ms) => {
  expect(retryAfterMsOf(header, Date.parse('2026-11-27T09:00:00Z'))).toBe(ms);
});
