/** What becomes of each command by the model: see `model.ts`. */
import type { CallerCommand, Command, FreshIds } from '../src/index.ts';
import { ask, isDoubted, leftOf, news, openIn, say, statusOf, type Tally } from './model.ts';

/** Under one key: what was asked, and the operation that has to be told of before it is answered. */
interface Used {
  readonly request: string;
  readonly tally: string;
  readonly operation: string | null;
  readonly since: number;
}

export interface Model {
  readonly tallies: Map<string, Tally>;
  readonly keys: Map<string, Used>;
}

export const newModel = (): Model => ({ tallies: new Map(), keys: new Map() });

/** The same model, to try something in. */
export const copyOfModel = ({ tallies, keys }: Model): Model => ({
  tallies: new Map(tallies),
  keys: new Map(keys),
});

/** What came of a command, by the names that `decide` has for it. */
type CameOf = 'refused' | 'replayed' | 'unsettled' | 'unchanged' | 'applied';

const textOf = ({ actor, idempotencyKey, ...request }: CallerCommand) =>
  JSON.stringify(request, (_, value) => (typeof value === 'bigint' ? `${value}` : value));

function holds(tally: Tally): boolean {
  const status = statusOf(tally);
  if (tally.byHand) return status === 'SUCCESS';
  return status !== 'FAILED' && status !== 'CANCELLED' && status !== 'REFUNDED';
}

const isHeld = ({ tallies }: Model, orderId: string) =>
  [...tallies.values()].some((one) => one.orderId === orderId && holds(one));

export function dueOf(tally: Tally): number | null {
  const status = statusOf(tally);
  return status === 'REQUIRES_ACTION' || status === 'AUTHORIZED' ? tally.dueAt : null;
}

function created(model: Model, command: Command & { type: 'create' }, ids: FreshIds): Tally | null {
  const byHand = command.provider === 'manual';
  if (command.amount <= 0n || (byHand && command.capture === 'manual')) return null;
  if (isHeld(model, command.orderId)) return null;
  const { orderId } = command;
  const amount = Number(command.amount);
  const fresh = { orderId, byHand, amount, ended: [], flagged: false, dueAt: null };
  const tally: Tally = { ...fresh, asked: new Map() };
  if (byHand) return tally;
  return ask(tally, ids.operationId, command.capture === 'manual' ? 'authorize' : 'charge', amount);
}

type Ask = Exclude<CallerCommand, { type: 'create' }>;

/** The tally after what was asked; the same one where nothing changes, null where it is refused. */
function changed(model: Model, tally: Tally, command: Ask, now: number, id: string): Tally | null {
  const status = statusOf(tally);
  const left = leftOf(tally);
  const isUndecided = tally.flagged || openIn(tally) !== undefined;
  const canVoid =
    status === 'REQUIRES_ACTION' ||
    status === 'AUTHORIZED' ||
    (tally.byHand && status === 'PENDING');
  const within = (asked: bigint | 'rest', most: number) => {
    const amount = asked === 'rest' ? most : Number(asked);
    return amount > 0 && amount <= most ? amount : null;
  };

  switch (command.type) {
    case 'capture': {
      const amount = within(command.amount, left.toCapture);
      if (status !== 'AUTHORIZED' || isUndecided || amount === null) return null;
      return ask(tally, id, 'capture', amount);
    }
    case 'cancel':
      if (status === 'CANCELLED') return tally;
      return canVoid && !isUndecided ? ask(tally, id, 'void', tally.amount) : null;
    case 'expire': {
      const due = dueOf(tally);
      if (due === null || due > now || isUndecided) return tally;
      return { ...ask(tally, id, 'void', tally.amount), dueAt: now + 24 * 3_600_000 };
    }
    case 'refund': {
      const amount = within(command.amount, left.toRefund);
      if (status !== 'SUCCESS' || isUndecided || amount === null) return null;
      return ask(tally, id, 'refund', amount);
    }
    case 'report':
      if (command.status === status) return tally;
      if (!tally.byHand) {
        if (command.status !== 'CANCELLED' || !canVoid || isUndecided) return null;
        return ask(tally, id, 'void', tally.amount);
      }
      if (isUndecided) return null;
      if (command.status === 'REFUNDED') {
        const amount = within('rest', left.toRefund);
        return status === 'SUCCESS' && amount !== null ? ask(tally, id, 'refund', amount) : null;
      }
      if (status !== 'PENDING') return null;
      if (command.status === 'CANCELLED') return ask(tally, id, 'void', tally.amount);
      if (command.status === 'SUCCESS') {
        return isHeld(model, tally.orderId) ? null : ask(tally, id, 'charge', tally.amount);
      }
      if (command.status !== 'FAILED') return null;
      return ask(tally, id, 'charge', tally.amount, 'declined');
    case 'resolve': {
      const entries = [...tally.asked].map(([key, one]) => {
        const isIn = one.settledTo === null && isDoubted(one, tally);
        return [key, isIn ? { ...one, settledTo: command.suspenseTo } : one] as const;
      });
      const isAny = entries.some(([key, one]) => one !== tally.asked.get(key));
      if (!tally.flagged || isAny !== (command.suspenseTo !== null)) return null;
      return { ...tally, flagged: false, asked: new Map(entries) };
    }
  }
}

/** Does what is asked, or told, and says what came of it. */
export function step(model: Model, command: Command, now: number, ids: FreshIds): CameOf {
  // History of another system, which the model does not tell of: imports have tests of their own.
  if (command.type === 'import') throw new Error('not modelled');
  if (command.type === 'outcome') {
    const tally = model.tallies.get(command.paymentId);
    if (!tally?.asked.has(command.operationId)) return 'refused';
    const said = command.outcome.outcome;
    if (said === 'unknown' || !news(tally, command.operationId, said)) return 'unchanged';
    const dueAt = 'expiresAt' in command.outcome ? (command.outcome.expiresAt ?? null) : null;
    model.tallies.set(command.paymentId, say(tally, command.operationId, said, dueAt));
    return 'applied';
  }

  const key = command.idempotencyKey;
  const about = command.type === 'create' ? ids.paymentId : command.paymentId;
  const tally = model.tallies.get(about);
  if (command.type !== 'create' && !tally) return 'refused';
  const used = key === null ? undefined : model.keys.get(key);
  if (used) {
    if (used.request !== textOf(command)) return 'refused';
    const waitsFor = model.tallies.get(used.tally)?.asked.get(used.operation ?? '');
    if (!waitsFor || waitsFor.said.length > 0) return 'replayed';
    return now < used.since + 30_000 ? 'refused' : 'unsettled';
  }
  const next =
    command.type === 'create'
      ? created(model, command, ids)
      : tally && changed(model, tally, command, now, ids.operationId);
  if (!next) return 'refused';
  model.tallies.set(about, next);
  const operation = next.asked.has(ids.operationId) ? ids.operationId : null;
  if (key !== null) {
    model.keys.set(key, { request: textOf(command), tally: about, operation, since: now });
  }
  return next === tally ? 'unchanged' : 'applied';
}
