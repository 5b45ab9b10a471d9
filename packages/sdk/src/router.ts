/** The server's procedures as types: the compiler holds every call to them. */
import type { AppRouter } from '@florin/server/router';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';

type Record = AppRouter['_def']['record'];
type Inputs = inferRouterInputs<AppRouter>;
type Outputs = inferRouterOutputs<AppRouter>;

/** Such as `payments.create`. */
export type Path = {
  [R in keyof Record & string]: `${R}.${keyof Record[R] & string}`;
}[keyof Record & string];

type At<Of, P extends Path> = P extends `${infer R extends keyof Of & string}.${infer N}`
  ? N extends keyof Of[R]
    ? Of[R][N]
    : never
  : never;

/** `query`, or `mutation`: what changes something. */
export type KindOf<P extends Path> =
  At<Record, P> extends { readonly _def: { readonly type: infer K } } ? K : never;
export type InputOf<P extends Path> = At<Inputs, P>;
export type OutputOf<P extends Path> = At<Outputs, P>;
