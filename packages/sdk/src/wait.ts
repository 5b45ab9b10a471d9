/** Waiting for a payment to get somewhere. */
import { allows, lifecycle, type Status } from '@florin/core';
import type { Payment, PaymentIn } from '@florin/core/wire';
import { abortedBy } from './call.ts';
import { FlorinError } from './errors.ts';
import type { WaitOptions } from './inputs.ts';
import type { CallOptions } from './options.ts';
import { sleep } from './retry.ts';

const defaults = { timeoutMs: 60_000, firstPollMs: 250, longestPollMs: 2_000 } as const;

export async function waitFor<S extends Status>(
  look: (options: CallOptions) => Promise<Payment>,
  status: S | readonly S[],
  options: WaitOptions = {},
): Promise<PaymentIn<S>> {
  const wanted = [status].flat() as readonly S[];
  const timeoutMs = options.timeoutMs ?? defaults.timeoutMs;
  const patience = AbortSignal.timeout(timeoutMs);
  const signal = options.signal ? AbortSignal.any([options.signal, patience]) : patience;
  const about = { attempts: 0, requestId: null };
  try {
    for (let looks = 0; ; looks += 1) {
      const payment = await look({ signal });
      if (isIn(payment, wanted)) return payment;
      if (!wanted.some((one) => leadsTo(payment.status, one))) throw unreachable(payment, wanted);
      const pollMs = Math.min(defaults.firstPollMs * 2 ** looks, defaults.longestPollMs);
      await sleep(options.pollMs ?? pollMs, signal);
    }
  } catch (error) {
    if (options.signal?.aborted) throw abortedBy(options.signal, about);
    if (!patience.aborted) throw error;
    const message = `The payment is not ${wanted.join(' or ')} after ${timeoutMs} ms. It may yet be: look it up later.`;
    throw new FlorinError('timed_out', message, { timeoutMs }, { ...about, cause: error });
  }
}

const isIn = <S extends Status>(
  payment: Payment,
  wanted: readonly S[],
): payment is PaymentIn<S> & Payment => wanted.some((one) => one === payment.status);

/** Whether the lifecycle has a way, in any number of steps. */
function leadsTo(from: Status, to: Status): boolean {
  const reached = new Set<Status>([from]);
  for (const status of reached) {
    for (const next of Object.values(lifecycle[status]).flatMap(Object.values)) reached.add(next);
    if (allows(status, 'refund')) reached.add('REFUNDED');
  }
  return reached.has(to);
}

function unreachable({ status: from }: Payment, wanted: readonly Status[]): FlorinError {
  const to = wanted[0] ?? from;
  const message = `The payment is ${from}, and never will be ${wanted.join(' or ')}.`;
  return new FlorinError('status_not_reachable', message, { from, to });
}
