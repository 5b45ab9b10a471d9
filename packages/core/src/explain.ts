/** What may be done with a payment next; for what may not, why not and what would make it so. */
import type { CallerCommand } from './commands.ts';
import { decide } from './decide.ts';
import type { OrderHolder } from './decision.ts';
import type { FreshIds } from './ids.ts';
import { formatAmount } from './money.ts';
import {
  type Action,
  actions,
  allows,
  collects,
  isReportedByHand,
  lifecycle,
  type Operation,
  type OperationKind,
  type Outcome,
  operationOfAction,
  type Payment,
  type Status,
} from './payment.ts';
import { detailOf, type RefusalCode } from './refusal.ts';
import { remainingOf } from './suspense.ts';

/** An action, and what stands in its way if anything does. */
export interface Explained {
  readonly action: Action | 'resolve';
  /** The most that it may move, in minor units; null where it is not allowed, or moves no money. */
  readonly upTo: bigint | null;
  readonly obstacle: Obstacle | null;
}

/** What stands in the way of an action. */
export interface Obstacle {
  /** As who tried would be refused. */
  readonly code: RefusalCode;
  /** Why not, as a caller who tried would be told. */
  readonly why: string;
  /** What would make it so. */
  readonly remedy: string;
}

/** @param now milliseconds since the epoch */
export function explainActions(
  payment: Payment,
  operations: readonly Operation[],
  holder: OrderHolder | null,
  now: number,
): readonly Explained[] {
  const known = actions.filter((it) => it !== 'report' || isReportedByHand(payment.provider));
  return [...known, 'resolve' as const].map((action): Explained => {
    const command = attempt(action, payment, operations);
    const decision = decide({ payment, operations, keyUse: null, holder }, command, now, noIds);
    if (decision.kind === 'applied') {
      return { action, upTo: mostOf(action, payment, operations), obstacle: null };
    }
    if (decision.kind !== 'refused') return { action, upTo: null, obstacle: alreadySo(payment) };
    const { code } = decision.refusal;
    const remedy = remedyFor(action, code, payment, operations);
    return { action, upTo: null, obstacle: { code, why: detailOf(decision.refusal), remedy } };
  });
}

const alreadySo = ({ status }: Payment): Obstacle => ({
  code: 'status_not_reachable',
  why: `It is ${status} already.`,
  remedy: 'Nothing: it is what was asked for.',
});

/** A capture and a refund may move a part. */
function mostOf(
  action: Explained['action'],
  payment: Payment,
  operations: readonly Operation[],
): bigint | null {
  if (action !== 'capture' && action !== 'refund') return null;
  return remainingOf(action, payment, operations);
}

/** Trying is not doing: what it is decided to be is thrown away. */
const noIds: FreshIds = { paymentId: 'pay_', operationId: 'op_', eventId: 'evt_' };

function attempt(
  action: Explained['action'],
  { merchantId, id: paymentId }: Payment,
  operations: readonly Operation[],
): CallerCommand {
  const of = { merchantId, paymentId, actor: 'explain', idempotencyKey: null };
  const inSuspense = operations.some(({ suspense }) => suspense === 'suspense');
  switch (action) {
    case 'capture':
      return { type: 'capture', ...of, amount: 'rest' };
    case 'cancel':
      return { type: 'cancel', ...of };
    case 'refund':
      return { type: 'refund', ...of, amount: 'rest', reason: null };
    case 'report':
      return { type: 'report', ...of, status: 'SUCCESS' };
    case 'resolve':
      return {
        type: 'resolve',
        ...of,
        reason: 'explain',
        suspenseTo: inSuspense ? 'merchant_payable' : null,
      };
  }
}

function remedyFor(
  action: Explained['action'],
  code: RefusalCode,
  payment: Payment,
  operations: readonly Operation[],
): string {
  switch (code) {
    case 'outcome_unknown':
      return `Wait: the provider is asked again until the outcome of the ${payment.openOperation ?? 'operation'} is known.`;
    case 'amount_exceeds_remaining':
      return payment.refundPending > 0n
        ? `A refund of ${formatAmount(payment.refundPending, payment.currency)} is open: what is declined of it can be refunded again.`
        : 'Nothing: by what was found when its discrepancy was resolved, none of it is left.';
    case 'order_already_paid':
    case 'order_payment_in_progress':
      return "Refund or cancel the order's other payment first.";
    case 'discrepancy_unresolved':
      return 'Resolve the discrepancy: `POST …/resolve/`, with a key that has the scope `admin`.';
    case 'no_discrepancy':
      return 'Nothing: there is nothing to resolve.';
    default:
      return action === 'resolve'
        ? 'Nothing.'
        : pathTo(operationOfAction[action], payment, operations);
  }
}

type Step = readonly [OperationKind, Outcome];

/** The shortest way to a status that allows an operation of `kind`, in words. */
function pathTo(kind: OperationKind, payment: Payment, operations: readonly Operation[]): string {
  const byHand = isReportedByHand(payment.provider);
  const collection = byHand ? 'charge' : operations.find((one) => collects(one.kind))?.kind;
  const reached = new Map<Status, readonly Step[]>([[payment.status, []]]);
  for (const [status, steps] of reached) {
    if (steps.length > 0 && allows(status, kind)) {
      return `Once ${steps.map(inWords).join(', and ')}.`;
    }
    for (const [step, next] of stepsFrom(status)) {
      // A payment has one charge or one authorization, as it was created.
      const isAskedFor = !collects(step[0]) || step[0] === collection;
      if (isAskedFor && !reached.has(next)) reached.set(next, [...steps, step]);
    }
  }
  if (kind === 'void' && payment.captured > 0n)
    return 'Nothing: it is captured. Refund it instead.';
  if (kind === 'capture' && byHand) return 'Nothing: it is reported on, not captured.';
  if (kind === 'capture' && collection === 'charge') {
    return 'Nothing: it was created to be charged at once. Create one with `capture: "manual"` to capture later.';
  }
  return `Nothing: no way leads there from ${payment.status}. Create another payment for the order.`;
}

function stepsFrom(status: Status): readonly (readonly [Step, Status])[] {
  const rows = Object.entries(lifecycle[status]) as [OperationKind, Record<Outcome, Status>][];
  return rows.flatMap(([kind, outcomes]) =>
    (Object.entries(outcomes) as [Outcome, Status][]).map(
      ([outcome, next]) => [[kind, outcome], next] as const,
    ),
  );
}

const words: Readonly<Record<Outcome, string>> = {
  succeeded: 'succeeds',
  declined: 'is declined',
  requires_action: 'asks the payer to act',
};

const inWords = ([kind, outcome]: Step): string => `the ${kind} ${words[outcome]}`;
