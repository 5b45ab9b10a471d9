/**
 * What happens to one payment of 15 minor units, told as text: commands (`create charge`, `cancel`,
 * `capture 9`, `refund 4`, `resolve merchant_payable`) and facts (`charge requires_action`, `void 2 declined`, `refund 1 unknown`).
 * An operation is called by its kind and, collections aside, by which one of its kind it is.
 */
import {
  type Command,
  type Operation,
  type OperationKind,
  type Payment,
  type ProviderOutcome,
  settlingAccounts,
} from '../src/index.ts';
import { cancel, capture, create, nextAction, now, refund, resolve, told } from './given.ts';
import { newWorld, play, type World } from './world.ts';

const sentences = (text: string) => text.split(',').map((sentence) => sentence.trim());
export const factsOf = (text: string): readonly string[] => sentences(text);

/** What is said of each operation is its own, so that it shows where it went. */
function outcomeOf(name: string, said: string | undefined): ProviderOutcome {
  switch (said) {
    case 'succeeded':
      return { outcome: said, reference: `ref of ${name}`, expiresAt: now + 200_000 };
    case 'declined':
      return { outcome: said, failure: { code: 'declined', message: `${name} was declined` } };
    case 'requires_action':
      return { outcome: said, nextAction, expiresAt: now + 100_000 };
    case 'unknown':
      return { outcome: said };
    default:
      throw new Error(`no outcome ${said}`);
  }
}

/** The operations by their names, in the order in which they were opened. */
export function namesOf(world: World): ReadonlyMap<string, Operation> {
  const counts = new Map<OperationKind, number>();
  const named = [...world.operations.values()].map((operation): [string, Operation] => {
    const { kind } = operation;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return [kind === 'charge' || kind === 'authorize' ? kind : `${kind} ${count}`, operation];
  });
  return new Map(named);
}

export function onlyPayment(world: World): Payment {
  const [payment] = world.payments.values();
  if (!payment) throw new Error('no payment yet');
  return payment;
}

function commandOf(world: World, sentence: string): Command {
  const idempotencyKey = `key-${world.serial}`;
  const [verb = '', ...rest] = sentence.split(' ');
  if (verb === 'create') {
    const taken = rest[0] === 'authorize' ? 'manual' : 'automatic';
    return create({ amount: 15n, capture: taken, idempotencyKey });
  }
  const { id: paymentId } = onlyPayment(world);
  const name = sentence.slice(0, sentence.lastIndexOf(' '));
  const operation = namesOf(world).get(name);
  if (operation) {
    return told(outcomeOf(name, rest.at(-1)), { paymentId, operationId: operation.id });
  }
  if (verb === 'resolve') {
    const account = settlingAccounts.find((one) => one === rest[0]);
    return resolve(account ?? null, { paymentId, idempotencyKey });
  }
  const amount = BigInt(rest[0] ?? 0);
  if (verb === 'cancel') return cancel({ paymentId, idempotencyKey });
  if (verb === 'capture') return capture(amount, { paymentId, idempotencyKey });
  if (verb === 'refund') return refund(amount, { paymentId, idempotencyKey });
  throw new Error(`no such thing: ${sentence}`);
}

/** Plays each sentence; a command that is refused is a mistake in the story. */
export function tell(world: World, story: readonly string[]): World {
  for (const sentence of story) {
    const { decision } = play(world, commandOf(world, sentence));
    if (decision.kind === 'refused') throw new Error(`${sentence}: ${decision.refusal.code}`);
    world.now += 1;
  }
  return world;
}

export const worldAfter = (story: string): World => tell(newWorld(), sentences(story));
