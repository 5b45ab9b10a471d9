/** What holds whatever comes, in whatever order: each law is judged after each command. */
import {
  type Account,
  decide,
  keyOf,
  type Operation,
  type Payment,
  type Posting,
  type ProviderOutcome,
  type Status,
} from '../src/index.ts';
import { declined, freshIds, requiresAction, succeeded, told } from './given.ts';
import { operationsOf, type Played, paymentsOf, stateOf, type World } from './world.ts';

/** Where each status may lead, from the design. */
const leads: Readonly<Record<Status, readonly Status[]>> = {
  PENDING: ['REQUIRES_ACTION', 'AUTHORIZED', 'SUCCESS', 'FAILED', 'CANCELLED'],
  REQUIRES_ACTION: ['AUTHORIZED', 'SUCCESS', 'FAILED', 'CANCELLED'],
  AUTHORIZED: ['SUCCESS', 'CANCELLED'],
  SUCCESS: ['REFUNDED'],
  REFUNDED: [],
  FAILED: [],
  CANCELLED: [],
};

/** All that a decision may bring that does not change the payment. */
const unapplied: Readonly<Record<string, readonly string[]>> = {
  refused: ['kind', 'refusal'],
  replayed: ['kind', 'paymentId', 'version'],
  unsettled: ['kind', 'paymentId'],
  unchanged: ['kind', 'payment', 'keyUse'],
};

const sum = (amounts: readonly bigint[]) => amounts.reduce((total, amount) => total + amount, 0n);
const text = (value: unknown) =>
  JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}n` : part));

/** Debits less credits of one account, over all postings of the payment. */
function balanceOf(world: World, account: Account, payment: Payment): bigint {
  const signed = ({ debit, credit, amount }: Posting) =>
    (debit === account ? amount : 0n) - (credit === account ? amount : 0n);
  return sum(world.postings.filter(({ paymentId }) => paymentId === payment.id).map(signed));
}

/** The payment that the command was about, as it is now. */
function paymentOf({ command, decision, world }: Played): Payment | null {
  if (decision.kind === 'applied') return world.payments.get(decision.payment.id) ?? null;
  return command.type === 'create' ? null : (world.payments.get(command.paymentId) ?? null);
}

const outcomes: Readonly<Record<string, ProviderOutcome>> = {
  succeeded,
  declined,
  requires_action: requiresAction,
};

/** Whether all that was said of the operation, said again, changes nothing. */
function isToldAgain(world: World, { id, paymentId, status, contradiction }: Operation): boolean {
  return [status, contradiction].every((said) => {
    const outcome = outcomes[said ?? ''];
    if (!outcome) return true;
    const command = told(outcome, { paymentId, operationId: id });
    const decision = decide(stateOf(world, command), command, world.now, freshIds(0));
    return decision.kind === 'unchanged' && decision.payment === world.payments.get(paymentId);
  });
}

type Law = (payment: Payment, played: Played) => boolean;

/** Laws of a payment, asked for after each command about it. */
export const laws: Readonly<Record<string, Law>> = {
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
  'what is not applied has nothing to write': (payment, { state, decision, world }) => {
    if (decision.kind === 'applied') return true;
    if (decision.kind === 'unchanged' && decision.payment !== state.payment) return false;
    const same = state.payment === null || payment === state.payment;
    const last = world.events.findLast(({ paymentId }) => paymentId === payment.id);
    const shape = Object.keys(decision).join() === unapplied[decision.kind]?.join();
    return same && shape && last?.version === payment.version;
  },
  'what is final stays, and no status goes back': (payment, { state }) => {
    const was = state.payment?.status;
    if (was === undefined) return payment.status === 'PENDING' || payment.version > 1;
    return was === payment.status || leads[was].includes(payment.status);
  },
  'REFUNDED exactly where all that was captured is refunded': ({ status, ...payment }) =>
    (status === 'REFUNDED') === (payment.captured > 0n && payment.refunded === payment.captured),
  'nothing is captured but in SUCCESS and REFUNDED': ({ status, captured }) =>
    captured > 0n === (status === 'SUCCESS' || status === 'REFUNDED'),
  'a version more is an event more, with the payment as it then was': (payment, played) => {
    const { state, decision, command, world } = played;
    const own = world.events.filter(({ paymentId }) => paymentId === payment.id);
    if (!own.every(({ version }, index) => version === index + 1)) return false;
    if (text(own.at(-1)?.payment) !== text(payment)) return false;
    if (decision.kind !== 'applied') return true;
    const { event, operation } = decision;
    const next = (state.payment?.version ?? 0) + 1;
    const isTold = event.actor === command.actor && event.operationId === (operation?.id ?? null);
    return isTold && payment.version === next && own.length === next;
  },
  'one payment holds an order': ({ orderId }, { world }) =>
    paymentsOf(world, orderId).filter(({ holdsOrder }) => holdsOrder).length <= 1,
  'a payment holds its order while its provider may move money': (payment) => {
    const over = ['FAILED', 'CANCELLED', 'REFUNDED'].includes(payment.status);
    const manual = payment.provider === 'manual';
    return payment.holdsOrder === (manual ? payment.status === 'SUCCESS' : !over);
  },
  'one operation is open, refunds aside': (payment, { world }) => {
    const open = operationsOf(world, payment).filter(({ status }) => status === 'open');
    return open.filter(({ kind }) => kind !== 'refund').length <= 1;
  },
  'a failure exactly in FAILED': ({ status, failure }) =>
    (failure !== null) === (status === 'FAILED'),
  'a next action exactly in REQUIRES_ACTION': ({ status, nextAction }) =>
    (nextAction !== null) === (status === 'REQUIRES_ACTION'),
  'an operation has a lease exactly while it is open, and an end exactly when it is final': (
    payment,
    { world },
  ) =>
    operationsOf(world, payment).every(({ status, leaseUntil, closedAt }) => {
      const isFinal = status === 'succeeded' || status === 'declined';
      return (leaseUntil !== null) === (status === 'open') && (closedAt !== null) === isFinal;
    }),
  'an outcome told again is a no-op': (payment, { world }) =>
    operationsOf(world, payment).every((operation) => isToldAgain(world, operation)),
  'what the merchant earned is what was captured and not refunded': (payment, { world }) =>
    -balanceOf(world, 'merchant_payable', payment) === payment.captured - payment.refunded,
  'suspense and a contradicted amount come with the flag, which stays': (payment, played) => {
    const flagged = played.state.payment?.discrepancy ?? false;
    const suspended = balanceOf(played.world, 'suspense', payment) !== 0n;
    return payment.discrepancy || !(flagged || suspended);
  },
  'what was asked for stays as it was': (payment, { state: { payment: was } }) => {
    const asked = ({ id, orderId, amount, currency, provider, createdAt }: Payment) =>
      text({ id, orderId, amount, currency, provider, createdAt });
    return was === null || payment.id !== was.id || asked(payment) === asked(was);
  },
  'a key has one effect': (_, { command, state, decision, world }) => {
    const key = keyOf(command);
    if (key === null) return true;
    const operations = [...world.operations.values()].filter((one) => one.idempotencyKey === key);
    const created = [...world.payments.values()].filter((one) => one.idempotencyKey === key);
    const wasUsed = state.keyUse !== null;
    const changes = decision.kind === 'applied' || decision.kind === 'unchanged';
    return operations.length <= 1 && created.length <= 1 && !(wasUsed && changes);
  },
  'a key waits for its answer exactly while its operation is open': (payment, { world }) => {
    const operations = operationsOf(world, payment);
    const uses = [...world.keys.values()].filter(({ paymentId }) => paymentId === payment.id);
    return uses.every(({ key, version }) => {
      const asked = operations.find(({ idempotencyKey }) => idempotencyKey === key);
      return (version === null) === (asked?.status === 'open');
    });
  },
  'the answer of a key is its first final one': (_, { state, decision }) => {
    if (decision.kind !== 'replayed') return true;
    const { paymentId, version } = decision;
    return state.keyUse?.paymentId === paymentId && state.keyUse.version === version;
  },
};

/** Laws that hold as long as providers only say what is possible. */
export const lawsOfPossibleFacts: Readonly<Record<string, Law>> = {
  ...laws,
  'nothing is in suspense, nothing flagged': (payment, { world }) =>
    !payment.discrepancy &&
    !world.postings.some(({ debit, credit }) => debit === 'suspense' || credit === 'suspense'),
  'providers owe what was captured and not refunded': (_, { world }) => {
    const all = [...world.payments.values()];
    const owed = all.map((payment) => balanceOf(world, 'provider_receivable', payment));
    return sum(owed) === sum(all.map(({ captured, refunded }) => captured - refunded));
  },
};

/** Throws the name of the first law that is broken. */
export function judge(all: Readonly<Record<string, Law>>, played: Played): void {
  const payment = paymentOf(played);
  if (!payment) return;
  for (const [name, holds] of Object.entries(all)) {
    if (!holds(payment, played)) throw new Error(`broken: ${name}`);
  }
}
