/**
 * A payment's events, told over again: what they say of its amounts and its operations. Written apart
 * from `decide` and `settle`, so that a fault of theirs shows; the tables alone (the lifecycle, the
 * ledger's entries) are the same.
 */
import {
  collects,
  isReportedByHand,
  keepsOrder,
  nextStatus,
  type Operation,
  type Outcome,
  type Status,
} from '../payment.ts';
import { book, isInDoubt, resolve } from './book.ts';
import { shownAmount } from './compare.ts';
import { beginImported } from './imported.ts';
import { differ, type StoredEvent, type Story, type ToldOperation } from './story.ts';

/** Tells what one event says, after all those before it. */
export function tell(story: Story, event: StoredEvent): void {
  const isFirst = event.type === 'payment.created' || event.type === 'payment.imported';
  if ((event.version === 1) !== isFirst) {
    const first = 'payment.created or payment.imported';
    differ(story, event, 'type', event.version === 1 ? first : `any but ${first}`, event.type);
  }
  if (event.type === 'payment.created') begin(story, event);
  else if (event.type === 'payment.imported') beginImported(story, event);
  else if (event.type === 'discrepancy.resolved') resolve(story, event);
  else tellOperation(story, event);
}

function tellOperation(story: Story, event: StoredEvent): void {
  const row = event.operationId === null ? undefined : story.rows.get(event.operationId);
  const [kind = '', happened = ''] = event.type.split('.');
  if (row?.kind !== kind) {
    const expected = `a ${kind} of this payment`;
    differ(story, event, 'operation', expected, row?.kind ?? event.operationId);
    return;
  }
  const byHand = isReportedByHand(story.payment.provider);
  if (happened === 'opened' || (byHand && !story.operations.has(row.id))) open(story, event, row);
  if (happened === 'opened') return;
  const operation = story.operations.get(row.id);
  if (operation) answer(story, event, operation, happened);
  else differ(story, event, 'operation', 'opened before', 'not opened');
}

function answer(story: Story, event: StoredEvent, operation: ToldOperation, said: string): void {
  const isFinal = operation.status === 'succeeded' || operation.status === 'declined';
  const outcome = said === 'discrepancy' ? 'succeeded' : said;
  if (isFinal && said === 'discrepancy') contradict(story, event, operation);
  else if (!isFinal && isOutcome(outcome)) settle(story, event, operation, outcome);
  else differ(story, event, 'type', 'what can follow', event.type);
}

const isOutcome = (text: string): text is Outcome =>
  text === 'succeeded' || text === 'declined' || text === 'requires_action';

/** With `manual` there is nobody to ask: its payments begin without an operation. */
function begin(story: Story, event: StoredEvent): void {
  const byHand = isReportedByHand(story.payment.provider);
  const row = event.operationId === null ? undefined : story.rows.get(event.operationId);
  const isRight = byHand ? event.operationId === null : row !== undefined && collects(row.kind);
  if (!isRight) {
    const expected = byHand ? 'none' : 'a charge or authorize of this payment';
    differ(story, event, 'operation', expected, row?.kind ?? event.operationId);
  } else if (row) open(story, event, row);
}

function open(story: Story, event: StoredEvent, row: Operation): void {
  const { facts, operations, payment } = story;
  const { kind } = row;
  const isAtOnce = event.type !== 'payment.created' && event.type !== `${kind}.opened`;
  if (operations.has(row.id)) {
    differ(story, event, 'operation', 'a new one', row.id);
    return;
  }
  if (isReportedByHand(payment.provider) && !isAtOnce) {
    differ(story, event, 'type', 'settled at once: it was reported by hand', event.type);
  }
  if (nextStatus(facts.status, kind, 'succeeded') === null) {
    differ(story, event, 'operation', `one that may be asked for in ${facts.status}`, kind);
  }
  const isBusy = [...operations.values()].some(
    (other) => other.row.kind !== 'refund' && other.status === 'open',
  );
  if (kind !== 'refund' && isBusy) {
    differ(story, event, 'operation', 'none while another one is open', row.id);
  }
  const whole = kind === 'void' ? payment.amount - facts.captured : payment.amount;
  operations.set(row.id, {
    row,
    openedAt: event.createdAt,
    amount: kind === 'capture' || kind === 'refund' ? null : whole,
    status: 'open',
    contradiction: null,
    suspense: null,
    closedAt: null,
    answeredIn: null,
  });
  const left = facts.authorized - facts.captured;
  if (kind === 'capture' && row.amount > left) {
    const most = `at most ${shownAmount(left, payment.currency)}`;
    differ(story, event, 'amount', most, shownAmount(row.amount, payment.currency));
  }
  if (kind === 'refund') {
    story.facts = { ...facts, refundPending: facts.refundPending + row.amount };
  }
}

/** An operation's outcome. Where the lifecycle has no row for a success, the payment stays as it is. */
function settle(
  story: Story,
  event: StoredEvent,
  operation: ToldOperation,
  outcome: Outcome,
): void {
  const { facts } = story;
  const { kind, amount, reference } = operation.row;
  const next = whereTo(story, operation, outcome, event);
  const succeeded = outcome === 'succeeded';
  const isHarmless =
    (kind === 'authorize' && event.isEarly !== true) || (kind === 'void' && facts.captured === 0n);
  const isImpossible = succeeded && next === null && !isHarmless;
  const type = `${kind}.${isImpossible ? 'discrepancy' : outcome}`;
  if (event.type !== type) differ(story, event, 'type', type, event.type);
  if (outcome === 'requires_action' && next === null) {
    differ(story, event, 'type', `nothing: it is ${facts.status}`, event.type);
  }

  operation.status = outcome;
  operation.closedAt = outcome === 'requires_action' ? null : event.createdAt;
  operation.answeredIn ??= event.version;
  const after = { ...facts };
  if (kind === 'refund') after.refundPending -= amount;
  if (succeeded && !isImpossible) {
    if (kind === 'charge' || kind === 'authorize') after.authorized = amount;
    if (kind === 'charge') after.captured = amount;
    if (kind === 'capture') after.captured += amount;
    if (kind === 'refund') after.refunded += amount;
    if (collects(kind)) after.transactionId = reference;
  }
  const isRefunded = after.captured > 0n && after.refunded === after.captured;
  after.status = isRefunded ? 'REFUNDED' : (next ?? facts.status);
  after.holdsOrder = keepsOrder({ ...facts, provider: story.payment.provider }, after.status);
  if (next === 'FAILED') after.failure = whyFailed(story, operation);
  // The one place that keeps it: it is compared with what comes after.
  if (outcome === 'requires_action') after.nextAction = event.payment?.nextAction ?? null;
  if (after.status !== 'REQUIRES_ACTION') after.nextAction = null;
  // Also of money that was in doubt before, and settled: it stays where it is, and is looked at again.
  const all = [...story.operations.values()];
  const voidsMoney = succeeded && kind === 'void' && all.some((it) => isInDoubt(story, it));
  const refundsUndone = succeeded && kind === 'refund' && all.some(isUndone);
  after.discrepancy ||= isImpossible || ((voidsMoney || refundsUndone) && event.isEarly !== true);
  story.facts = after;
  book(story, event, succeeded ? operation : null, isImpossible);
}

/** A collection that its provider made undone, as an operator found. */
function isUndone({ row, status, suspense }: ToldOperation): boolean {
  const collected = row.kind === 'charge' || row.kind === 'capture';
  return collected && status === 'succeeded' && suspense === 'provider_receivable';
}

/** Where the outcome leads; a decline waits for what becomes of a void. */
function whereTo(
  { facts, operations }: Story,
  { row: { kind } }: ToldOperation,
  outcome: Outcome,
  { isEarly }: StoredEvent,
): Status | null {
  const next = nextStatus(facts.status, kind, outcome);
  if (outcome !== 'declined' || isEarly === true) return next;
  const all = [...operations.values()];
  if (collects(kind)) {
    return all.some(({ row, status }) => row.kind === 'void' && status === 'open') ? null : next;
  }
  const failed = all.find(({ row, status }) => collects(row.kind) && status === 'declined');
  if (kind !== 'void' || !failed) return next;
  return nextStatus(facts.status, failed.row.kind, 'declined');
}

function whyFailed({ operations }: Story, settled: ToldOperation) {
  const collection = [...operations.values()].find(({ row }) => collects(row.kind));
  return collection?.row.failure ?? settled.row.failure;
}

/** A final status that is contradicted stays: the payment is flagged, and what moved is in suspense. */
function contradict(story: Story, event: StoredEvent, operation: ToldOperation): void {
  if (operation.contradiction !== null) {
    differ(story, event, 'type', 'a contradiction that was not told before', event.type);
    return;
  }
  operation.contradiction = operation.status === 'succeeded' ? 'declined' : 'succeeded';
  story.facts = { ...story.facts, discrepancy: true };
  book(story, event, operation.contradiction === 'succeeded' ? operation : null, true);
}
