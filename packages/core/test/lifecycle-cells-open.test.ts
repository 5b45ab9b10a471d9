/**
 * Every command while an operation of the payment is open, cell by cell: the rows of
 * `lifecycle-cells.test.ts` once more, for each operation that can be open in a status.
 */
import { expect, test } from 'vitest';
import { type Command, type Decision, type State, statuses } from '../src/index.ts';
import { product, rowsOf } from './cells.ts';
import {
  cancel,
  capture,
  expire,
  given,
  now,
  operation,
  paymentIn,
  refund,
  report,
  resolve,
  run,
} from './given.ts';

const due = { expiresAt: now };
const charged = operation('charge', 'succeeded');
const held = operation('authorize', 'succeeded');
const part = operation('refund', 'open', { amount: 4_000n });

const states: Readonly<Record<string, State>> = {
  'PENDING charge': given(paymentIn('PENDING', due), operation('charge')),
  'PENDING authorize': given(paymentIn('PENDING', due), operation('authorize')),
  'REQUIRES_ACTION void': given(
    paymentIn('REQUIRES_ACTION', due),
    operation('charge', 'requires_action'),
    operation('void'),
  ),
  // Its charge was declined: what becomes of the void decides.
  'REQUIRES_ACTION last void': given(
    paymentIn('REQUIRES_ACTION', due),
    operation('charge', 'declined'),
    operation('void'),
  ),
  'AUTHORIZED capture': given(paymentIn('AUTHORIZED', due), held, operation('capture')),
  'AUTHORIZED void': given(paymentIn('AUTHORIZED', due), held, operation('void')),
  'SUCCESS void': given(paymentIn('SUCCESS'), charged, operation('void')),
  'SUCCESS refund of a part': given(paymentIn('SUCCESS', { refundPending: 4_000n }), charged, part),
  'SUCCESS refund of all': given(
    paymentIn('SUCCESS', { refundPending: 15_000n }),
    charged,
    operation('refund'),
  ),
};

const commands: Readonly<Record<string, Command>> = {
  'capture rest': capture('rest'),
  'capture part': capture(5_000n),
  cancel: cancel(),
  expire: expire(),
  'refund rest': refund('rest'),
  'refund part': refund(5_000n),
  'report same': report('PENDING'),
  'report other': report('FAILED'),
  'report CANCELLED': report('CANCELLED'),
  resolve: resolve(),
};

function cameOf(state: State, name: string, command: Command): string {
  const { payment } = state;
  if (!payment) throw new Error('no payment');
  const status = name === 'report same' ? payment.status : null;
  const decision: Decision = run(state, status ? report(status) : command);
  if (decision.kind === 'refused') return decision.refusal.code;
  if (decision.kind !== 'applied') return decision.kind;
  return `${decision.event.type} ${decision.payment.status}`;
}

const table = rowsOf(`
# status and open operation  command           what comes of it
PENDING charge              capture rest      not_capturable
PENDING charge              capture part      not_capturable
PENDING charge              cancel            outcome_unknown
PENDING charge              expire            unchanged
PENDING charge              refund rest       not_refundable
PENDING charge              refund part       not_refundable
PENDING charge              report same       unchanged
PENDING charge              report other      provider_decides
PENDING charge              report CANCELLED  outcome_unknown
PENDING charge              resolve           no_discrepancy
PENDING authorize           capture rest      not_capturable
PENDING authorize           capture part      not_capturable
PENDING authorize           cancel            outcome_unknown
PENDING authorize           expire            unchanged
PENDING authorize           refund rest       not_refundable
PENDING authorize           refund part       not_refundable
PENDING authorize           report same       unchanged
PENDING authorize           report other      provider_decides
PENDING authorize           report CANCELLED  outcome_unknown
PENDING authorize           resolve           no_discrepancy
REQUIRES_ACTION void        capture rest      not_capturable
REQUIRES_ACTION void        capture part      not_capturable
REQUIRES_ACTION void        cancel            outcome_unknown
REQUIRES_ACTION void        expire            unchanged
REQUIRES_ACTION void        refund rest       not_refundable
REQUIRES_ACTION void        refund part       not_refundable
REQUIRES_ACTION void        report same       unchanged
REQUIRES_ACTION void        report other      provider_decides
REQUIRES_ACTION void        report CANCELLED  outcome_unknown
REQUIRES_ACTION void        resolve           no_discrepancy
REQUIRES_ACTION last void   capture rest      not_capturable
REQUIRES_ACTION last void   capture part      not_capturable
REQUIRES_ACTION last void   cancel            outcome_unknown
REQUIRES_ACTION last void   expire            unchanged
REQUIRES_ACTION last void   refund rest       not_refundable
REQUIRES_ACTION last void   refund part       not_refundable
REQUIRES_ACTION last void   report same       unchanged
REQUIRES_ACTION last void   report other      provider_decides
REQUIRES_ACTION last void   report CANCELLED  outcome_unknown
REQUIRES_ACTION last void   resolve           no_discrepancy
AUTHORIZED capture          capture rest      outcome_unknown
AUTHORIZED capture          capture part      outcome_unknown
AUTHORIZED capture          cancel            outcome_unknown
AUTHORIZED capture          expire            unchanged
AUTHORIZED capture          refund rest       not_refundable
AUTHORIZED capture          refund part       not_refundable
AUTHORIZED capture          report same       unchanged
AUTHORIZED capture          report other      provider_decides
AUTHORIZED capture          report CANCELLED  outcome_unknown
AUTHORIZED capture          resolve           no_discrepancy
AUTHORIZED void             capture rest      outcome_unknown
AUTHORIZED void             capture part      outcome_unknown
AUTHORIZED void             cancel            outcome_unknown
AUTHORIZED void             expire            unchanged
AUTHORIZED void             refund rest       not_refundable
AUTHORIZED void             refund part       not_refundable
AUTHORIZED void             report same       unchanged
AUTHORIZED void             report other      provider_decides
AUTHORIZED void             report CANCELLED  outcome_unknown
AUTHORIZED void             resolve           no_discrepancy
SUCCESS void                capture rest      not_capturable
SUCCESS void                capture part      not_capturable
SUCCESS void                cancel            not_cancellable
SUCCESS void                expire            unchanged
SUCCESS void                refund rest       outcome_unknown
SUCCESS void                refund part       outcome_unknown
SUCCESS void                report same       unchanged
SUCCESS void                report other      provider_decides
SUCCESS void                report CANCELLED  not_cancellable
SUCCESS void                resolve           no_discrepancy
SUCCESS refund of a part    capture rest      not_capturable
SUCCESS refund of a part    capture part      not_capturable
SUCCESS refund of a part    cancel            not_cancellable
SUCCESS refund of a part    expire            unchanged
SUCCESS refund of a part    refund rest       refund.opened SUCCESS
SUCCESS refund of a part    refund part       refund.opened SUCCESS
SUCCESS refund of a part    report same       unchanged
SUCCESS refund of a part    report other      provider_decides
SUCCESS refund of a part    report CANCELLED  not_cancellable
SUCCESS refund of a part    resolve           no_discrepancy
SUCCESS refund of all       capture rest      not_capturable
SUCCESS refund of all       capture part      not_capturable
SUCCESS refund of all       cancel            not_cancellable
SUCCESS refund of all       expire            unchanged
SUCCESS refund of all       refund rest       amount_exceeds_remaining
SUCCESS refund of all       refund part       amount_exceeds_remaining
SUCCESS refund of all       report same       unchanged
SUCCESS refund of all       report other      provider_decides
SUCCESS refund of all       report CANCELLED  not_cancellable
SUCCESS refund of all       resolve           no_discrepancy
`);

test.each(table)('%s open, %s', (at = '', name = '', expected) => {
  const [state, command] = [states[at], commands[name]];
  if (!state || !command) throw new Error(`no cell ${at} ${name}`);
  expect(cameOf(state, name, command)).toBe(expected);
});

test('the rows above are all there are, and whole', () => {
  const cells = table.map(([at, name]) => `${at} ${name}`);
  expect(cells).toStrictEqual(product(Object.keys(states), Object.keys(commands)));
  expect(table.every(({ length }) => length === 3)).toBe(true);
  expect(Object.keys(states).every((at) => statuses.some((one) => at.startsWith(one)))).toBe(true);
});
