/**
 * Every short history of one payment: from each step on all that can be asked, and all that can be
 * said, is tried. The model and the laws hold in each, so that nothing is left to chance here.
 */
import { expect, test } from 'vitest';
import type { Command, Create, Operation, Payment, ProviderOutcome } from '../src/index.ts';
import {
  cancel,
  capture,
  create,
  declined,
  refund,
  report,
  requiresAction,
  resolve,
  succeeded,
  told,
} from './given.ts';
import { judge } from './law.ts';
import { laws } from './laws.ts';
import { isSettled } from './laws-of-resolutions.ts';
import { expectSame } from './model-compared.ts';
import { copyOfModel, type Model, newModel } from './model-of-commands.ts';
import { copyOf, newWorld, operationsOf, type Played, play, type World } from './world.ts';

/** What an operation of the payment can still be said to have come to that was not said of it. */
function saidNext(payment: Payment, operations: readonly Operation[]): readonly Command[] {
  return operations.flatMap(({ id: operationId, status, contradiction }) =>
    [succeeded, declined, requiresAction]
      .filter(({ outcome }) => outcome !== status && outcome !== contradiction)
      .map((outcome) => told(outcome, { paymentId: payment.id, operationId })),
  );
}

function next(world: World): readonly Command[] {
  const [payment] = world.payments.values();
  if (!payment) return [];
  const of = { paymentId: payment.id, idempotencyKey: null };
  const operations = operationsOf(world, payment);
  return [
    capture(9n, of),
    capture('rest', of),
    cancel(of),
    refund(4n, of),
    refund('rest', of),
    report('SUCCESS', of),
    report('FAILED', of),
    report('REFUNDED', of),
    report('CANCELLED', of),
    resolve(null, of),
    resolve('merchant_payable', of),
    resolve('provider_receivable', of),
    ...saidNext(payment, operations),
  ];
}

/** What was asked for, after what had been settled how, and what came of it. */
function nameOf({ command, state, decision }: Played): string {
  const settled = state.operations
    .filter(isSettled)
    .map(({ kind, status, suspense }) => `${kind} ${status} ${suspense}`);
  const came = decision.kind === 'refused' ? decision.refusal.code : decision.kind;
  return [`${command.type} ${came}`, ...settled.sort()].join(', ');
}

/** Tries everything up to so many steps further on, and gathers what was reached. */
function goOn(model: Model, history: readonly Played[], steps: number, reached: Set<string>): void {
  const world = history.at(-1)?.world ?? newWorld();
  for (const command of next(world)) {
    const after = copyOfModel(model);
    const played = play(copyOf(world), command);
    const longer = [...history, played];
    expectSame(after, longer);
    judge(laws, played);
    reached.add(nameOf(played));
    // What changed nothing is not gone on from: all of it is tried beside it.
    if (steps > 1 && played.decision.kind === 'applied') goOn(after, longer, steps - 1, reached);
  }
}

type Row = readonly [string, Partial<Create>, ProviderOutcome | null, number, string];
const rows: readonly Row[] = [
  // the payment, what is said of its collection first, how many steps, and some of what is reached
  [
    'a charge',
    {},
    null,
    6,
    `cancel discrepancy_unresolved
    refund applied, charge succeeded merchant_payable
    outcome applied, charge succeeded merchant_payable
    outcome applied, charge declined provider_receivable`,
  ],
  [
    'a charge that succeeded',
    {},
    succeeded,
    6,
    `refund discrepancy_unresolved, refund declined merchant_payable
    refund applied, charge succeeded merchant_payable
    refund applied, refund declined merchant_payable
    refund applied, refund succeeded provider_receivable
    refund amount_exceeds_remaining, refund declined merchant_payable
    refund amount_exceeds_remaining, charge succeeded provider_receivable
    refund amount_exceeds_remaining, charge succeeded provider_receivable, refund succeeded provider_receivable`,
  ],
  ['an authorization', { capture: 'manual' }, null, 5, 'capture discrepancy_unresolved'],
  [
    'an authorization that succeeded',
    { capture: 'manual' },
    succeeded,
    7,
    `capture applied, capture declined merchant_payable
    capture applied, capture declined provider_receivable
    capture amount_exceeds_remaining, capture declined merchant_payable
    cancel applied, capture declined merchant_payable
    refund applied, capture declined merchant_payable
    refund applied, capture succeeded merchant_payable
    refund amount_exceeds_remaining, capture succeeded provider_receivable`,
  ],
  [
    'by hand',
    { provider: 'manual' },
    null,
    6,
    `report discrepancy_unresolved
    report applied, charge succeeded merchant_payable
    report amount_exceeds_remaining, charge succeeded provider_receivable`,
  ],
];
test.each(rows)('%s', (_, fields, said, steps, expected) => {
  const model = newModel();
  const history = [play(newWorld(), create({ amount: 15n, ...fields }))];
  expectSame(model, history);
  const [created] = history;
  const collection = created?.decision.kind === 'applied' ? created.decision.operation : null;
  if (created && said && collection) {
    const { id: operationId, paymentId } = collection;
    history.push(play(copyOf(created.world), told(said, { paymentId, operationId })));
    expectSame(model, history);
  }
  const reached = new Set<string>();
  goOn(model, history, steps, reached);
  const names = expected.split('\n').map((name) => name.trim());
  expect(names.filter((name) => !reached.has(name))).toStrictEqual([]);
});
