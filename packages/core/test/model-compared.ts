/** What `decide` and its model say of the same history, side by side. */
import { expect } from 'vitest';
import { begins, type Payment } from '../src/index.ts';
import { freshIds } from './given.ts';
import { amountsOf, balancesOf as modelBalancesOf, openIn, statusOf } from './model.ts';
import { dueOf, type Model, step } from './model-of-commands.ts';
import { balancesOf, type Played, type World } from './world.ts';

/** What both know of a payment. */
function told(world: World, payment: Payment) {
  const { authorized, captured, refunded, refundPending } = payment;
  const balances = balancesOf(world, payment);
  return {
    status: payment.status,
    flagged: payment.discrepancy,
    open: payment.openOperation,
    dueAt: payment.expiresAt,
    authorized: Number(authorized),
    captured: Number(captured),
    refunded: Number(refunded),
    refundPending: Number(refundPending),
    provider_receivable: Number(balances.provider_receivable),
    merchant_payable: Number(balances.merchant_payable),
    suspense: Number(balances.suspense),
  };
}

function modelled({ tallies }: Model, id: string) {
  const tally = tallies.get(id);
  return (
    tally && {
      status: statusOf(tally),
      flagged: tally.flagged,
      open: openIn(tally)?.kind ?? null,
      dueAt: dueOf(tally),
      ...amountsOf(tally),
      ...modelBalancesOf(tally),
    }
  );
}

/** A history as the commands that it came down to, for whoever has to find out what went wrong. */
const textOf = (history: readonly Played[]) =>
  history
    .map(({ command, decision }) =>
      JSON.stringify([command, decision.kind], (name, value) => {
        if (['merchantId', 'actor', 'metadata', 'paymentMethod'].includes(name)) return undefined;
        return typeof value === 'bigint' ? Number(value) : value;
      }),
    )
    .join('\n');

/** What `decide` made of the last command, and what the model did. */
function bothOf(model: Model, { command, decision, world }: Played) {
  const created = decision.kind === 'applied' ? decision.payment.id : null;
  const id = begins(command) ? created : command.paymentId;
  const payment = id === null ? undefined : world.payments.get(id);
  return [payment && told(world, payment), id === null ? undefined : modelled(model, id)] as const;
}

/** Gives the model the last command of the history too: then they must say the same. */
export function expectSame(model: Model, history: readonly Played[]): void {
  const last = history.at(-1);
  if (!last) return;
  const { world, command, decision } = last;
  const cameOf = step(model, command, world.now, freshIds(world.serial - 1));
  const [actual, expected] = bothOf(model, last);
  const isSame = decision.kind === cameOf && JSON.stringify(actual) === JSON.stringify(expected);
  if (isSame) return;
  expect({ cameOf: decision.kind, ...actual }, textOf(history)).toStrictEqual({
    cameOf,
    ...expected,
  });
}
