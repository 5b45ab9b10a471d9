/** The first event of an imported payment: the one place that tells what it was by then. */
import { type ImportedStatus, importedMovements, importedProvider } from '../imported.ts';
import { movesMoney, postingsOf } from '../ledger.ts';
import type { Operation, OperationKind, Outcome } from '../payment.ts';
import { differ, type StoredEvent, type Story } from './story.ts';

export function beginImported(story: Story, event: StoredEvent): void {
  const { payment } = story;
  if (payment.provider !== importedProvider) {
    differ(story, event, 'provider', importedProvider, payment.provider);
  }
  const [, source = ''] = /^import:(.+)$/.exec(event.actor) ?? [];
  if (source === '') differ(story, event, 'actor', 'an import', event.actor);
  story.importedFrom = source;
  const told = event.payment;
  const status = told?.status ?? '';
  if (!isImported(status)) {
    differ(story, event, 'status', Object.keys(importedMovements).join(', '), status);
    return;
  }
  const isPaidTwice = told?.discrepancy === true && status === 'SUCCESS';
  const captured = status === 'SUCCESS' || status === 'REFUNDED' ? payment.amount : 0n;
  story.facts = {
    ...story.facts,
    status,
    authorized: captured,
    captured,
    refunded: status === 'REFUNDED' ? payment.amount : 0n,
    holdsOrder: status === 'SUCCESS' && !isPaidTwice,
    discrepancy: isPaidTwice,
  };

  const movements: readonly (readonly [OperationKind, Outcome])[] = importedMovements[status];
  if (movements.length === 0 && event.operationId !== null) {
    differ(story, event, 'operation', 'none', event.operationId);
  }
  for (const [kind, outcome] of movements) {
    const row = rowOf(story, event, kind);
    if (row) happened(story, event, row, outcome, isPaidTwice);
    else differ(story, event, 'operation', `a ${kind} of this payment`, event.operationId);
  }
}

const isImported = (status: string): status is ImportedStatus => status in importedMovements;

/** The event names the first; of refunds an imported payment that is REFUNDED has no other. */
function rowOf({ rows }: Story, { operationId }: StoredEvent, kind: OperationKind) {
  if (kind === 'refund') return [...rows.values()].find((row) => row.kind === kind);
  const row = operationId === null ? undefined : rows.get(operationId);
  return row?.kind === kind ? row : undefined;
}

function happened(
  story: Story,
  event: StoredEvent,
  row: Operation,
  outcome: Outcome,
  isPaidTwice: boolean,
): void {
  const { payment } = story;
  const at = row.kind === 'charge' ? payment.createdAt : event.createdAt;
  story.operations.set(row.id, {
    row,
    openedAt: at,
    amount: payment.amount,
    status: outcome,
    contradiction: null,
    suspense: isPaidTwice && movesMoney(row.kind) ? 'suspense' : null,
    closedAt: at,
    answeredIn: null,
  });
  if (outcome === 'declined') story.facts = { ...story.facts, failure: row.failure };
  if (outcome !== 'succeeded') return;
  if (row.kind === 'charge') story.facts = { ...story.facts, transactionId: row.reference };
  else if (row.reference !== null) differ(story, event, 'reference', 'none', row.reference);
  story.postings.push(...postingsOf(payment, { ...row, amount: payment.amount }, isPaidTwice, at));
}
