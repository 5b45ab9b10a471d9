/** More than can be done, and those who take more than others: what becomes of everybody else. */
import { setTimeout as sleep } from 'node:timers/promises';
import { limits } from '@florin/core';
import { connectAsOwner, createMerchant } from '@florin/db';
import { loadHttp } from '../load/http.ts';
import { askNowAndThen, type Told } from '../load/now-and-then.ts';
import { rows } from '../requests.ts';
import { median, type Pace } from '../sample.ts';
import { key, type Stage } from '../stage.ts';

/** Others at work all the while, and what those were told who asked now and then. */
export interface Beside {
  /** Of the others, a second. */
  readonly asked: number;
  readonly accepted: number;
  readonly told: Told;
}

export interface Overload {
  /** As many callers as are never refused, each one after the other. */
  readonly carried: Beside;
  /** Many callers, who ask again at once when they are refused. */
  readonly flooded: Beside;
  /** 64 callers, at once afterwards. */
  readonly afterwards: Beside;
  /** What another merchant is told, who asks for little beside the many. */
  readonly other: Beside;
  /** Of what is accepted of the flood over what is carried, the median of the rounds' own. */
  readonly p99: number;
}

/** With those who ask now and then, less than may be in hand at once. */
const carriedCallers = 320;
/** Four times what may be in hand. */
const many = 4 * limits.commandsInHand;
/** One process may often have no more than 1,024 files open. */
const callersInProcess = 768;
/** Until all are connected, and then those who ask now and then: Node takes one new connection a turn. */
const [settledMs, openedMs] = [5_000, 3_000];

/** Each figure is the median of the rounds. */
export async function overload(stage: Stage, { rounds, seconds }: Pace): Promise<Overload> {
  const store = await stage.store('overload', 0);
  const florin = await stage.florin(store);
  const light = await secondMerchant(store.url);
  const load = (connections: number, s: number) =>
    loadHttp({ url: florin.url, key, asks: rows.create, seeded: store.seeded, connections }, s);
  async function beside(connections: number, by: string): Promise<Beside> {
    // What the last ones had in hand is done by then.
    await sleep(1_000);
    const processes = Math.ceil(connections / callersInProcess);
    const others = Array.from({ length: processes }, () =>
      load(connections / processes, (settledMs + openedMs) / 1000 + seconds),
    );
    await sleep(settledMs);
    const told = await askNowAndThen(florin.url, by, openedMs, seconds);
    let [asked, accepted] = [0, 0];
    for (const { perSecond, failed, count } of await Promise.all(others)) {
      asked += perSecond;
      accepted += perSecond * (1 - failed / count);
    }
    return { asked, accepted, told };
  }
  await load(64, 10);
  await stage.analyze();
  const found: Omit<Overload, 'p99'>[] = [];
  for (let round = 0; round < rounds; round++) {
    found.push({
      carried: await beside(carriedCallers, key),
      flooded: await beside(many, key),
      afterwards: await beside(64, key),
      other: await beside(many, light),
    });
  }
  await florin.stop();
  const of = (kind: keyof Omit<Overload, 'p99'>) => medianOf(found.map((round) => round[kind]));
  return {
    carried: of('carried'),
    flooded: of('flooded'),
    afterwards: of('afterwards'),
    other: of('other'),
    p99: median(found.map(({ carried, flooded }) => flooded.told.p99 / carried.told.p99)),
  };
}

function medianOf(rounds: readonly Beside[]): Beside {
  const of = (figure: (beside: Beside) => number) => median(rounds.map(figure));
  const told = (figure: keyof Told) => of((beside) => beside.told[figure]);
  return {
    asked: of(({ asked }) => asked),
    accepted: of(({ accepted }) => accepted),
    told: {
      accepted: told('accepted'),
      refused: told('refused'),
      p50: told('p50'),
      p99: told('p99'),
      refusedP50: told('refusedP50'),
      refusedP99: told('refusedP99'),
    },
  };
}

/** @returns its key */
async function secondMerchant(url: string): Promise<string> {
  const owner = connectAsOwner(url);
  const made = `fk_test_${'c'.repeat(32)}`;
  await createMerchant(owner, 'light', made);
  await owner.close();
  return made;
}
