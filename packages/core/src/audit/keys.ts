/** The idempotency keys that a payment and its operations name, against what became of them. */
import type { KeyUse } from '../decision.ts';
import { collects, isReportedByHand } from '../payment.ts';
import { compare } from './compare.ts';
import type { Difference, Story, ToldOperation } from './story.ts';

export function keyDifferences(story: Story, uses: readonly KeyUse[]): readonly Difference[] {
  const { payment } = story;
  const byKey = new Map(uses.map((use) => [use.key, use]));
  const told = [...story.operations.values()];
  const byHand = isReportedByHand(payment.provider);
  const first = byHand ? undefined : told.find(({ row }) => collects(row.kind));
  const others = told.filter((operation) => operation !== first);
  return [
    ...firstKeyDifferences(story, byKey, first, byHand),
    ...others.flatMap((operation) => keyDifferencesOf(story, byKey, operation)),
  ];
}

/** What the key's request says of the payment that it created. */
const firstNames = [
  'paymentId',
  'version',
  'command',
  'orderId',
  'amount',
  'currency',
  'provider',
  'capture',
  'importedFrom',
] as const;

/** The key that the payment was created with: also that of its first operation, whose outcome answers it. */
function firstKeyDifferences(
  { payment, importedFrom }: Story,
  uses: ReadonlyMap<string, KeyUse>,
  first: ToldOperation | undefined,
  byHand: boolean,
): readonly Difference[] {
  const key = payment.idempotencyKey;
  const what = `key "${key}"`;
  const use = uses.get(key);
  if (!use) return [missing(what)];
  const request = use.request ?? {};
  const asked = first?.row.kind === 'authorize' ? 'manual' : 'automatic';
  const expected = {
    paymentId: payment.id,
    version: byHand ? 1 : (first?.answeredIn ?? null),
    command: 'create',
    orderId: payment.orderId,
    amount: String(payment.amount),
    currency: payment.currency,
    provider: payment.provider,
    capture: byHand ? request['capture'] : asked,
    importedFrom: importedFrom ?? undefined,
  };
  const { paymentId, version } = use;
  const found = { ...request, paymentId, version } as Partial<typeof expected> as typeof expected;
  const ofFirst = first?.row.idempotencyKey ?? (byHand ? key : null);
  return [
    ...compare(what, expected, found, firstNames, payment.currency),
    ...(ofFirst === key
      ? []
      : [{ what: `operation ${first?.row.id}, key`, expected: key, found: ofFirst ?? 'none' }]),
  ];
}

function keyDifferencesOf(
  { payment }: Story,
  uses: ReadonlyMap<string, KeyUse>,
  { row, answeredIn }: ToldOperation,
): readonly Difference[] {
  if (row.idempotencyKey === null) return [];
  const what = `key "${row.idempotencyKey}"`;
  const use = uses.get(row.idempotencyKey);
  if (!use) return [missing(what)];
  const request = use.request ?? {};
  const isRefund = request['command'] === 'refund';
  const names = ['paymentId', 'version', 'amount', 'reason'] as const;
  const found = {
    paymentId: use.paymentId,
    version: use.version,
    // Absent where all that remained was asked for.
    amount: request['amount'] ?? String(row.amount),
    reason: (isRefund ? request['reason'] : undefined) ?? null,
  };
  const expected = {
    paymentId: payment.id,
    version: answeredIn,
    amount: String(row.amount),
    reason: row.reason,
  };
  return compare(`${what} of ${row.id}`, expected, found, names, payment.currency);
}

const missing = (what: string): Difference => ({ what, expected: 'kept for good', found: 'none' });
