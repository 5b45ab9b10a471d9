/**
 * A provider with a memory, whose answers get lost: the outside world of `histories.test.ts`. It moves
 * each operation once, says the same of it for ever, and never voids what is captured.
 */
import type { OperationId, OperationKind, PaymentId, ProviderOutcome } from '@florin/core';
import type { Provider, ProviderRequest } from '../src/providers/provider.ts';

type Said = Exclude<ProviderOutcome, { readonly outcome: 'unknown' }>;

export interface Bank {
  readonly provider: Provider;
  /** What it has said of each operation that reached it, for good. */
  readonly record: ReadonlyMap<OperationId, Said>;
  /** The payer of this payment acts at last, if they are asked to. */
  payerActs(paymentId: PaymentId): void;
}

const declined: Said = { outcome: 'declined', failure: { code: 'declined', message: 'No.' } };
const requiresAction: Said = {
  outcome: 'requires_action',
  nextAction: { type: 'redirect', url: 'https://bank.example/act' },
};
const succeeded = (id: OperationId): Said => ({ outcome: 'succeeded', reference: `bank_${id}` });

/** @param random from 0 to 1 */
export function createBank(random: () => number): Bank {
  const record = new Map<OperationId, Said>();
  const ofPayment = new Map<PaymentId, Map<OperationId, OperationKind>>();

  const has = (paymentId: PaymentId, kinds: readonly OperationKind[], outcome: Said['outcome']) =>
    [...(ofPayment.get(paymentId) ?? [])].some(
      ([id, kind]) => kinds.includes(kind) && record.get(id)?.outcome === outcome,
    );

  function decide({ operation: { id, kind }, payment }: ProviderRequest): Said {
    const luck = random();
    switch (kind) {
      case 'charge':
      case 'authorize':
        if (luck < 0.15) return declined;
        return luck < 0.4 ? requiresAction : succeeded(id);
      case 'void': {
        const isCaptured = has(payment.id, ['charge', 'capture'], 'succeeded');
        return isCaptured || luck < 0.2 ? declined : succeeded(id);
      }
      case 'capture':
      case 'refund':
        return luck < 0.2 ? declined : succeeded(id);
    }
  }

  function reached(request: ProviderRequest): Said {
    const { operation, payment } = request;
    const said = record.get(operation.id) ?? decide(request);
    record.set(operation.id, said);
    const operations = ofPayment.get(payment.id) ?? new Map<OperationId, OperationKind>();
    ofPayment.set(payment.id, operations.set(operation.id, operation.kind));
    return said;
  }

  return {
    record,
    provider: {
      name: 'sandbox',
      modes: ['test'],
      async perform(request) {
        if (random() < 0.15) throw new Error('The request was lost on its way.');
        const said = reached(request);
        if (random() < 0.25) return { outcome: 'unknown' };
        return said;
      },
      async lookup({ operation }) {
        if (random() < 0.2) throw new Error('Nobody answers.');
        return record.get(operation.id) ?? null;
      },
    },
    payerActs(paymentId) {
      for (const id of ofPayment.get(paymentId)?.keys() ?? []) {
        if (record.get(id)?.outcome !== 'requires_action') continue;
        const isVoided = has(paymentId, ['void'], 'succeeded');
        record.set(id, isVoided || random() < 0.3 ? declined : succeeded(id));
      }
    },
  };
}
