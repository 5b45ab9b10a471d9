/** A second Florin on the same database: what both do together, against one alone. */
import { loadHttp } from '../load/http.ts';
import { rows } from '../requests.ts';
import { median } from '../sample.ts';
import { key, type Server, type Stage } from '../stage.ts';

export interface Processes {
  /** Payments a second. */
  readonly one: number;
  readonly two: number;
  /** Of two over one, the median of the rounds' own. */
  readonly ratio: number;
}

export async function processes(
  stage: Stage,
  { rounds, seconds }: { readonly rounds: number; readonly seconds: number },
): Promise<Processes> {
  const store = await stage.store('processes', 10_000);
  const florins = [await stage.florin(store), await stage.florin(store)] as const;
  const load = async (server: Server, connections: number) => {
    const { seeded } = store;
    const asked = { url: server.url, key, asks: rows.create, seeded, connections };
    return (await loadHttp(asked, seconds)).perSecond;
  };
  const both = async () => {
    const [one, other] = await Promise.all(florins.map((florin) => load(florin, 32)));
    return (one ?? 0) + (other ?? 0);
  };
  await both();
  await stage.analyze();
  const pairs: { one: number; two: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    pairs.push({ one: await load(florins[0], 64), two: await both() });
  }
  await Promise.all(florins.map((florin) => florin.stop()));
  return {
    one: median(pairs.map(({ one }) => one)),
    two: median(pairs.map(({ two }) => two)),
    ratio: median(pairs.map(({ one, two }) => two / one)),
  };
}
