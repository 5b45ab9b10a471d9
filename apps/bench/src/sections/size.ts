/** Whether many payments make it slower: the same requests with many in the table and with few. */
import { restOn } from '../contestants.ts';
import type { RowName } from '../requests.ts';
import { compare, type Pace } from '../sample.ts';
import type { Server, Stage } from '../stage.ts';
import type { Reached } from '../targets.ts';
import { cpuSeconds } from '../usage.ts';

/** What a payment costs with so many in the table. */
export interface SizeCost {
  readonly payments: number;
  readonly p50: number;
  readonly perSecond: number;
  /** CPU microseconds a payment. */
  readonly server: number;
  readonly database: number;
}

/** A Florin on a database with so many payments. */
interface Grown {
  readonly florin: Server;
  readonly rest: ReturnType<typeof restOn>;
}

export interface Sizes {
  readonly reached: Reached;
  readonly costs: readonly SizeCost[];
}

/** @param counts from few to many */
export async function sizes(stage: Stage, counts: readonly number[], pace: Pace): Promise<Sizes> {
  const costs: SizeCost[] = [];
  const all: Grown[] = [];
  for (const payments of counts) {
    const store = await stage.store(`payments_${payments}`, payments);
    const florin = await stage.florin(store);
    const grown = { florin, rest: restOn(florin, store) };
    await grown.rest('create', 64).measure(10);
    await grown.rest('mix', 64).measure(5);
    await stage.analyze();
    all.push(grown);
    costs.push(await costOf(stage, grown, payments, pace));
  }
  const [few, many] = [all[0], all.at(-1)];
  if (!few || !many) throw new Error('No sizes.');
  const ratio = async (row: RowName, connections: number) => {
    const compared = await compare(many.rest(row, connections), few.rest(row, connections), pace);
    return compared.ratio.p50;
  };
  return {
    reached: {
      list: await ratio('list', 16),
      byOrder: await ratio('by order', 16),
      grown: await ratio('create', 64),
    },
    costs,
  };
}

async function costOf(
  stage: Stage,
  { rest, florin }: Grown,
  payments: number,
  { rounds, seconds }: Pace,
): Promise<SizeCost> {
  const [server, database] = [await cpuSeconds(florin.pid), await stage.databaseSeconds()];
  const { count, p50, perSecond } = await rest('create', 64).measure(rounds * seconds);
  const each = (used: number) => (1_000_000 * used) / count;
  return {
    payments,
    p50,
    perSecond,
    server: each((await cpuSeconds(florin.pid)) - server),
    database: each((await stage.databaseSeconds()) - database),
  };
}
