/** Random sequences of commands, most of which make sense where they come. */
import fc from 'fast-check';
import {
  type CallerCommand,
  type Command,
  type Currency,
  type Operation,
  type Payment,
  type ProviderOutcome,
  type Resolve,
  type SettlingAccount,
  type Status,
  settlingAccounts,
  statuses,
} from '../src/index.ts';
import {
  cancel,
  capture,
  create,
  declined,
  expire,
  now,
  otherPaymentId,
  refund,
  report,
  requiresAction,
  resolve,
  succeeded,
  told,
  unknown,
} from './given.ts';
import { newWorld, operationsOf, type Played, play, type World } from './world.ts';

/** Which payment or operation a step is about: `pick` by number, of those that `aim` (0 to 99) says. */
interface Pick {
  readonly pick: number;
  readonly aim: number;
}
export type Step =
  | { readonly type: 'wait'; readonly ms: number }
  | { readonly type: 'again'; readonly pick: number }
  | { readonly type: 'create'; readonly command: CallerCommand; readonly key: number }
  | ({ readonly type: 'ask'; readonly command: CallerCommand; readonly key: number } & Pick)
  | ({ readonly type: 'tell'; readonly outcome: ProviderOutcome } & Pick)
  /** The opposite of what was said last. */
  | { readonly type: 'contradict'; readonly pick: number }
  /** A resolution that fits: where to is said only of what is in suspense. */
  | { readonly type: 'settle'; readonly to: SettlingAccount; readonly pick: number };

const amount = fc.oneof(
  { weight: 9, arbitrary: fc.bigInt(1n, 20n) },
  { weight: 9, arbitrary: fc.bigInt(1n, 300n) },
  { weight: 1, arbitrary: fc.constantFrom(-1n, 0n) },
);
const part = fc.oneof(amount, fc.constant('rest' as const));
const pick = fc.nat(999);
const aim = fc.noBias(fc.integer({ min: 0, max: 99 }));

const asks: fc.Arbitrary<CallerCommand> = fc.oneof(
  { weight: 2, arbitrary: part.map((asked) => capture(asked)) },
  { weight: 2, arbitrary: fc.constant(cancel()) },
  { weight: 3, arbitrary: part.map((asked) => refund(asked)) },
  { weight: 2, arbitrary: fc.constantFrom(...statuses).map((status) => report(status)) },
  { weight: 1, arbitrary: fc.constant(expire()) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom<Resolve['suspenseTo'][]>(null, 'merchant_payable', 'provider_receivable')
      .map((suspenseTo) => resolve(suspenseTo)),
  },
);
/** Time passes by some 20 s a wait: much of this is over before the sequence is. */
const expiresAt = fc.option(fc.integer({ min: now, max: now + 200_000 }), { nil: undefined });
const outcomes: fc.Arbitrary<ProviderOutcome> = fc.oneof(
  { weight: 3, arbitrary: expiresAt.map((at) => ({ ...succeeded, expiresAt: at })) },
  { weight: 2, arbitrary: fc.constant(declined) },
  { weight: 2, arbitrary: expiresAt.map((at) => ({ ...requiresAction, expiresAt: at })) },
  { weight: 1, arbitrary: fc.constant(unknown) },
);

const creatingFor = (orders: readonly string[]): fc.Arbitrary<Step> =>
  fc.record({
    type: fc.constant('create'),
    command: fc
      .record({
        orderId: fc.constantFrom(...orders),
        amount,
        currency: fc.constantFrom<Currency[]>('USD', 'JPY'),
        capture: fc.constantFrom<('automatic' | 'manual')[]>('automatic', 'manual'),
        provider: fc.constantFrom('sandbox', 'stripe', 'manual'),
      })
      .map((fields) => create(fields)),
    key: pick,
  });
const stepsWith = (creating: fc.Arbitrary<Step>): fc.Arbitrary<Step> =>
  fc.oneof(
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
    { weight: 2, arbitrary: fc.record({ type: fc.constant('contradict'), pick }) },
    {
      weight: 2,
      arbitrary: fc.record({
        type: fc.constant('settle'),
        to: fc.constantFrom(...settlingAccounts),
        pick,
      }),
    },
  );

/** Some payments for these orders, then up to 60 steps with them and with more. */
export function sequencesFor(...orders: readonly string[]): fc.Arbitrary<readonly Step[]> {
  const creating = creatingFor(orders);
  return fc
    .tuple(
      fc.array(creating, { minLength: 1, maxLength: orders.length }),
      fc.array(fc.noBias(stepsWith(creating)), { maxLength: 60, size: 'max' }),
    )
    .map(([first, rest]) => [...first, ...rest]);
}

export const sequences = sequencesFor('order-1', 'order-2', 'order-3', 'order-4');

/** One key in four is one of a few that come again and again; one ask in eight has none. */
function keyed(command: CallerCommand, key: number, { serial }: World): CallerCommand {
  if (command.type === 'expire') return command;
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

function contradictionIn(world: World, step: { readonly pick: number }): Command | null {
  const ended = [...world.operations.values()].filter(({ closedAt }) => closedAt !== null);
  const live = ended.filter(({ paymentId }) => {
    const status = world.payments.get(paymentId)?.status;
    return status !== undefined && !final.includes(status);
  });
  const operation = pickOf(live.length > 0 ? live : ended, step);
  if (!operation) return null;
  const { id: operationId, paymentId, status } = operation;
  return told(status === 'succeeded' ? declined : succeeded, { paymentId, operationId });
}

function settlementIn(world: World, step: Step & { readonly type: 'settle' }): Command | null {
  const flagged = [...world.payments.values()].filter(({ discrepancy }) => discrepancy);
  const payment = pickOf(flagged, step);
  if (!payment) return null;
  const isAny = operationsOf(world, payment).some(({ suspense }) => suspense === 'suspense');
  return resolve(isAny ? step.to : null, { paymentId: payment.id, idempotencyKey: null });
}

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
      const live = all.filter(({ status, discrepancy }) =>
        step.command.type === 'resolve' ? discrepancy : !final.includes(status),
      );
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
    case 'contradict':
      return facts === 'any facts' ? contradictionIn(world, step) : null;
    case 'settle':
      return settlementIn(world, step);
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
    if (command.type !== 'outcome' && command.type !== 'import') earlier.push(command);
    watch(play(world, command));
    world.now += 1;
  }
  return world;
}
