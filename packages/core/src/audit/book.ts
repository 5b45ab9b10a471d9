/** What the postings must be: the three lines of an operation, by what its provider has said. */
import { settlingAccounts } from '../accounts.ts';
import { movesMoney, postingsIntoSuspense, postingsOf, postingsOutOfSuspense } from '../ledger.ts';
import type { Outcome } from '../payment.ts';
import { differ, type StoredEvent, type Story, type ToldOperation } from './story.ts';

/** Line 1 of what `succeeded` just now, and line 2 of whatever has come to be in doubt by this event. */
export function book(
  story: Story,
  event: StoredEvent,
  succeeded: ToldOperation | null,
  isImpossible: boolean,
): void {
  const { payment, postings } = story;
  const early = event.isEarly === true;
  const suspend = (operation: ToldOperation): void => {
    operation.suspense = 'suspense';
    story.facts = { ...story.facts, discrepancy: true };
  };
  if (succeeded && movesMoney(succeeded.row.kind)) {
    const inDoubt = isImpossible || (!early && isInDoubt(story, succeeded));
    postings.push(...postingsOf(payment, succeeded.row, inDoubt, event.createdAt));
    if (inDoubt) suspend(succeeded);
  }
  if (early) return;
  for (const operation of story.operations.values()) {
    if (operation.suspense !== null || !isInDoubt(story, operation)) continue;
    postings.push(...postingsIntoSuspense(payment, operation.row, event.createdAt));
    suspend(operation);
  }
}

/** It moved money, and its provider also said that it did not, or that the payment was voided. */
export function isInDoubt({ operations }: Story, operation: ToldOperation): boolean {
  const { kind } = operation.row;
  if (!movesMoney(kind) || !wasSaid(operation, 'succeeded')) return false;
  if (wasSaid(operation, 'declined')) return true;
  const voids = [...operations.values()].filter(({ row }) => row.kind === 'void');
  return kind !== 'refund' && voids.some((other) => wasSaid(other, 'succeeded'));
}

const wasSaid = ({ status, contradiction }: ToldOperation, outcome: Outcome): boolean =>
  status === outcome || contradiction === outcome;

/** Line 3 of all that is in suspense. Where to, only the operations' rows keep. */
export function resolve(story: Story, event: StoredEvent): void {
  const { facts, payment, postings } = story;
  if (!facts.discrepancy) differ(story, event, 'type', 'a discrepancy to resolve', event.type);
  if (event.operationId !== null) differ(story, event, 'operation', 'none', event.operationId);
  story.facts = { ...facts, discrepancy: false };
  const inSuspense = [...story.operations.values()].filter((it) => it.suspense === 'suspense');
  const account = settlingAccounts.find((one) => one === inSuspense[0]?.row.suspense);
  for (const operation of inSuspense) {
    operation.suspense = account ?? 'merchant_payable';
    if (!account) continue;
    postings.push(...postingsOutOfSuspense(payment, operation.row, account, event.createdAt));
  }
}
