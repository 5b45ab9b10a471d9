/** The server's procedures, engine and sandbox over a database in memory, reached by `fetch`. */

import { limits } from '@florin/core';
import type { Caller, Database } from '@florin/db';
import { createMemory, findPayment } from '@florin/db/memory';
import { createEngine, type Engine } from '@florin/server/engine';
import { createProviders } from '@florin/server/providers';
import { createSandbox } from '@florin/server/providers/sandbox';
import { appRouter } from '@florin/server/router';
import { type Context, errorShapeOf } from '@florin/server/router/trpc';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';

export interface Inside {
  readonly fetch: typeof globalThis.fetch;
  readonly database: Database;
  readonly engine: Engine;
  readonly caller: Caller;
  /** What becomes of the next requests, one each. */
  readonly faults: Fault[];
}

/** `lose` the request, or its answer; or `refuse` it. */
type Fault =
  | { readonly kind: 'lose' | 'lose-answer' }
  | { readonly kind: 'refuse'; readonly error: Error };

const caller: Caller = {
  merchantId: `mer_${'0'.repeat(32)}`,
  mode: 'test',
  apiKeyId: `key_${'0'.repeat(32)}`,
  scopes: ['admin'],
  expiresAt: null,
};

const silent = { warn: () => {}, error: () => {} } as unknown as Parameters<typeof createEngine>[3];

export function createInside(): Inside {
  const database = createMemory();
  const providers = createProviders(createSandbox({ publicUrl: () => 'http://florin.test' }));
  const { payerActionMs, authorizationMs } = limits;
  const engine = createEngine(database, providers, { payerActionMs, authorizationMs }, silent);
  const lookups: Context['lookups'] = {
    payment: (merchantId, id) => findPayment(database, merchantId, id),
    // Nothing is imported here.
    legacyPayment: async () => null,
  };
  const faults: Fault[] = [];

  async function answer(request: Request, requestId: string): Promise<Response> {
    const reply = { status: 200, headers: {} };
    const context: Context = { caller, requestId, database, engine, lookups, providers, reply };
    const createContext = async () => context;
    const router = appRouter;
    return fetchRequestHandler({ endpoint: '/trpc', req: request, router, createContext });
  }

  return {
    database,
    engine,
    caller,
    faults,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const requestId = request.headers.get('x-request-id') ?? '';
      const fault = faults.shift();
      if (fault?.kind === 'lose') throw lost();
      if (fault?.kind === 'refuse') return refusal(fault.error, requestId);
      const answered = await answer(request, requestId);
      if (fault?.kind === 'lose-answer') throw lost();
      return answered;
    },
  };
}

const lost = () => new TypeError('fetch failed', { cause: new Error('The connection was lost') });

function refusal(error: Error, requestId: string): Response {
  const shape = errorShapeOf(error, requestId);
  return Response.json({ error: shape }, { status: shape.data.httpStatus });
}
