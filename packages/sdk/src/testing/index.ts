/**
 * A Florin in memory, for your tests: the same client and types, and the server's own rules, checks and
 * sandbox behind it. Nothing listens, and nothing is kept.
 */
import { createFlorin, type Florin } from '../florin.ts';
import type { FlorinOptions } from '../options.ts';
import { createInside } from './inside.ts';
import { type Simulate, simulateOn } from './simulate.ts';

export type { Simulate } from './simulate.ts';

/** A {@link Florin} with what happens around it, for a test to bring about. */
export interface TestFlorin extends Florin {
  readonly simulate: Simulate;
}

/** How it is set up; each setting is as `createFlorin` has it. */
export type TestFlorinOptions = Pick<FlorinOptions, 'timeoutMs' | 'maxRetries' | 'onRetry'>;

/**
 * A Florin of its own, with a test merchant and nothing in it. What its payments do is what the
 * sandbox does: an amount that ends in `.99` is declined, and a `paymentMethod` such as
 * `pm_requires_action` chooses another outcome.
 *
 * ```ts
 * const florin = createTestFlorin();
 * const payment = await florin.payments.create({
 *   orderId: 'order-42',
 *   amount: '150.00',
 *   paymentMethod: 'pm_requires_action',
 * });
 * await florin.simulate.payer(payment.id, 'approves');
 * ```
 */
export function createTestFlorin(options: TestFlorinOptions = {}): TestFlorin {
  const inside = createInside();
  const florin = createFlorin({
    ...options,
    url: 'http://florin.test',
    apiKey: 'fk_test_in_memory',
    fetch: inside.fetch,
    dangerouslyAllowBrowser: true,
  });
  return { ...florin, simulate: simulateOn(inside, florin) };
}
