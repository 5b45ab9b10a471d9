/** The targets on speed, each as a ratio of two sides that take turns. */
import type { Contestants } from '../contestants.ts';
import { compare, type Pace } from '../sample.ts';
import type { Reached } from '../targets.ts';

export async function speed(contestants: Contestants, pace: Pace): Promise<Reached> {
  const { rest, sdk, bare, byHand, constant, bestClients } = contestants;
  const create = rest('create', 64);
  const withBare = await compare(create, bare('create', await bestClients('create')), pace);
  const withHand = await compare(create, byHand(64), pace);
  const withSdk = await compare(sdk('create', 64), create, pace);
  const alone = await compare(rest('create', 1), bare('create', 1), pace);
  const get = await compare(rest('get', 64), constant(64), pace);
  const spreads = [withBare.a, withHand.a, withSdk.b].map(({ p50, p99 }) => p99 / p50);
  return {
    bare: withBare.ratio.perSecond,
    byHand: withHand.ratio.perSecond,
    sdk: withSdk.ratio.perSecond,
    spread: Math.max(...spreads),
    alone: alone.ratio.p50,
    get: get.ratio.perSecond,
  };
}
