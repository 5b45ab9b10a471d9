/** tRPC for this server: what procedures are given, what they may say of themselves, and errors. */

import { refusals } from '@florin/core';
import type { Caller, Database } from '@florin/db';
import { initTRPC } from '@trpc/server';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import type { Engine } from '../engine/execute.ts';
import { problemOf } from '../problem.ts';
import type { Providers } from '../providers/index.ts';

/** There is no context without a caller: whoever has no valid key gets no further. */
export interface Context {
  readonly caller: Caller;
  readonly requestId: string;
  readonly database: Database;
  readonly engine: Engine;
  readonly providers: Providers;
  readonly reply: Reply;
}

/** What a procedure says of its answer beyond its body; REST's status and headers. */
export interface Reply {
  status: number;
  readonly headers: Record<string, string>;
}

/** How REST reaches a procedure. */
export interface Meta {
  readonly rest: {
    readonly method: 'GET' | 'POST' | 'PATCH';
    /** Each `{name}` is an input of that name; `{order_id}` is `orderId`. */
    readonly path: `/${string}/`;
    /** The answer is a page: REST gives its items as a bare array and the next page as a link. */
    readonly page?: true;
  };
}

const t = initTRPC
  .context<Context>()
  .meta<Meta>()
  .create({
    // Nothing of tRPC's own shape: its message and stack would tell of the inside.
    errorFormatter: ({ error, ctx }) => {
      const problem = problemOf(error, ctx?.requestId ?? null);
      const code = refusals[problem.code].trpc;
      return {
        code: TRPC_ERROR_CODES_BY_KEY[code],
        message: problem.detail,
        data: { code, httpStatus: problem.status, problem },
      };
    },
  });

export const router = t.router;
export const procedure = t.procedure;
