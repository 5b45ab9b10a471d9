/** A world in memory, read and written as the database is: for the properties, and nothing else. */
import {
  type Account,
  type Applied,
  begins,
  type Command,
  type Decision,
  decide,
  type Event,
  type KeyUse,
  keyOf,
  type Operation,
  type OperationId,
  type Payment,
  type PaymentId,
  type Posting,
  type State,
} from '../src/index.ts';
import { deepFreeze, freshIds, now } from './given.ts';

export interface World {
  now: number;
  /** How many commands came: no two of them get the same fresh ids. */
  serial: number;
  readonly payments: Map<PaymentId, Payment>;
  readonly operations: Map<OperationId, Operation>;
  readonly keys: Map<string, KeyUse>;
  readonly events: Event[];
  readonly postings: Posting[];
}

/** A command with what it found, what came of it, and the world after it. */
export interface Played {
  readonly command: Command;
  readonly state: State;
  readonly decision: Decision;
  readonly world: World;
}

export const newWorld = (): World => ({
  now,
  serial: 0,
  payments: new Map(),
  operations: new Map(),
  keys: new Map(),
  events: [],
  postings: [],
});

/** The same world, to try something in. What is in it is never written to. */
export const copyOf = (world: World): World => ({
  ...world,
  payments: new Map(world.payments),
  operations: new Map(world.operations),
  keys: new Map(world.keys),
  events: [...world.events],
  postings: [...world.postings],
});

/** Everything that a decision on `command` depends on. */
export function stateOf(world: World, command: Command): State {
  const payment = begins(command) ? null : (world.payments.get(command.paymentId) ?? null);
  const orderId = begins(command) ? command.orderId : payment?.orderId;
  const holder = paymentsOf(world, orderId).find(({ holdsOrder }) => holdsOrder);
  const key = keyOf(command);
  return deepFreeze({
    payment,
    operations: operationsOf(world, payment),
    keyUse: (key !== null && world.keys.get(key)) || null,
    holder: holder ? { paymentId: holder.id, paid: holder.status === 'SUCCESS' } : null,
  });
}

export function paymentsOf(world: World, orderId: string | undefined): readonly Payment[] {
  return [...world.payments.values()].filter((payment) => payment.orderId === orderId);
}

export function operationsOf(world: World, payment: Payment | null): readonly Operation[] {
  return [...world.operations.values()].filter(({ paymentId }) => paymentId === payment?.id);
}

/** Debits less credits of each account, over all postings of the payment. */
export function balancesOf(world: World, payment: Payment): Readonly<Record<Account, bigint>> {
  const balances = { provider_receivable: 0n, merchant_payable: 0n, suspense: 0n };
  for (const { paymentId, debit, credit, amount } of world.postings) {
    if (paymentId !== payment.id) continue;
    balances[debit] += amount;
    balances[credit] -= amount;
  }
  return balances;
}

/** Decides the command and writes what comes of it. */
export function play(world: World, command: Command): Played {
  const state = stateOf(world, command);
  const decision = decide(state, deepFreeze(command), world.now, freshIds(world.serial));
  world.serial += 1;
  if (decision.kind === 'applied') write(world, decision);
  if (decision.kind === 'unchanged' && decision.keyUse) insertKey(world, decision.keyUse);
  return { command, state, decision, world };
}

function write(world: World, decision: Applied): void {
  const { payment, operation, otherOperations, postings, event, ...keys } = decision;
  world.payments.set(payment.id, deepFreeze(payment));
  for (const changed of operation ? [operation, ...otherOperations] : otherOperations) {
    world.operations.set(changed.id, deepFreeze(changed));
  }
  world.events.push(deepFreeze(event));
  world.postings.push(...deepFreeze(postings));
  if (keys.keyUse) insertKey(world, keys.keyUse);
  if (keys.answersKey === null) return;
  const use = world.keys.get(keys.answersKey);
  if (!use || use.version !== null) throw new Error(`${keys.answersKey} waits for no answer`);
  world.keys.set(keys.answersKey, deepFreeze({ ...use, version: payment.version }));
}

/** A key is used once: its row is its effect. */
function insertKey(world: World, use: KeyUse): void {
  if (world.keys.has(use.key)) throw new Error(`${use.key} has a second effect`);
  world.keys.set(use.key, deepFreeze(use));
}
