/** One run of the kit: meets the server, plays the scenarios, and looks at what is there in the end. */
import { createKit, type Kit } from './kit.ts';
import { meet } from './meet.ts';
import { createRandom } from './random.ts';
import type { Scenario } from './scenario.ts';
import { afterwards, openBooks } from './scenarios/afterwards.ts';
import { scenarios } from './scenarios/index.ts';
import { createSightings } from './sightings.ts';
import { NotTestableError, Violation } from './violation.ts';
import { createHttp, type Http } from './wire/http.ts';

export interface ProveOptions {
  /** Without a last slash. */
  readonly url: string;
  readonly key: string | null;
  /** How often each scenario is run. */
  readonly races: number;
  /** How many requests a race has. */
  readonly ways: number;
  readonly seed: number;
  /** Names of scenarios; none: all of them. */
  readonly only?: readonly string[] | undefined;
  readonly onProgress?: (line: string) => void;
}

export interface Result {
  readonly name: string;
  readonly does: string;
  readonly holds: string;
  /** Of a scenario; afterwards, how many orders, payments or requests were looked at. */
  readonly runs: number;
  readonly violations: number;
  readonly example: Violation | null;
  /** Why it was left out. */
  readonly skipped: string | null;
}

export interface Report {
  readonly url: string;
  readonly seed: number;
  readonly races: number;
  readonly ways: number;
  readonly requests: number;
  readonly seconds: number;
  readonly results: readonly Result[];
}

/** All that there is to play and to look at. */
export const catalogue: readonly Pick<Result, 'name' | 'does' | 'holds'>[] = [
  ...scenarios,
  ...afterwards,
];

/** @throws NotTestableError */
export async function prove(options: ProveOptions): Promise<Report> {
  const { url, key, races, ways, seed, onProgress = () => {} } = options;
  const startedAt = performance.now();
  const fresh = createFresh();
  const seen = createSightings(fresh.isOwn);
  const http = createHttp({ url, key, onExchange: seen.see });
  const parts = {
    http,
    seen,
    ways,
    hasKey: key !== null,
    fresh: fresh.name,
    warm: createWarm(http),
  };
  const wanted = <T extends { readonly name: string }>(all: readonly T[]): readonly T[] =>
    all.filter(({ name }) => options.only?.includes(name) ?? true);

  const facts = await meet({ ...parts, turn: 0, random: createRandom(seed, 'meet') });
  const kitFor = (name: string, turn: number): Kit =>
    createKit({ ...parts, facts, turn, random: createRandom(seed, name, turn) });
  const results: Result[] = [];
  const show = (doing: string) => {
    const broken = results.filter(({ violations }) => violations > 0).length;
    onProgress(`${doing}; ${seen.requests} requests, ${broken} of ${results.length} violated`);
  };

  async function play(scenario: Scenario): Promise<Result> {
    const { name, does, holds } = scenario;
    const lacking = scenario.needs?.map((ability) => facts.lacks[ability]) ?? [];
    const skipped = lacking.find((why) => why !== undefined) ?? null;
    const runs = skipped !== null ? 0 : scenario.once ? 1 : races;
    const violations: Violation[] = [];
    for (let turn = 0; turn < runs; turn++) {
      show(`${name} ${turn + 1}/${runs}`);
      const unwell = seen.unwell.length;
      const violation = await violationIn(() => scenario.run(kitFor(name, turn)));
      if (violation) violations.push(violation);
      if (seen.unwell.length > unwell) await mustBeThere(kitFor(name, turn), name);
    }
    const example = violations[0] ?? null;
    return { name, does, holds, runs, violations: violations.length, example, skipped };
  }

  for (const scenario of wanted(scenarios)) results.push(await play(scenario));
  const inspections = wanted(afterwards);
  if (inspections.length > 0) {
    const books = await openBooks(kitFor('afterwards', 0), (done, of) =>
      show(`looking up ${done}/${of}`),
    );
    for (const { name, does, holds, inspect } of inspections) {
      const { looked, violations } = inspect(books);
      const example = violations[0] ?? null;
      const found = { runs: looked, violations: violations.length, example, skipped: null };
      results.push({ name, does, holds, ...found });
    }
  }
  const seconds = (performance.now() - startedAt) / 1000;
  return { url, seed, races, ways, requests: seen.requests, seconds, results };
}

async function violationIn(run: () => Promise<void>): Promise<Violation | null> {
  try {
    await run();
    return null;
  } catch (error) {
    if (error instanceof Violation) return error;
    throw error;
  }
}

/** A server that is gone breaks every rule: nothing is to be learnt from it. */
async function mustBeThere(kit: Kit, during: string): Promise<void> {
  const { status, text } = await kit.http.send('GET', kit.path());
  if (status === 0) throw new NotTestableError(`It stopped answering during ${during}: ${text}.`);
}

/** Idle connections are closed after four seconds, or when the server says so. */
const warmMs = 1_000;

function createWarm(http: Http) {
  let [warmAt, open] = [Number.NEGATIVE_INFINITY, 0];
  return async (count: number, path: string): Promise<void> => {
    if (count > open || performance.now() - warmAt > warmMs) {
      await Promise.all(Array.from({ length: count }, () => http.send('GET', path)));
      open = count;
    }
    warmAt = performance.now();
  };
}

/** Names of this run only: a server that has been tested before is tested on new orders and keys. */
function createFresh() {
  const prefix = `prove-${Date.now().toString(36)}${process.pid.toString(36)}`;
  let count = 0;
  return {
    name: (what: string): string => `${prefix}-${what}-${++count}`,
    isOwn: (order: string): boolean => order.startsWith(`${prefix}-`),
  };
}
