/** What a batch of commands sees and does in memory, before any of it is written. */
import {
  type Applied,
  begins,
  type Command,
  type Decision,
  decide,
  type FreshIds,
  type KeyUse,
  keyOf,
  type MerchantId,
  type Operation,
  type OrderHolder,
  type Payment,
  type State,
} from '@florin/core';

/** Everything that the commands of a batch are about, by merchant and name (`nameOf`). */
export interface World {
  readonly payments: Map<string, Payment>;
  readonly operations: Map<string, readonly Operation[]>;
  readonly keys: Map<string, KeyUse>;
  readonly holders: Map<string, OrderHolder>;
}

/** One command with its decision. */
export interface Step {
  readonly command: Command;
  readonly decision: Decision;
  /** The key, order and payment that the decision depends on and may have changed. */
  readonly touches: readonly string[];
}

/** A name within a merchant, as a key of a map; ids and merchants have no space in them. */
export const nameOf = (merchantId: MerchantId, name: string): string => `${merchantId} ${name}`;

/** Decides the commands one after the other, each seeing what those before it did. */
export function fold(
  loaded: World,
  commands: readonly Command[],
  now: number,
  mint: () => FreshIds,
): readonly Step[] {
  const world: World = {
    payments: new Map(loaded.payments),
    operations: new Map(loaded.operations),
    keys: new Map(loaded.keys),
    holders: new Map(loaded.holders),
  };
  return commands.map((command) => {
    const { state, touches } = stateOf(world, command);
    const decision = decide(state, command, now, mint());
    apply(world, decision);
    return { command, decision, touches };
  });
}

function stateOf(world: World, command: Command): { state: State; touches: readonly string[] } {
  const { merchantId } = command;
  const paymentName = begins(command) ? null : nameOf(merchantId, command.paymentId);
  const payment = (paymentName && world.payments.get(paymentName)) || null;
  const order = begins(command) ? command.orderId : payment?.orderId;
  const orderName = order === undefined ? null : nameOf(merchantId, order);
  const key = keyOf(command);
  const keyName = key === null ? null : nameOf(merchantId, key);
  const holder = (orderName && world.holders.get(orderName)) || null;
  return {
    state: {
      payment,
      operations: (paymentName && world.operations.get(paymentName)) || [],
      keyUse: (keyName && world.keys.get(keyName)) || null,
      holder: holder?.paymentId === payment?.id ? null : holder,
    },
    touches: [
      ...(paymentName ? [`payment ${paymentName}`] : []),
      ...(orderName ? [`order ${orderName}`] : []),
      ...(keyName ? [`key ${keyName}`] : []),
    ],
  };
}

/** Brings into the world what was decided. */
export function apply(world: World, decision: Decision): void {
  if (decision.kind !== 'applied' && decision.kind !== 'unchanged') return;
  const { payment, keyUse } = decision;
  const { merchantId } = payment;
  if (keyUse) world.keys.set(nameOf(merchantId, keyUse.key), keyUse);
  if (decision.kind === 'unchanged') return;

  const paymentName = nameOf(merchantId, payment.id);
  world.payments.set(paymentName, payment);
  const orderName = nameOf(merchantId, payment.orderId);
  if (payment.holdsOrder) world.holders.set(orderName, holderOf(payment));
  else if (world.holders.get(orderName)?.paymentId === payment.id) world.holders.delete(orderName);
  const { answersKey } = decision;
  const changed = new Map(changedOperations(decision).map((one) => [one.id, one]));
  const kept = world.operations.get(paymentName)?.filter(({ id }) => !changed.has(id)) ?? [];
  world.operations.set(paymentName, [...kept, ...changed.values()]);
  const answered = answersKey === null ? undefined : world.keys.get(nameOf(merchantId, answersKey));
  if (answered && answersKey !== null) {
    const final = { ...answered, version: answered.version ?? payment.version };
    world.keys.set(nameOf(merchantId, answersKey), final);
  }
}

/** What a decision opens or changes, as it is afterwards. */
export function changedOperations({ operation, otherOperations }: Applied): readonly Operation[] {
  return operation ? [operation, ...otherOperations] : otherOperations;
}

export function holderOf(payment: Payment): OrderHolder {
  return { paymentId: payment.id, paid: payment.status === 'SUCCESS' };
}

/**
 * Parts the steps that stand from those that must be decided again: each that lost (another process
 * was first) and every later one on its key, order or payment.
 */
export function part(
  steps: readonly Step[],
  lost: (step: Step) => boolean,
): { readonly standing: readonly Step[]; readonly again: readonly Step[] } {
  const tainted = new Set<string>();
  const standing: Step[] = [];
  const again: Step[] = [];
  for (const step of steps) {
    if (!lost(step) && !step.touches.some((touched) => tainted.has(touched))) {
      standing.push(step);
      continue;
    }
    for (const touched of step.touches) tainted.add(touched);
    again.push(step);
  }
  return { standing, again };
}
