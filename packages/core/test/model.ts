/**
 * A simpler payment than the one in `src`, and written apart from it: it keeps what was asked and
 * what was said, in order, and works out everything else from that each time it is looked at.
 */
import type { Operation } from '../src/index.ts';

export type Said = 'succeeded' | 'declined' | 'requires_action';
export type Account = 'provider_receivable' | 'merchant_payable' | 'suspense';

export interface Asked {
  readonly kind: Operation['kind'];
  readonly amount: number;
  /** What was said of it that was news, the earliest first. */
  readonly said: readonly Said[];
  /** Where an operator moved its money to. */
  readonly settledTo: Account | null;
}

export interface Tally {
  readonly orderId: string;
  readonly byHand: boolean;
  readonly amount: number;
  readonly asked: ReadonlyMap<string, Asked>;
  /** The ids of the operations in the order in which their ends were first told. */
  readonly ended: readonly string[];
  readonly flagged: boolean;
  /** The latest end of waiting that was told, or set. */
  readonly dueAt: number | null;
}

const isFinal = (said: Said | undefined) => said === 'succeeded' || said === 'declined';
const endOf = ({ said }: Asked) => said.find(isFinal);
const collects = ({ kind }: Asked) => kind === 'charge' || kind === 'authorize';
const takes = ({ kind }: Asked) => kind === 'charge' || kind === 'capture';
const has = (asked: Asked, said: Said) => asked.said.includes(said);
const total = (all: readonly Asked[]) => all.reduce((sum, { amount }) => sum + amount, 0);

/** The operation, refunds aside, that nothing was said of. */
export function openIn({ asked }: Tally): Asked | undefined {
  return [...asked.values()].find(({ kind, said }) => kind !== 'refund' && said.length === 0);
}

/** What was taken, unless the payment had been given up before. */
function takenIn({ asked, ended }: Tally): Asked | undefined {
  const inOrder = ended.flatMap((id) => asked.get(id) ?? []);
  const first = inOrder.find(
    (one) => endOf(one) === 'succeeded' && (takes(one) || one.kind === 'void'),
  );
  return first && takes(first) ? first : undefined;
}

export function amountsOf(tally: Tally) {
  const all = [...tally.asked.values()];
  const refunds = all.filter(({ kind }) => kind === 'refund');
  const captured = takenIn(tally)?.amount ?? 0;
  const held = all.find((one) => one.kind === 'authorize' && endOf(one) === 'succeeded');
  return {
    authorized: held?.amount ?? captured,
    captured,
    refunded: total(refunds.filter((one) => endOf(one) === 'succeeded')),
    refundPending: total(refunds.filter((one) => endOf(one) === undefined)),
  };
}

/** What may still be taken and given back, by what an operator found to be true. */
export function leftOf(tally: Tally) {
  const all = [...tally.asked.values()];
  const moved = (kind: Asked['kind']) =>
    total(
      all.filter(
        (one) =>
          one.kind === kind && (endOf(one) !== 'declined' || one.settledTo === 'merchant_payable'),
      ),
    );
  const taken = takenIn(tally);
  const stands = taken && taken.settledTo !== 'provider_receivable' ? taken.amount : 0;
  return {
    toCapture: Math.max(0, tally.amount - moved('capture')),
    toRefund: Math.max(0, stands - moved('refund')),
  };
}

export function statusOf(tally: Tally) {
  const all = [...tally.asked.values()];
  const { captured, refunded } = amountsOf(tally);
  if (captured > 0) return captured === refunded ? 'REFUNDED' : 'SUCCESS';
  if (all.some((one) => one.kind === 'void' && endOf(one) === 'succeeded')) return 'CANCELLED';
  const collection = all.find(collects);
  if (!collection) return 'PENDING';
  if (endOf(collection) === 'succeeded') return 'AUTHORIZED';
  if (endOf(collection) === 'declined' && !openIn(tally)) return 'FAILED';
  return collection.said.length > 0 ? 'REQUIRES_ACTION' : 'PENDING';
}

/** Not both can be true of it, or of it and of a void. */
export function isDoubted(one: Asked, { asked }: Tally): boolean {
  if (one.kind === 'void' || one.kind === 'authorize' || !has(one, 'succeeded')) return false;
  const voids = [...asked.values()].filter(({ kind }) => kind === 'void');
  return has(one, 'declined') || (takes(one) && voids.some((other) => has(other, 'succeeded')));
}

export function balancesOf(tally: Tally): Record<Account, number> {
  const balances = { provider_receivable: 0, merchant_payable: 0, suspense: 0 };
  for (const one of tally.asked.values()) {
    if (one.kind === 'void' || one.kind === 'authorize' || !has(one, 'succeeded')) continue;
    const amount = one.kind === 'refund' ? -one.amount : one.amount;
    balances.provider_receivable += amount;
    balances[one.settledTo ?? (isDoubted(one, tally) ? 'suspense' : 'merchant_payable')] -= amount;
  }
  return balances;
}

/** What somebody else moves is said as soon as it is asked for. */
export function ask(
  tally: Tally,
  id: string,
  kind: Asked['kind'],
  amount: number,
  saidByHand: Said = 'succeeded',
): Tally {
  const asked = new Map(tally.asked).set(id, { kind, amount, said: [], settledTo: null });
  const opened = { ...tally, asked };
  return tally.byHand ? say(opened, id, saidByHand, null) : opened;
}

/** Whether it says anything that was not said before. */
export function news(tally: Tally, id: string, said: Said): boolean {
  const one = tally.asked.get(id);
  if (!one || has(one, said)) return false;
  return said !== 'requires_action' || (one.said.length === 0 && collects(one));
}

export function say(tally: Tally, id: string, said: Said, dueAt: number | null): Tally {
  const one = tally.asked.get(id);
  if (!one || !news(tally, id, said)) return tally;
  const told: Asked = { ...one, said: [...one.said, said] };
  const asked = new Map(tally.asked).set(id, told);
  const isEnd = endOf(one) === undefined && isFinal(said);
  const after = { ...tally, asked, ended: isEnd ? [...tally.ended, id] : tally.ended };
  const others = [...asked.values()];
  const isAgainstVoid =
    said === 'succeeded' &&
    ((takes(told) && others.some(({ kind, said: of }) => kind === 'void' && of.includes(said))) ||
      (told.kind === 'void' && others.some((other) => takes(other) && has(other, said))));
  const isOfUndone =
    said === 'succeeded' &&
    told.kind === 'refund' &&
    others.some(
      (one) => takes(one) && endOf(one) === said && one.settledTo === 'provider_receivable',
    );
  const isBoth = has(told, 'succeeded') && has(told, 'declined');
  const waits = collects(told) && endOf(one) === undefined && said !== 'declined';
  return {
    ...after,
    flagged: tally.flagged || isAgainstVoid || isOfUndone || isBoth,
    dueAt: waits ? dueAt : tally.dueAt,
  };
}
