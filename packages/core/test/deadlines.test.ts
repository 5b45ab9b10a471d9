/** When a payer's time, and the hold on funds, runs out. */
import { expect, test } from 'vitest';
import { type OperationKind, type ProviderOutcome, withDeadline } from '../src/index.ts';
import { declined, nextAction, now, requiresAction, succeeded, unknown } from './given.ts';

/** Milliseconds. */
const deadlines = { payerActionMs: 1_800_000, authorizationMs: 518_400_000 };
const own = now + 60_000;
const told: ProviderOutcome = { outcome: 'requires_action', nextAction, expiresAt: own };
const held: ProviderOutcome = { outcome: 'succeeded', reference: 'ref_new', expiresAt: own };

type Row = readonly [string, OperationKind, ProviderOutcome, ProviderOutcome];
const rows: readonly Row[] = [
  ['a payer of a charge', 'charge', requiresAction, at(requiresAction, now + 1_800_000)],
  ['a payer of an authorization', 'authorize', requiresAction, at(requiresAction, now + 1_800_000)],
  ['a payer, as the provider says', 'charge', told, told],
  ['a hold', 'authorize', succeeded, at(succeeded, now + 518_400_000)],
  ['a hold, as the provider says', 'authorize', held, held],
  ['a charge holds nothing', 'charge', succeeded, succeeded],
  ['a capture holds nothing', 'capture', succeeded, succeeded],
  ['a decline', 'authorize', declined, declined],
  ['nothing known', 'authorize', unknown, unknown],
];

test.each(rows)('%s', (_, kind, outcome, expected) => {
  expect(withDeadline(outcome, kind, now, deadlines)).toStrictEqual(expected);
});

function at(outcome: ProviderOutcome, expiresAt: number): ProviderOutcome {
  return { ...outcome, expiresAt } as ProviderOutcome;
}
