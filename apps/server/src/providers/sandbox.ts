/**
 * `sandbox`: a simulated provider for test merchants. What it answers depends on nothing but the
 * operation and the attempt, so it needs no memory and survives any crash.
 *
 * An amount that ends in `.99` is declined, any other approved. A `payment_method` token chooses
 * another outcome; `docs/SANDBOX.md` lists them.
 */
import {
  type Failure,
  formatAmount,
  type OperationId,
  type OperationKind,
  type ProviderOutcome,
  uuidOf,
} from '@florin/core';
import type { Provider, ProviderRequest } from './provider.ts';
import { createReadReport } from './sandbox-report.ts';

export interface SandboxOptions {
  /** What its reports are signed with (`whsec_…`); without it, it takes none. */
  readonly secret?: string | undefined;
  /** Where payers reach this Florin, such as `https://pay.example`. May throw: not known yet. */
  readonly publicUrl?: () => string;
  /** Called when the money has moved, before anyone hears of it: where a test ends the process. */
  readonly onAnswer?: (request: ProviderRequest) => void;
}

/** What it knows an operation's movement by. */
export const referenceOf = (id: OperationId): string => `sandbox_${uuidOf(id)}`;

/** Where a payer acts on a payment that demands it: the page is in `sandbox-payer.ts`. */
export const payerPath = '/sandbox/payer';

const declined = (code: string, message: string): ProviderOutcome => ({
  outcome: 'declined',
  failure: { code, message } satisfies Failure,
});
const unknown: ProviderOutcome = { outcome: 'unknown' };
const approved = ({ operation }: ProviderRequest): ProviderOutcome => ({
  outcome: 'succeeded',
  reference: referenceOf(operation.id),
});
const cardDeclined = declined('card_declined', 'The card was declined.');

type Answer = (request: ProviderRequest, publicUrl: () => string) => ProviderOutcome;
type Script = Partial<Record<OperationKind, Answer>>;

const onCollection = (answer: Answer): Script => ({ charge: answer, authorize: answer });
const unknownAtFirst: Answer = (request) =>
  request.operation.attempts === 1 ? unknown : approved(request);

/** What each token changes; what it does not name is approved. */
const scripts: ReadonlyMap<string, Script> = new Map<string, Script>(
  Object.entries({
    pm_approved: {},
    pm_declined: onCollection(() => cardDeclined),
    pm_insufficient_funds: onCollection(() =>
      declined('insufficient_funds', 'The card has insufficient funds.'),
    ),
    pm_requires_action: onCollection(({ operation: { merchantId, id } }, publicUrl) => ({
      outcome: 'requires_action',
      nextAction: { type: 'redirect', url: `${publicUrl()}${payerPath}/${merchantId}/${id}` },
    })),
    pm_unknown: onCollection(() => unknown),
    pm_unreachable_at_first: onCollection(unknownAtFirst),
    pm_unknown_at_first: onCollection(unknownAtFirst),
    pm_refund_declined: { refund: () => declined('refund_declined', 'The refund was declined.') },
    pm_refund_unknown_at_first: { refund: unknownAtFirst },
    pm_void_declined: { void: () => declined('void_declined', 'The void was declined.') },
    pm_capture_declined: {
      capture: () => declined('capture_declined', 'The capture was declined.'),
    },
  }),
);

/** Whose money has moved although the answer was lost: a lookup finds it. */
const movedAtFirst: ReadonlySet<string> = new Set([
  'pm_unknown_at_first',
  'pm_refund_unknown_at_first',
]);

/** The tokens that it knows, for the documentation's test. */
export const sandboxTokens: readonly string[] = [...scripts.keys()];

function answer(request: ProviderRequest, publicUrl: () => string): ProviderOutcome {
  const { operation, payment } = request;
  const isCollection = operation.kind === 'charge' || operation.kind === 'authorize';
  if (payment.paymentMethod !== null) {
    const script = scripts.get(payment.paymentMethod);
    if (!script) {
      return declined('unknown_payment_method', 'The sandbox knows no such payment_method.');
    }
    return (script[operation.kind] ?? approved)(request, publicUrl);
  }
  const isDeclined = formatAmount(operation.amount, payment.currency).endsWith('.99');
  return isCollection && isDeclined ? cardDeclined : approved(request);
}

export function createSandbox(options: SandboxOptions = {}): Provider {
  const { secret, publicUrl = () => 'http://127.0.0.1:8000', onAnswer = () => {} } = options;
  return {
    name: 'sandbox',
    modes: ['test'],
    // Without a memory it knows of nothing but what its scripts say that it moved.
    async lookup(request) {
      const isMoved = movedAtFirst.has(request.payment.paymentMethod ?? '');
      return isMoved ? answer(request, publicUrl) : null;
    },
    async perform(request) {
      const outcome = answer(request, publicUrl);
      onAnswer(request);
      return outcome;
    },
    ...(secret === undefined ? {} : { readReport: createReadReport(secret) }),
  };
}
