/** What happens around a Florin, for a test to bring about. */
import { type PaymentId, type RefusalCode, type RefusalFields, refuse } from '@florin/core';
import type { Payment } from '@florin/core/wire';
import { claimDueOperations, memoryOf, readOperations } from '@florin/db/memory';
import { RefusalError } from '@florin/server/engine/refusal-error';
import type { Florin } from '../florin.ts';
import type { Inside } from './inside.ts';

export interface Simulate {
  /**
   * The payer of a REQUIRES_ACTION payment acts.
   * @throws Error where nobody is waited for
   */
  payer(id: PaymentId, does: 'approves' | 'declines'): Promise<Payment>;
  /**
   * Providers are asked again for every outcome that is not known, as the server does after a while: a
   * payment of `pm_unknown_at_first` is then SUCCESS, one of `pm_unknown` still PENDING.
   */
  outcomes(): Promise<void>;
  /**
   * The payer's time to act, or the hold on the funds, runs out: the payment is voided.
   * @throws Error where it does not expire
   */
  expiry(id: PaymentId): Promise<Payment>;
  /**
   * The next request is refused so, and changes nothing. What is safe is sent again by itself: set
   * `maxRetries: 0` to see it.
   */
  refusal<C extends RefusalCode>(code: C, fields: RefusalFields<C>): void;
  /** The next request never arrives. */
  lostRequest(): void;
  /** The next request arrives and takes effect, and its answer is lost. */
  lostAnswer(): void;
}

export function simulateOn({ database, engine, caller, faults }: Inside, florin: Florin): Simulate {
  const { merchantId } = caller;
  const memory = memoryOf(database);
  return {
    async payer(paymentId, does) {
      const operations = await readOperations(database, merchantId, paymentId);
      const waiting = operations.find(({ status }) => status === 'requires_action');
      const { status } = await florin.payments.get(paymentId);
      if (!waiting || status !== 'REQUIRES_ACTION') {
        throw new Error(`Payment ${paymentId} is ${status}: its payer has nothing to do.`);
      }
      const failure = { code: 'payer_declined', message: 'The payer declined.' };
      await engine.record({
        type: 'outcome',
        merchantId,
        actor: 'provider:sandbox',
        paymentId,
        operationId: waiting.id,
        outcome:
          does === 'approves'
            ? { outcome: 'succeeded', reference: waiting.id.replace('op_', 'sandbox_') }
            : { outcome: 'declined', failure },
      });
      return florin.payments.get(paymentId);
    },

    async outcomes() {
      const claimed = await claimDueOperations(database, Infinity, Infinity, Infinity);
      await Promise.all(claimed.map(({ payment, operation }) => engine.resume(payment, operation)));
    },

    async expiry(paymentId) {
      const { expiresAt, status } = await florin.payments.get(paymentId);
      if (expiresAt === null)
        throw new Error(`Payment ${paymentId} is ${status}: it never expires.`);
      const now = memory.now;
      memory.now = () => Date.parse(expiresAt);
      const actor = 'worker:expire-payments';
      const command = {
        type: 'expire',
        merchantId,
        actor,
        paymentId,
        idempotencyKey: null,
      } as const;
      await engine.execute(command).finally(() => {
        memory.now = now;
      });
      return florin.payments.get(paymentId);
    },

    refusal: (code, fields) => {
      faults.push({ kind: 'refuse', error: new RefusalError(refuse(code, fields)) });
    },
    lostRequest: () => void faults.push({ kind: 'lose' }),
    lostAnswer: () => void faults.push({ kind: 'lose-answer' }),
  };
}
