/** Laws of what is booked: the ledger, and what the payment says of its money. */
import type { Account, Operation, Posting } from '../src/index.ts';
import { type Law, sum } from './law.ts';
import { balancesOf, operationsOf, type World } from './world.ts';

type Balances = Readonly<Record<Account, bigint>>;

/** Money that a provider said has moved: to the merchant above zero, back to the payer below it. */
function movedBy({ kind, status, contradiction, amount }: Operation): bigint {
  if (status !== 'succeeded' && contradiction !== 'succeeded') return 0n;
  if (kind === 'charge' || kind === 'capture') return amount;
  return kind === 'refund' ? -amount : 0n;
}

/** Where a movement stands: one that its provider made undone is nowhere. */
function standing(operation: Operation): Balances {
  const account = operation.suspense ?? 'merchant_payable';
  const balances = { provider_receivable: 0n, merchant_payable: 0n, suspense: 0n };
  if (account === 'provider_receivable') return balances;
  const moved = movedBy(operation);
  return { ...balances, provider_receivable: moved, [account]: -moved };
}

const linesOf = (world: World, { id }: Operation): readonly Posting[] =>
  world.postings.filter(({ operationId }) => operationId === id);

export const moneyLaws: Readonly<Record<string, Law>> = {
  'refunded + refund pending <= captured <= authorized <= amount': (payment) => {
    const { amount, authorized, captured, refunded, refundPending } = payment;
    const inOrder = refunded + refundPending <= captured && captured <= authorized;
    return inOrder && authorized <= amount && refunded >= 0n && refundPending >= 0n;
  },
  'open refunds reserve what is pending, paid ones are what is refunded': (payment, { world }) => {
    const refunds = operationsOf(world, payment).filter(({ kind }) => kind === 'refund');
    const total = (is: string) =>
      sum(refunds.filter(({ status }) => status === is).map(({ amount }) => amount));
    return payment.refundPending === total('open') && payment.refunded === total('succeeded');
  },
  'REFUNDED exactly where all that was captured is refunded': ({ status, ...payment }) =>
    (status === 'REFUNDED') === (payment.captured > 0n && payment.refunded === payment.captured),
  'nothing is captured but in SUCCESS and REFUNDED': ({ status, captured }) =>
    captured > 0n === (status === 'SUCCESS' || status === 'REFUNDED'),
  'what moved is booked where it stands': (payment, { world }) => {
    const standings = operationsOf(world, payment).map(standing);
    const booked = balancesOf(world, payment);
    return Object.entries(booked).every(
      ([account, balance]) => balance === sum(standings.map((each) => each[account as Account])),
    );
  },
  'what never was in doubt is what was captured and not refunded': (payment, { world }) => {
    const operations = operationsOf(world, payment);
    if (operations.some(({ suspense }) => suspense !== null)) return true;
    return -balancesOf(world, payment).merchant_payable === payment.captured - payment.refunded;
  },
  'what is in suspense comes with the flag': (payment, { world }) =>
    payment.discrepancy ||
    operationsOf(world, payment).every(({ suspense }) => suspense !== 'suspense'),
  'only who settles it takes the flag away': (payment, { command, state }) =>
    payment.discrepancy || !state.payment?.discrepancy || command.type === 'resolve',
  'what an operator settled stays where it is': (_, { state, world }) =>
    state.operations.every(({ id, suspense }) => {
      const settled = suspense !== null && suspense !== 'suspense';
      return !settled || world.operations.get(id)?.suspense === suspense;
    }),
  'an operation has each line once, and the last when it is settled': (payment, { world }) =>
    operationsOf(world, payment).every((operation) => {
      const lines = linesOf(world, operation).map(({ line }) => line);
      const { suspense } = operation;
      const isSettled = suspense !== null && suspense !== 'suspense';
      const isBooked = movedBy(operation) !== 0n;
      return (
        new Set(lines).size === lines.length &&
        lines.includes(1) === isBooked &&
        lines.includes(3) === isSettled &&
        (suspense === null || isBooked)
      );
    }),
};
