/**
 * Every status with every command, cell by cell, written out by hand: what is refused and why, what
 * changes nothing, or the event and the status that it leads to.
 */
import { expect, test } from 'vitest';
import {
  type Command,
  type Decision,
  type Operation,
  type Payment,
  type State,
  type Status,
  statuses,
} from '../src/index.ts';
import { product, rowsOf } from './cells.ts';
import {
  cancel,
  capture,
  expire,
  given,
  manualIn,
  now,
  operation,
  paymentIn,
  refund,
  report,
  resolve,
  run,
} from './given.ts';

/** The operations that a payment of each status has had. */
const had: Readonly<Record<Status, readonly Operation[]>> = {
  PENDING: [operation('charge')],
  REQUIRES_ACTION: [operation('charge', 'requires_action')],
  AUTHORIZED: [operation('authorize', 'succeeded')],
  SUCCESS: [operation('charge', 'succeeded')],
  REFUNDED: [operation('charge', 'succeeded'), operation('refund', 'succeeded')],
  FAILED: [operation('charge', 'declined')],
  CANCELLED: [operation('charge', 'requires_action'), operation('void', 'succeeded')],
};

/** By hand nothing is due: nobody else than the merchant voids it. */
const sandbox = (status: Status, changes: Partial<Payment> = {}): State =>
  given(paymentIn(status, { expiresAt: now, ...changes }), ...had[status]);
const manual = (status: Status, changes: Partial<Payment> = {}): State =>
  given(manualIn(status, changes), ...(status === 'PENDING' ? [] : had[status]));

const commands: Readonly<Record<string, Command>> = {
  'capture rest': capture('rest'),
  'capture part': capture(5_000n),
  cancel: cancel(),
  expire: expire(),
  'refund rest': refund('rest'),
  'refund part': refund(5_000n),
  ...Object.fromEntries(statuses.map((status) => [`report ${status}`, report(status)])),
  resolve: resolve(),
  'resolve flagged': resolve(),
};
const names = Object.keys(commands);

function cameOf(state: State, name: string): string {
  const command = commands[name];
  if (!command || !state.payment) throw new Error(`no command ${name}`);
  const payment = { ...state.payment, discrepancy: name.endsWith('flagged') };
  const decision: Decision = run({ ...state, payment }, command);
  if (decision.kind === 'refused') return decision.refusal.code;
  if (decision.kind !== 'applied') return decision.kind;
  return `${decision.event.type} ${decision.payment.status}`;
}

const table = rowsOf(`
# status         command                 with a provider                 by hand, where it ever is
PENDING          capture rest            not_capturable                  not_capturable
PENDING          capture part            not_capturable                  not_capturable
PENDING          cancel                  outcome_unknown                 void.succeeded CANCELLED
PENDING          expire                  unchanged                       unchanged
PENDING          refund rest             not_refundable                  not_refundable
PENDING          refund part             not_refundable                  not_refundable
PENDING          report PENDING          unchanged                       unchanged
PENDING          report REQUIRES_ACTION  provider_decides                status_not_reachable
PENDING          report AUTHORIZED       provider_decides                status_not_reachable
PENDING          report SUCCESS          provider_decides                charge.succeeded SUCCESS
PENDING          report REFUNDED         provider_decides                not_refundable
PENDING          report FAILED           provider_decides                charge.declined FAILED
PENDING          report CANCELLED        outcome_unknown                 void.succeeded CANCELLED
PENDING          resolve                 no_discrepancy                  no_discrepancy
PENDING          resolve flagged         discrepancy.resolved PENDING    discrepancy.resolved PENDING

REQUIRES_ACTION  capture rest            not_capturable                  -
REQUIRES_ACTION  capture part            not_capturable                  -
REQUIRES_ACTION  cancel                  void.opened REQUIRES_ACTION     -
REQUIRES_ACTION  expire                  void.opened REQUIRES_ACTION     -
REQUIRES_ACTION  refund rest             not_refundable                  -
REQUIRES_ACTION  refund part             not_refundable                  -
REQUIRES_ACTION  report PENDING          provider_decides                -
REQUIRES_ACTION  report REQUIRES_ACTION  unchanged                       -
REQUIRES_ACTION  report AUTHORIZED       provider_decides                -
REQUIRES_ACTION  report SUCCESS          provider_decides                -
REQUIRES_ACTION  report REFUNDED         provider_decides                -
REQUIRES_ACTION  report FAILED           provider_decides                -
REQUIRES_ACTION  report CANCELLED        void.opened REQUIRES_ACTION     -
REQUIRES_ACTION  resolve                 no_discrepancy                  -
REQUIRES_ACTION  resolve flagged         discrepancy.resolved REQUIRES_ACTION  -

AUTHORIZED       capture rest            capture.opened AUTHORIZED       -
AUTHORIZED       capture part            capture.opened AUTHORIZED       -
AUTHORIZED       cancel                  void.opened AUTHORIZED          -
AUTHORIZED       expire                  void.opened AUTHORIZED          -
AUTHORIZED       refund rest             not_refundable                  -
AUTHORIZED       refund part             not_refundable                  -
AUTHORIZED       report PENDING          provider_decides                -
AUTHORIZED       report REQUIRES_ACTION  provider_decides                -
AUTHORIZED       report AUTHORIZED       unchanged                       -
AUTHORIZED       report SUCCESS          provider_decides                -
AUTHORIZED       report REFUNDED         provider_decides                -
AUTHORIZED       report FAILED           provider_decides                -
AUTHORIZED       report CANCELLED        void.opened AUTHORIZED          -
AUTHORIZED       resolve                 no_discrepancy                  -
AUTHORIZED       resolve flagged         discrepancy.resolved AUTHORIZED  -

SUCCESS          capture rest            not_capturable                  not_capturable
SUCCESS          capture part            not_capturable                  not_capturable
SUCCESS          cancel                  not_cancellable                 not_cancellable
SUCCESS          expire                  unchanged                       unchanged
SUCCESS          refund rest             refund.opened SUCCESS           refund.succeeded REFUNDED
SUCCESS          refund part             refund.opened SUCCESS           refund.succeeded SUCCESS
SUCCESS          report PENDING          provider_decides                status_not_reachable
SUCCESS          report REQUIRES_ACTION  provider_decides                status_not_reachable
SUCCESS          report AUTHORIZED       provider_decides                status_not_reachable
SUCCESS          report SUCCESS          unchanged                       unchanged
SUCCESS          report REFUNDED         provider_decides                refund.succeeded REFUNDED
SUCCESS          report FAILED           provider_decides                status_not_reachable
SUCCESS          report CANCELLED        not_cancellable                 status_not_reachable
SUCCESS          resolve                 no_discrepancy                  no_discrepancy
SUCCESS          resolve flagged         discrepancy.resolved SUCCESS    discrepancy.resolved SUCCESS

REFUNDED         capture rest            not_capturable                  not_capturable
REFUNDED         capture part            not_capturable                  not_capturable
REFUNDED         cancel                  not_cancellable                 not_cancellable
REFUNDED         expire                  unchanged                       unchanged
REFUNDED         refund rest             not_refundable                  not_refundable
REFUNDED         refund part             not_refundable                  not_refundable
REFUNDED         report PENDING          provider_decides                status_not_reachable
REFUNDED         report REQUIRES_ACTION  provider_decides                status_not_reachable
REFUNDED         report AUTHORIZED       provider_decides                status_not_reachable
REFUNDED         report SUCCESS          provider_decides                status_not_reachable
REFUNDED         report REFUNDED         unchanged                       unchanged
REFUNDED         report FAILED           provider_decides                status_not_reachable
REFUNDED         report CANCELLED        not_cancellable                 status_not_reachable
REFUNDED         resolve                 no_discrepancy                  no_discrepancy
REFUNDED         resolve flagged         discrepancy.resolved REFUNDED   discrepancy.resolved REFUNDED

FAILED           capture rest            not_capturable                  not_capturable
FAILED           capture part            not_capturable                  not_capturable
FAILED           cancel                  not_cancellable                 not_cancellable
FAILED           expire                  unchanged                       unchanged
FAILED           refund rest             not_refundable                  not_refundable
FAILED           refund part             not_refundable                  not_refundable
FAILED           report PENDING          provider_decides                status_not_reachable
FAILED           report REQUIRES_ACTION  provider_decides                status_not_reachable
FAILED           report AUTHORIZED       provider_decides                status_not_reachable
FAILED           report SUCCESS          provider_decides                status_not_reachable
FAILED           report REFUNDED         provider_decides                not_refundable
FAILED           report FAILED           unchanged                       unchanged
FAILED           report CANCELLED        not_cancellable                 status_not_reachable
FAILED           resolve                 no_discrepancy                  no_discrepancy
FAILED           resolve flagged         discrepancy.resolved FAILED     discrepancy.resolved FAILED

CANCELLED        capture rest            not_capturable                  not_capturable
CANCELLED        capture part            not_capturable                  not_capturable
CANCELLED        cancel                  unchanged                       unchanged
CANCELLED        expire                  unchanged                       unchanged
CANCELLED        refund rest             not_refundable                  not_refundable
CANCELLED        refund part             not_refundable                  not_refundable
CANCELLED        report PENDING          provider_decides                status_not_reachable
CANCELLED        report REQUIRES_ACTION  provider_decides                status_not_reachable
CANCELLED        report AUTHORIZED       provider_decides                status_not_reachable
CANCELLED        report SUCCESS          provider_decides                status_not_reachable
CANCELLED        report REFUNDED         provider_decides                not_refundable
CANCELLED        report FAILED           provider_decides                status_not_reachable
CANCELLED        report CANCELLED        unchanged                       unchanged
CANCELLED        resolve                 no_discrepancy                  no_discrepancy
CANCELLED        resolve flagged         discrepancy.resolved CANCELLED  discrepancy.resolved CANCELLED
`);

test.each(table)('%s, %s', (status, name, byProvider, byHand) => {
  const from = statuses.find((one) => one === status);
  if (!from || !name) throw new Error(`no cell ${status} ${name}`);
  expect(cameOf(sandbox(from), name)).toBe(byProvider);
  if (byHand !== '-') expect(cameOf(manual(from), name)).toBe(byHand);
});

test('the rows above are all there are, and whole', () => {
  expect(table.map(([status, name]) => `${status} ${name}`)).toStrictEqual(
    product(statuses, names),
  );
  // By hand nothing waits for a payer, or for a capture.
  const never = ['REQUIRES_ACTION', 'AUTHORIZED'];
  for (const [status = '', , byProvider, byHand] of table) {
    expect(byProvider).toMatch(/^[a-z]/);
    expect(byHand).toMatch(never.includes(status) ? /^-$/ : /^[a-z]/);
  }
});
