/** Laws of what may move while a provider contradicts itself, and once an operator has settled it. */
import type { Operation, OperationKind } from '../src/index.ts';
import { type Law, sum } from './law.ts';
import { operationsOf, type Played } from './world.ts';

const said = ({ status, contradiction }: Operation, outcome: string) =>
  status === outcome || contradiction === outcome;
const takes = ({ kind }: Operation) => kind === 'charge' || kind === 'capture';

export const isSettled = ({ suspense }: Operation) => suspense !== null && suspense !== 'suspense';

/** Money that was collected and is not known to have been made undone. */
const stands = (operation: Operation) =>
  takes(operation) && said(operation, 'succeeded') && operation.suspense !== 'provider_receivable';

/**
 * Whether it has to be taken to have moved, or to move yet: all but a decline that nobody found to
 * stand. A success that was made undone counts too: nothing is asked for in its place.
 */
const mayMove = ({ status, suspense }: Operation) =>
  status !== 'declined' || suspense === 'merchant_payable';

const total = (operations: readonly Operation[], counts: (one: Operation) => boolean) =>
  sum(operations.filter(counts).map(({ amount }) => amount));

/** Whether the command has just asked for a movement of this kind. */
const asksFor = (kind: OperationKind, { command, decision }: Played) =>
  command.type !== 'outcome' && decision.kind === 'applied' && decision.operation?.kind === kind;

/**
 * They are judged when a movement is asked for: what is open by then may still succeed after an
 * operator found that what it gives back was never collected.
 */
export const resolutionLaws: Readonly<Record<string, Law>> = {
  'while it is flagged, only who settles it and its provider change it': (_, played) => {
    const { command, state, decision } = played;
    if (!state.payment?.discrepancy || decision.kind !== 'applied') return true;
    return command.type === 'resolve' || command.type === 'outcome';
  },
  'what is asked to be given back was collected, and stands': (payment, played) => {
    if (!asksFor('refund', played)) return true;
    const operations = operationsOf(played.world, payment);
    const givenBack = total(operations, (one) => one.kind === 'refund' && mayMove(one));
    return givenBack <= total(operations, stands);
  },
  'what is asked to be captured is held, and was not captured before': (payment, played) => {
    if (!asksFor('capture', played)) return true;
    const operations = operationsOf(played.world, payment);
    const captured = total(operations, (one) => one.kind === 'capture' && mayMove(one));
    return captured <= payment.authorized;
  },
  'a void that succeeds against money that moved is looked at, settled or not': (
    payment,
    { command, decision, world },
  ) => {
    if (command.type !== 'outcome' || decision.kind !== 'applied') return true;
    const voids = decision.operation?.kind === 'void' && command.outcome.outcome === 'succeeded';
    const hasMoved = operationsOf(world, payment).some(
      (one) => takes(one) && said(one, 'succeeded'),
    );
    return payment.discrepancy || !voids || !hasMoved;
  },
};
