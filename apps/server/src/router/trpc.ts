/** tRPC for this server: what procedures are given, what they may say of themselves, and errors. */

import { permits, type RefusalCode, refusals, refuse, type Scope } from '@florin/core';
import type { Caller, Database } from '@florin/db';
import { initTRPC, type TRPCProcedureType } from '@trpc/server';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import type { Engine } from '../engine/execute.ts';
import { RefusalError } from '../engine/refusal-error.ts';
import type { Lookups } from '../lookups.ts';
import { problemOf } from '../problem.ts';
import type { Providers } from '../providers/index.ts';

/** There is no context without a caller: whoever has no valid key gets no further. */
export interface Context {
  readonly caller: Caller;
  readonly requestId: string;
  readonly database: Database;
  readonly engine: Engine;
  readonly lookups: Lookups;
  readonly providers: Providers;
  readonly reply: Reply;
}

/** What a procedure says of its answer beyond its body; REST's status and headers. */
interface Reply {
  status: number;
  readonly headers: Record<string, string>;
}

/** How REST reaches a procedure, and what its document tells of it. */
export interface Meta {
  readonly rest: RestTold & {
    readonly method: 'GET' | 'POST' | 'PATCH';
    /** Each `{name}` is an input of that name; `{order_id}` is `orderId`. */
    readonly path: `/${string}/`;
    /**
     * The answer is a page: REST gives its items as a bare array and the next page as a link. This
     * input asks for that one; `nextCursor` or `nextAfter` beside the items says with what.
     */
    readonly page?: 'cursor' | 'after';
  };
  /** Where the scope that its type demands is not enough. */
  readonly scope?: 'admin';
}

/** What no schema says of a procedure. */
export interface RestTold {
  /** One line, without a full stop. */
  readonly summary: string;
  readonly description: string;
  /** Each success, by its status. */
  readonly answers: Readonly<Partial<Record<200 | 201 | 202, RestAnswer>>>;
  /** Its own refusals; `rest/openapi/refusals.ts` adds those of every route of its kind. */
  readonly refusals: readonly RefusalCode[];
}

export interface RestAnswer {
  /** What the body is, and when. */
  readonly means: string;
  readonly headers?: readonly ('Location' | 'Idempotent-Replayed')[];
  /** Where its example differs from the output schema's own. */
  readonly example?: Readonly<Record<string, unknown>>;
}

const t = initTRPC
  .context<Context>()
  .meta<Meta>()
  .create({
    errorFormatter: ({ error, ctx }) => errorShapeOf(error, ctx?.requestId ?? null),
  });

/** An error over tRPC. Nothing of tRPC's own shape: its message and stack would tell of the inside. */
export function errorShapeOf(error: unknown, requestId: string | null) {
  const problem = problemOf(error, requestId);
  const code = refusals[problem.code].trpc;
  return {
    code: TRPC_ERROR_CODES_BY_KEY[code],
    message: problem.detail,
    data: { code, httpStatus: problem.status, problem },
  };
}

const scopeOfType: Readonly<Record<TRPCProcedureType, Scope>> = {
  query: 'payments:read',
  mutation: 'payments:write',
  subscription: 'payments:read',
};

/** What a key must be allowed to do, to call a procedure. */
export const scopeOf = (type: TRPCProcedureType, meta: Meta | undefined): Scope =>
  meta?.scope ?? scopeOfType[type];

export const router = t.router;

/** Refuses a key whose scopes do not permit it, by the procedure's type: no route can forget to. */
export const procedure = t.procedure.use(({ ctx, type, meta, next }) => {
  const required = scopeOf(type, meta);
  if (permits(ctx.caller.scopes, required)) return next();
  throw new RefusalError(refuse('insufficient_scope', { required }));
});
