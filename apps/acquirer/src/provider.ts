/**
 * `acquirer`: the provider that talks to the simulated acquirer, for proofs. Where it is not certain
 * what the acquirer said it throws, and that is `unknown`.
 */
import type { KnownOutcome } from '@florin/core';
import type { Provider, ProviderRequest } from '@florin/server/providers/provider';
import { createReadReport } from '@florin/server/providers/sandbox-report';
import { type Asked, type Movement, movement, problem } from './wire.ts';

export interface AcquirerOptions {
  /** Where the acquirer answers. */
  readonly url: string;
  /** What its reports are signed with (`whsec_…`). */
  readonly secret: string;
}

export function createAcquirer({ url, secret }: AcquirerOptions): Provider {
  return {
    name: 'acquirer',
    modes: ['test'],
    async perform(request, signal) {
      const answer = await fetch(`${url}/operations`, {
        method: 'POST',
        headers: { ...askedBy(request), 'content-type': 'application/json' },
        body: JSON.stringify(askedOf(request)),
        signal,
      });
      const said = await read(answer);
      if (answer.ok) return outcomeOf(request, said);
      throw refused(request, answer.status, said);
    },
    async lookup(request, signal) {
      const { id } = request.operation;
      const answer = await fetch(`${url}/operations/${id}`, {
        headers: askedBy(request),
        signal,
      });
      const said = await read(answer);
      if (answer.ok) return outcomeOf(request, said);
      // In the acquirer's own words, and of this operation: any other 404 may come from somebody on
      // the way, or be the answer to another question.
      const about = problem.safeParse(said).data;
      if (answer.status === 404 && about?.error === 'not_found' && about.id === id) return null;
      throw refused(request, answer.status, said);
    },
    readReport: createReadReport(secret),
  };
}

function askedOf({ operation, payment }: ProviderRequest): Asked {
  return {
    id: operation.id,
    merchant_id: operation.merchantId,
    payment_id: payment.id,
    order_id: payment.orderId,
    kind: operation.kind,
    amount: operation.amount.toString(),
    currency: payment.currency,
  };
}

/** For the acquirer's record, where two ask at once. */
const askedBy = ({ operation }: ProviderRequest) => ({
  'asked-by': `process ${process.pid}, attempt ${operation.attempts}`,
});

async function read(answer: Response): Promise<unknown> {
  try {
    return await answer.json();
  } catch (cause) {
    throw new Error(`The acquirer answered ${answer.status} without JSON.`, { cause });
  }
}

/** @throws Error where the answer is not about the operation that was asked for */
function outcomeOf(request: ProviderRequest, said: unknown): KnownOutcome {
  const answered = movement.parse(said);
  const wanted = askedOf(request);
  if (answered.id !== wanted.id) {
    throw new Error(`The acquirer was asked for ${wanted.id}, and answered ${answered.id}.`);
  }
  const fields = Object.keys(wanted) as (keyof Asked)[];
  const differing = fields.filter((field) => answered[field] !== wanted[field]);
  if (differing.length > 0) throw reused(wanted, `it differs in ${differing.join(', ')}`);
  return outcomeIn(answered);
}

function outcomeIn(said: Movement): KnownOutcome {
  switch (said.outcome) {
    case 'succeeded':
      return { outcome: said.outcome, reference: said.reference };
    case 'declined':
      return { outcome: said.outcome, failure: said.failure };
    case 'requires_action':
      return { outcome: said.outcome, nextAction: said.next_action };
  }
}

/** Neither is a decline: nothing may be settled by it. */
function refused(request: ProviderRequest, status: number, said: unknown): Error {
  const { error, message } = problem.safeParse(said).data ?? { error: 'nothing', message: '' };
  if (error === 'id_reused') return reused(askedOf(request), message);
  return new Error(`The acquirer answered ${status} ${error}. ${message}`);
}

const reused = ({ id, kind, amount, currency }: Asked, why: string): Error =>
  new Error(
    `ONE OPERATION ID, TWO OPERATIONS: ${id} is a ${kind} of ${amount} ${currency} here, and something else at the acquirer: ${why}`,
  );
