/** Random sequences of commands, most of which make sense where they come. */
import fc from 'fast-check';
import {
  type CallerCommand,
  type Command,
  type Currency,
  type Operation,
  type Payment,
  type ProviderOutcome,
  type Status,
  statuses,
} from '../src/index.ts';
import {
  cancel,
  capture,
  create,
  declined,
  otherPaymentId,
  refund,
  report,
  requiresAction,
  succeeded,
  told,
  unknown,
} from './given.ts';
import { newWorld, type Played, play, type World } from './world.ts';

/** Which payment or operation a step is about: `pick` by number, of those that `aim` (0 to 99) says. */
interface Pick {
  readonly pick: number;
  readonly aim: number;
}
type Step =
  | { readonly type: 'wait'; readonly ms: number }
  | { readonly type: 'again'; readonly pick: number }
  | { readonly type: 'create'; readonly command: CallerCommand; readonly key: number }
  | ({ readonly type: 'ask'; readonly command: CallerCommand; readonly key: number } & Pick)
  | ({ readonly type: 'tell'; readonly outcome: ProviderOutcome } & Pick);

const amount = fc.oneof(
  { weight: 9, arbitrary: fc.bigInt(1n, 20n) },
  { weight: 9, arbitrary: fc.bigInt(1n, 300n) },
  { weight: 1, arbitrary: fc.constantFrom(-1n, 0n) },
);
const part = fc.oneof(amount, fc.constant('rest' as const));
const pick = fc.nat(999);
const aim = fc.noBias(fc.integer({ min: 0, max: 99 }));

const creates = fc.record({
  orderId: fc.constantFrom('order-1', 'order-2', 'order-3', 'order-4'),
  amount,
  currency: fc.constantFrom<Currency[]>('USD', 'JPY'),
  capture: fc.constantFrom<('automatic' | 'manual')[]>('automatic', 'manual'),
  provider: fc.constantFrom('sandbox', 'stripe', 'manual'),
});
const asks: fc.Arbitrary<CallerCommand> = fc.oneof(
  { weight: 2, arbitrary: part.map((asked) => capture(asked)) },
  { weight: 1, arbitrary: fc.constant(cancel()) },
  { weight: 3, arbitrary: part.map((asked) => refund(asked)) },
  { weight: 2, arbitrary: fc.constantFrom(...statuses).map((status) => report(status)) },
);
const outcomes = fc.constantFrom(
  succeeded,
  succeeded,
  succeeded,
  declined,
  declined,
  requiresAction,
  requiresAction,
  unknown,
);

const creating: fc.Arbitrary<Step> = fc.record({
  type: fc.constant('create'),
  command: creates.map((fields) => create(fields)),
  key: pick,
});
const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ type: fc.constant('wait'), ms: fc.nat(40_000) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('again'), pick }) },
  { weight: 3, arbitrary: creating },
  {
    weight: 9,
    arbitrary: fc.record({ type: fc.constant('ask'), command: asks, key: pick, pick, aim }),
  },
  {
    weight: 9,
    arbitrary: fc.record({ type: fc.constant('tell'), outcome: outcomes, pick, aim }),
  },
);

/** Some payments, then up to 60 steps with them and with more. */
export const sequences: fc.Arbitrary<readonly Step[]> = fc
  .tuple(
    fc.array(creating, { minLength: 1, maxLength: 4 }),
    fc.array(fc.noBias(steps), { maxLength: 60, size: 'max' }),
  )
  .map(([first, rest]) => [...first, ...rest]);

/** One key in four is one of a few that come again and again; one ask in eight has none. */
function keyed(command: CallerCommand, key: number, { serial }: World): CallerCommand {
  const none = key % 8 === 1 && command.type !== 'create';
  const idempotencyKey = key % 4 === 0 ? `often-${key % 7}` : `once-${serial}`;
  return { ...command, idempotencyKey: none ? null : idempotencyKey } as CallerCommand;
}

/** Could a provider that contradicts neither itself nor us say this? */
function isPossible(payment: Payment, { kind, status }: Operation, said: ProviderOutcome): boolean {
  if (status === 'succeeded' || status === 'declined') return said.outcome === status;
  if (said.outcome !== 'succeeded') return true;
  if (kind === 'void') return payment.captured === 0n;
  if (kind === 'capture' || kind === 'refund') return true;
  return payment.status === 'PENDING' || payment.status === 'REQUIRES_ACTION';
}

const final: readonly Status[] = ['FAILED', 'CANCELLED', 'REFUNDED'];
const pickOf = <T>(all: readonly T[], step: { readonly pick: number }): T | undefined =>
  all[step.pick % all.length];

type Facts = 'any facts' | 'possible facts';

function commandOf(step: Step, world: World, earlier: readonly CallerCommand[], facts: Facts) {
  switch (step.type) {
    case 'wait':
      world.now += step.ms;
      return null;
    case 'again':
      return pickOf(earlier, step) ?? null;
    case 'create':
      return keyed(step.command, step.key, world);
    case 'ask': {
      const all = [...world.payments.values()];
      const live = all.filter(({ status }) => !final.includes(status));
      const payment = pickOf(step.aim < 25 || live.length === 0 ? all : live, step);
      const paymentId = payment && step.aim > 0 ? payment.id : otherPaymentId;
      return { ...keyed(step.command, step.key, world), paymentId } as CallerCommand;
    }
    case 'tell': {
      const all = [...world.operations.values()];
      const open = all.filter(({ closedAt }) => closedAt === null);
      const operation = step.aim < 25 ? pickOf(all, step) : pickOf(open, step);
      const payment = operation && world.payments.get(operation.paymentId);
      if (!payment) return null;
      if (facts === 'possible facts' && !isPossible(payment, operation, step.outcome)) return null;
      return told(step.outcome, { paymentId: payment.id, operationId: operation.id });
    }
  }
}

/** Plays the steps in a new world, and shows each command that came of them to `watch`. */
export function playAll(
  all: readonly Step[],
  facts: Facts,
  watch: (played: Played) => void,
): World {
  const world = newWorld();
  const earlier: CallerCommand[] = [];
  for (const step of all) {
    const command: Command | null = commandOf(step, world, earlier, facts);
    if (!command) continue;
    if (command.type !== 'outcome') earlier.push(command);
    watch(play(world, command));
    world.now += 1;
  }
  return world;
}
