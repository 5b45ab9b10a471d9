/** One payment's rows after random commands, as the database would keep them: something to audit. */
import fc from 'fast-check';
import {
  type Books,
  type CallerCommand,
  type Command,
  decide,
  type Event,
  type Import,
  importedStatuses,
  type KeyUse,
  type Operation,
  type Payment,
  type Posting,
  type ProviderOutcome,
  type State,
  statuses,
} from '../src/index.ts';
import {
  cancel,
  capture,
  create,
  declined,
  freshIds,
  imported,
  merchantId,
  now,
  otherPaymentId,
  paymentId,
  refund,
  report,
  requiresAction,
  succeeded,
  told,
} from './given.ts';

/** What happens next: `of` picks the operation that a provider tells of. */
export type Step =
  | { readonly ask: CallerCommand }
  | { readonly tell: ProviderOutcome; readonly of: number };

const expire: CallerCommand = {
  type: 'expire',
  merchantId,
  actor: 'worker:expire',
  paymentId,
  idempotencyKey: null,
};

/** Settles the discrepancy; where to is said only where something is in suspense. */
export const resolve = (suspenseTo: 'merchant_payable' | 'provider_receivable'): Step => ({
  ask: {
    type: 'resolve',
    merchantId,
    actor: 'key_1',
    paymentId,
    reason: 'Seen in the statement',
    suspenseTo,
    idempotencyKey: 'new-1',
  },
});

/** Plays the steps from `first` on; what is refused leaves nothing. Each command has a key of its own. */
export function play(
  first: CallerCommand | Import,
  steps: readonly Step[],
  isOrderPaid = false,
): Books {
  const events: Event[] = [];
  const postings: Posting[] = [];
  const keys = new Map<string, KeyUse>();
  const operations = new Map<string, Operation>();
  let payment: Payment | null = null;
  for (const [index, step] of [{ first }, ...steps].entries()) {
    const state: State = {
      payment,
      operations: [...operations.values()],
      keyUse: null,
      holder: isOrderPaid && index === 0 ? { paymentId: otherPaymentId, paid: true } : null,
    };
    const command =
      'first' in step
        ? ({ ...step.first, idempotencyKey: 'key-0' } as Command)
        : commandOf(step, state, index);
    if (!command) continue;
    const decision = decide(state, command, now + index * 1_000, freshIds(index));
    if (decision.kind !== 'applied' && decision.kind !== 'unchanged') continue;
    if (decision.keyUse) keys.set(decision.keyUse.key, decision.keyUse);
    if (decision.kind === 'unchanged') continue;
    payment = decision.payment;
    for (const one of [decision.operation, ...decision.otherOperations]) {
      if (one) operations.set(one.id, one);
    }
    events.push(decision.event);
    postings.push(...decision.postings);
    const answered = decision.answersKey === null ? undefined : keys.get(decision.answersKey);
    if (answered) keys.set(answered.key, { ...answered, version: payment.version });
  }
  if (!payment) throw new Error('It was never created.');
  return {
    payment,
    operations: [...operations.values()],
    events,
    postings,
    keys: [...keys.values()],
  };
}

function commandOf(step: Step, { payment, operations }: State, index: number): Command | null {
  if ('ask' in step) {
    const { ask } = step;
    const of = payment?.id ?? paymentId;
    const key = ask.idempotencyKey === null ? null : `key-${index}`;
    const isSettled =
      ask.type === 'resolve' && !operations.some((it) => it.suspense === 'suspense');
    const asked = isSettled ? { ...ask, suspenseTo: null } : ask;
    return { ...asked, paymentId: of, idempotencyKey: key } as CallerCommand;
  }
  const operation = operations[step.of % operations.length];
  if (!operation) return null;
  return told(step.tell, { paymentId: operation.paymentId, operationId: operation.id });
}

const part = fc.oneof(fc.constant('rest' as const), fc.bigInt(1n, 9_000n));
const asks: fc.Arbitrary<Step> = fc
  .oneof(
    { weight: 2, arbitrary: part.map((amount) => capture(amount)) },
    { weight: 2, arbitrary: fc.constant(cancel()) },
    { weight: 1, arbitrary: fc.constant(expire) },
    { weight: 4, arbitrary: part.map((amount) => refund(amount, { reason: 'Returned' })) },
    { weight: 1, arbitrary: fc.constant(refund('rest', { idempotencyKey: null })) },
    { weight: 2, arbitrary: fc.constantFrom(...statuses).map((status) => report(status)) },
  )
  .map((ask) => ({ ask }));
const reference = fc.constantFrom('ref_1', 'ref_2', null);
const outcome: fc.Arbitrary<ProviderOutcome> = fc.oneof(
  {
    weight: 3,
    arbitrary: reference.map((it) => ({ ...succeeded, reference: it }) as ProviderOutcome),
  },
  { weight: 2, arbitrary: fc.constant(declined) },
  { weight: 1, arbitrary: fc.constant({ ...requiresAction, expiresAt: now } as ProviderOutcome) },
);
const tells: fc.Arbitrary<Step> = fc.record({ tell: outcome, of: fc.nat(9) });
const resolves = fc.constantFrom('merchant_payable' as const, 'provider_receivable' as const);
const step = fc.oneof(
  { weight: 4, arbitrary: asks },
  { weight: 6, arbitrary: tells },
  { weight: 1, arbitrary: resolves.map(resolve) },
);
const creation = fc.record({
  capture: fc.constantFrom('automatic' as const, 'manual' as const),
  provider: fc.constantFrom('sandbox', 'sandbox', 'manual'),
  currency: fc.constantFrom('USD' as const, 'JPY' as const),
});

const created: fc.Arbitrary<Books> = fc
  .tuple(creation, fc.array(step, { maxLength: 24, size: 'max' }))
  .map(([fields, steps]) => {
    const automatic = fields.provider === 'manual' ? { capture: 'automatic' as const } : {};
    return play(create({ ...fields, ...automatic, metadata: { cart: '7' } }), steps);
  });

const byHand = fc.oneof(
  { weight: 4, arbitrary: asks },
  { weight: 2, arbitrary: resolves.map(resolve) },
);
const importedHistories: fc.Arbitrary<Books> = fc
  .tuple(
    fc.record({
      status: fc.constantFrom(...importedStatuses),
      transactionId: fc.constantFrom('txn_17', null),
      currency: fc.constantFrom('USD' as const, 'JPY' as const),
    }),
    fc.boolean(),
    fc.array(byHand, { maxLength: 8 }),
  )
  .map(([fields, isOrderPaid, steps]) => play(imported(fields), steps, isOrderPaid));

export const histories: fc.Arbitrary<Books> = fc.oneof(
  { weight: 4, arbitrary: created },
  { weight: 1, arbitrary: importedHistories },
);
