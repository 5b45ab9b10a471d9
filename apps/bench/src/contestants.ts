/** Florin and the baselines that it is compared with, as sides; each has a database of its own. */
import { runBare } from './baselines/bare.ts';
import { type BareRow, steps } from './baselines/statements.ts';
import { loadHttp } from './load/http.ts';
import { loadSdk } from './load/sdk.ts';
import { type Ask, type RowName, rows } from './requests.ts';
import { measured, type Sample, type Side } from './sample.ts';
import { key, type Server, type Stage, type Store } from './stage.ts';

export interface Contestants {
  readonly stage: Stage;
  readonly store: Store;
  readonly florin: Server;
  rest(row: RowName, connections: number): Side;
  sdk(row: RowName, callers: number): Side;
  /** Baseline (a). */
  bare(row: BareRow, clients: number): Side;
  /** Baseline (b). */
  byHand(connections: number): Side;
  /** What Florin's own host does where a route answers a constant: `GET /health`. */
  constant(connections: number): Side;
  /** The number of clients with which baseline (a) does most. */
  bestClients(row: BareRow): Promise<number>;
}

/** Of baseline (b); no other number was tried. */
const handlerConnections = 16;
const constant: Ask = { weight: 1, method: 'GET', path: ['/health'], body: null };

/** A row over REST. */
export const restOn =
  (server: Server, { seeded }: Store) =>
  (row: RowName, connections: number): Side => ({
    name: `${row}, REST, ${connections} connections`,
    measure: (seconds) =>
      loadHttp({ url: server.url, key, asks: rows[row], seeded, connections }, seconds),
  });

/** @param payments so many are there at the start */
export async function setContestants(stage: Stage, payments: number): Promise<Contestants> {
  const store = await stage.store(`florin_${payments}`, payments);
  const bareStore = await stage.bareStore(`bare_${payments}`, payments);
  const florin = await stage.florin(store);
  const handler = await stage.handler(bareStore, handlerConnections);
  const { seeded } = store;
  const best = new Map<BareRow, number>();

  const http = (server: Server, asks: readonly Ask[], connections: number) => (seconds: number) =>
    loadHttp({ url: server.url, key, asks, seeded, connections }, seconds);
  const bare = (row: BareRow, clients: number): Side => ({
    name: `${row}, bare, ${clients} clients`,
    measure: (seconds) => runBare(bareStore.url, steps(payments)[row], clients, seconds),
  });
  return {
    stage,
    store,
    florin,
    rest: restOn(florin, store),
    sdk: (row, callers) => ({
      name: `${row}, SDK, ${callers} callers`,
      measure: (seconds) => loadSdk({ url: florin.url, key, row, seeded, callers }, seconds),
    }),
    bare,
    byHand: (connections) => ({
      name: `by hand, ${connections} connections`,
      measure: http(handler, rows.create, connections),
    }),
    constant: (connections) => ({
      name: `constant, ${connections} connections`,
      measure: http(florin, [constant], connections),
    }),
    async bestClients(row) {
      const known = best.get(row);
      if (known !== undefined) return known;
      const tried: (readonly [clients: number, sample: Sample])[] = [];
      for (const clients of [1, 8, 16, 64]) {
        tried.push([clients, await measured(bare(row, clients), 3)]);
      }
      tried.sort(([, one], [, other]) => other.perSecond - one.perSecond);
      const [clients = 0] = tried[0] ?? [];
      best.set(row, clients);
      return clients;
    },
  };
}

/** Both sides at work for a while, and everything analyzed. */
export async function warm(contestants: Contestants, seconds: number): Promise<void> {
  const { rest, sdk, bare, byHand } = contestants;
  const sides = [rest('create', 64), rest('mix', 64), sdk('create', 64)];
  for (const side of [...sides, bare('create', 16), byHand(64)]) {
    await measured(side, seconds);
  }
  await contestants.stage.analyze();
}
