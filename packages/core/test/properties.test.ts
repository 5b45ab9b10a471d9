import fc from 'fast-check';
import { expect, test } from 'vitest';
import { judge } from './law.ts';
import { laws, lawsOfPossibleFacts } from './laws.ts';
import { playAll, sequences } from './sequences.ts';

const numRuns = 2_000;

test('whatever providers say, the laws hold', () => {
  const property = fc.property(sequences, (steps) => {
    playAll(steps, 'any facts', (played) => judge(laws, played));
  });
  fc.assert(property, { numRuns });
});

test('where providers say what is possible, the books agree with the payments', () => {
  const property = fc.property(sequences, (steps) => {
    playAll(steps, 'possible facts', (played) => judge(lawsOfPossibleFacts, played));
  });
  fc.assert(property, { numRuns });
});

/** A law is worth what the sequences reach: a fixed seed gets everywhere. */
test('the sequences reach every status, event and refusal', () => {
  const reached = new Set<string>();
  for (const steps of fc.sample(sequences, { numRuns: 1_000, seed: 1 })) {
    playAll(steps, 'any facts', ({ command, decision }) => {
      reached.add(decision.kind === 'refused' ? decision.refusal.code : decision.kind);
      if (decision.kind !== 'applied') return;
      reached.add(decision.payment.status);
      reached.add(decision.event.type);
      if (decision.answersKey !== null) reached.add('answered');
      if (command.type === 'expire') reached.add('expired');
      if (decision.otherOperations.length > 0) reached.add(`others_by_${command.type}`);
      for (const { line, debit, credit } of decision.postings) {
        reached.add(`${line}:${debit}:${credit}`);
      }
    });
  }
  const expected = `
    amount_exceeds_remaining amount_not_positive idempotency_key_in_flight
    idempotency_key_reused not_cancellable not_capturable not_refundable order_already_paid
    order_payment_in_progress outcome_unknown payment_not_found provider_decides
    status_not_reachable capture_not_available no_discrepancy suspense_to_mismatch
    discrepancy_unresolved
    PENDING REQUIRES_ACTION AUTHORIZED SUCCESS REFUNDED FAILED CANCELLED
    payment.created capture.opened void.opened refund.opened
    charge.succeeded charge.declined charge.requires_action charge.discrepancy
    authorize.succeeded authorize.declined authorize.requires_action authorize.discrepancy
    capture.succeeded capture.declined capture.discrepancy
    void.succeeded void.declined void.discrepancy
    refund.succeeded refund.declined refund.discrepancy discrepancy.resolved
    1:provider_receivable:merchant_payable 1:provider_receivable:suspense
    1:merchant_payable:provider_receivable 1:suspense:provider_receivable
    2:merchant_payable:suspense 2:suspense:merchant_payable
    3:suspense:merchant_payable 3:suspense:provider_receivable
    3:merchant_payable:suspense 3:provider_receivable:suspense
    applied unchanged replayed unsettled answered expired others_by_outcome others_by_resolve
  `;
  const missing = expected.split(/\s+/).filter((name) => name && !reached.has(name));
  expect(missing).toStrictEqual([]);
});
