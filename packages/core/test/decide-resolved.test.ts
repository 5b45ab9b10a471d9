/** Captures and refunds, once an operator has settled what a provider contradicted. */
import { describe, expect, test } from 'vitest';
import type { Operation, State } from '../src/index.ts';
import {
  apply,
  capture,
  given,
  manualIn,
  operation,
  paymentIn,
  refund,
  report,
  resolve,
  run,
  succeeded,
  told,
} from './given.ts';
import { type RefusedRow, refusedRows } from './refused.ts';

const id = (digit: string) => `op_${digit.repeat(32)}` as const;
const stands = { suspense: 'merchant_payable' } as const;
const undone = { suspense: 'provider_receivable' } as const;
const after = { contradiction: 'succeeded' } as const;
const exceeds = 'amount_exceeds_remaining';

const held = operation('authorize', 'succeeded', { id: id('a') });
const charge = (changes: Partial<Operation> = {}) =>
  operation('charge', 'succeeded', { id: id('a'), ...changes });
const captureOf = (amount: bigint, changes: Partial<Operation> = {}) =>
  operation('capture', 'declined', { id: id('b'), amount, ...after, ...changes });
const refundOf = (amount: bigint, changes: Partial<Operation> = {}) =>
  operation('refund', 'declined', { id: id('c'), amount, ...after, ...changes });

const authorized = paymentIn('AUTHORIZED');
const success = paymentIn('SUCCESS');
describe('more than that is refused', () => {
  const capturing = given(authorized, held, captureOf(9_000n, stands));
  const refunding = given(success, charge(), refundOf(4_000n, stands));
  const none = { remaining: '0.00' };
  refusedRows([
    ['a capture, one too many', capturing, capture(6_001n), exceeds, { remaining: '60.00' }],
    ['a refund, one too many', refunding, refund(11_001n), exceeds, { remaining: '110.00' }],
    ...(['rest', 1n, 15_000n] as const).flatMap((asked): readonly RefusedRow[] => [
      [
        `capture ${asked}: all stands`,
        given(authorized, captureOf(15_000n, stands)),
        capture(asked),
        exceeds,
        none,
      ],
      [
        `refund ${asked}: all stands`,
        given(success, charge(), refundOf(15_000n, stands)),
        refund(asked),
        exceeds,
        none,
      ],
      [
        `refund ${asked}: the charge was made undone`,
        given(success, charge(undone)),
        refund(asked),
        exceeds,
        none,
      ],
      [
        `refund ${asked} by hand: made undone`,
        given(manualIn('SUCCESS'), charge(undone)),
        refund(asked),
        exceeds,
        none,
      ],
    ]),
    [
      'a report by hand of the refund of what was made undone',
      given(manualIn('SUCCESS'), charge(undone)),
      report('REFUNDED'),
      exceeds,
      none,
    ],
  ]);

  test.each([
    ['capture', capturing, capture('rest'), 6_000n],
    ['capture a part', capturing, capture(5_999n), 5_999n],
    ['refund', refunding, refund('rest'), 11_000n],
    ['refund a part', refunding, refund(10_999n), 10_999n],
  ] as const)('%s: that much is taken', (_, state: State, command, amount) => {
    expect(apply(state, command).operation).toMatchObject({ status: 'open', amount });
  });
});

describe('from the contradiction to the rest', () => {
  type Told = readonly [string, State, 'merchant_payable' | 'provider_receivable', bigint];
  const refused = refundOf(4_000n, { contradiction: null });
  const notTaken = captureOf(9_000n, { contradiction: null });
  const rows: readonly Told[] = [
    // what succeeds though it was declined, where its money goes, and the rest
    ['a refund that stands', given(success, charge(), refused), 'merchant_payable', 11_000n],
    ['a refund made undone', given(success, charge(), refused), 'provider_receivable', 15_000n],
    ['a capture that stands', given(authorized, held, notTaken), 'merchant_payable', 6_000n],
    ['a capture made undone', given(authorized, held, notTaken), 'provider_receivable', 15_000n],
  ];
  test.each(rows)('%s', (_, state, account, rest) => {
    const [first, doubtful] = state.operations;
    if (!first || !doubtful) throw new Error('no operations');
    const contradicted = apply(state, told(succeeded, { operationId: doubtful.id }));
    const flagged = given(contradicted.payment, first, contradicted.operation ?? doubtful);
    const command = doubtful.kind === 'refund' ? refund('rest') : capture('rest');
    expect(run(flagged, command)).toMatchObject({ refusal: { code: 'discrepancy_unresolved' } });
    const resolved = apply(flagged, resolve(account));
    const settled = given(resolved.payment, first, ...resolved.otherOperations);
    expect(apply(settled, command).operation?.amount).toBe(rest);
  });
});
