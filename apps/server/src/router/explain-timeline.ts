/** A payment's timeline in sentences: what was asked, what providers said, and what is awaited. */
import {
  type EventType,
  formatAmount,
  formatTime,
  type Operation,
  type OperationId,
  type OperationKind,
  type Payment,
} from '@florin/core';
import type { TimelineEntry as Entry } from '@florin/core/wire';
import type { Step, StoredReport } from '@florin/db';

type Operations = ReadonlyMap<OperationId, Operation>;

/** Oldest first; what is awaited comes last. */
export function timelineOf(
  payment: Payment,
  steps: readonly Step[],
  operations: readonly Operation[],
  reports: readonly StoredReport[],
): Entry[] {
  const byId: Operations = new Map(operations.map((operation) => [operation.id, operation]));
  const told = [
    ...steps.map((step) => [step.createdAt, stepEntry(payment, step, byId)] as const),
    ...reports.map((report) => [report.receivedAt, reportEntry(report, byId)] as const),
  ];
  // Stable: a report comes after the version that it led to in the same millisecond.
  const happened = told.toSorted(([one], [other]) => one - other).map(([, entry]) => entry);
  return [...happened, ...operations.flatMap((operation) => awaited(payment, operation))];
}

function stepEntry(payment: Payment, step: Step, operations: Operations): Entry {
  const operation = step.operationId === null ? undefined : operations.get(step.operationId);
  return {
    at: formatTime(step.createdAt),
    kind: step.actor.startsWith('provider:') ? 'outcome' : 'command',
    what: sentence(payment, step, operation),
    by: step.actor,
    version: step.version,
    operationId: step.operationId,
  };
}

function sentence(payment: Payment, step: Step, operation: Operation | undefined): string {
  if (step.type === 'payment.created') return created(payment, operation);
  if (step.type === 'payment.imported') return imported(payment);
  if (step.type === 'discrepancy.resolved') return `The discrepancy was resolved: ${step.reason}.`;
  const [kind, happened] = step.type.split('.') as [OperationKind, Happened];
  const movement = `The ${kind}${operation ? ` of ${money(operation, payment)}` : ''}`;
  return `${movement} ${said[happened](operation)}.`;
}

type Happened = Exclude<
  EventType extends `${string}.${infer H}` ? H : never,
  'created' | 'imported' | 'resolved'
>;

const said: Readonly<Record<Happened, (operation: Operation | undefined) => string>> = {
  opened: (operation) => `was asked for${operation?.reason ? `: ${operation.reason}` : ''}`,
  succeeded: (operation) =>
    `succeeded${operation?.reference ? `, by the reference ${operation.reference}` : ''}`,
  declined: (operation) =>
    `was declined${operation?.failure ? `: ${operation.failure.message} (${operation.failure.code})` : ''}`,
  requires_action: () => 'waits for the payer to act',
  discrepancy: () =>
    'was reported as should not be possible: it is believed, its money is in suspense, and somebody must resolve it',
};

function created(payment: Payment, operation: Operation | undefined): string {
  const amount = `${formatAmount(payment.amount, payment.currency)} ${payment.currency}`;
  const asked = operation
    ? `, and its ${operation.kind} was asked for`
    : ', to be reported by hand';
  return `The payment of ${amount} for the order was created with ${payment.provider}${asked}.`;
}

function imported({ amount, currency, metadata }: Payment): string {
  const number = metadata['legacy_id'];
  const under = number === undefined ? '' : `, where it was payment ${number}`;
  return `The payment of ${formatAmount(amount, currency)} ${currency} was imported as history from the old system${under}.`;
}

function money({ amount }: Operation, { currency }: Payment): string {
  return `${formatAmount(amount, currency)} ${currency}`;
}

function reportEntry(report: StoredReport, operations: Operations): Entry {
  const { outcome, status, reason, operationId } = report;
  const kind = operations.get(operationId)?.kind ?? 'operation';
  const became = {
    applied: 'It was applied; where it said nothing new it changed nothing.',
    waiting: 'It waits to be applied.',
    dead: `It could not be applied: ${reason}.`,
  }[status];
  const happenedAt = formatTime(report.occurredAt);
  return {
    at: formatTime(report.receivedAt),
    kind: 'report',
    what: `The report ${report.id} came in, of ${happenedAt}: ${kind} ${outcome.outcome}. ${became}`,
    by: `provider:${report.provider}`,
    version: null,
    operationId,
  };
}

/** What is still to come, and when. */
function awaited(payment: Payment, operation: Operation): readonly Entry[] {
  const { status, kind, attempts, leaseUntil, id } = operation;
  const by = `provider:${payment.provider}`;
  const waiting = { kind: 'waiting', by, version: null, operationId: id } as const;
  if (status === 'open' && leaseUntil !== null) {
    const what = `The outcome of the ${kind} is not known yet. Asked ${attempts === 1 ? 'once' : `${attempts} times`}; the next is at ${formatTime(leaseUntil)}.`;
    return [{ ...waiting, at: formatTime(leaseUntil), what }];
  }
  if (payment.expiresAt === null || payment.openOperation !== null) return [];
  const at = formatTime(payment.expiresAt);
  if (status === 'requires_action' && payment.status === 'REQUIRES_ACTION') {
    return [{ ...waiting, at, what: `The payer must act by ${at}, else the payment is voided.` }];
  }
  if (kind === 'authorize' && payment.status === 'AUTHORIZED') {
    return [{ ...waiting, at, what: `The hold runs out at ${at}: then the payment is voided.` }];
  }
  return [];
}
