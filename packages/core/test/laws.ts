/** What holds whatever comes, in whatever order: each law is judged after each command. */
import {
  type Action,
  actions,
  allowedActions,
  type CallerCommand,
  type Decision,
  decide,
  keyOf,
  type Operation,
  type Payment,
  type ProviderOutcome,
  type Status,
} from '../src/index.ts';
import {
  cancel,
  capture,
  declined,
  freshIds,
  refund,
  report,
  requiresAction,
  succeeded,
  told,
} from './given.ts';
import { type Law, sum } from './law.ts';
import { moneyLaws } from './laws-of-money.ts';
import { isSettled, resolutionLaws } from './laws-of-resolutions.ts';
import { balancesOf, operationsOf, paymentsOf, stateOf, type World } from './world.ts';

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

const text = (value: unknown) =>
  JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}n` : part));

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

/** What each action comes down to; a report of FAILED never meets another payment of the order. */
const asking: Readonly<Record<Action, CallerCommand>> = {
  capture: capture('rest', { idempotencyKey: null }),
  cancel: cancel({ idempotencyKey: null }),
  refund: refund('rest', { idempotencyKey: null }),
  report: report('FAILED', { idempotencyKey: null }),
};

function triedOut(world: World, { id: paymentId }: Payment, action: Action): Decision {
  const command = { ...asking[action], paymentId } as CallerCommand;
  return decide(stateOf(world, command), command, world.now, freshIds(0));
}

/** What an operator settled may leave nothing to move: the list, made of the payment alone, has it yet. */
function isUsedUp(world: World, payment: Payment, decision: Decision): boolean {
  if (decision.kind !== 'refused') return false;
  const { code } = decision.refusal;
  return code === 'amount_exceeds_remaining' && operationsOf(world, payment).some(isSettled);
}

/** Laws of a payment, asked for after each command about it. */
export const laws: Readonly<Record<string, Law>> = {
  ...moneyLaws,
  ...resolutionLaws,
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
    const kinds = open.map(({ kind }) => kind).filter((kind) => kind !== 'refund');
    return kinds.length <= 1 && payment.openOperation === (kinds[0] ?? null);
  },
  'an end of waiting only where something is waited for': ({ status, expiresAt }) =>
    expiresAt === null || status === 'REQUIRES_ACTION' || status === 'AUTHORIZED',
  'what is allowed is not refused, and what is refused is not allowed': (payment, { world }) =>
    actions.every((action) => {
      const decision = triedOut(world, payment, action);
      const isTaken = decision.kind === 'applied';
      if (!allowedActions(payment).includes(action)) return !isTaken;
      return isTaken || isUsedUp(world, payment, decision);
    }),
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
    const owed = all.map((payment) => balancesOf(world, payment).provider_receivable);
    return sum(owed) === sum(all.map(({ captured, refunded }) => captured - refunded));
  },
};
