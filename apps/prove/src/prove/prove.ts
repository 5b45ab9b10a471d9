/** One proof: set the stage, pay, kill, let it settle, and look whether what was promised holds. */
import { fileURLToPath } from 'node:url';
import { createChance } from './chance.ts';
import { type Kills, wreak } from './chaos.ts';
import { startClients } from './clients.ts';
import { invariants } from './invariants.ts';
import { createJournal } from './journal.ts';
import { sabotages } from './sabotages.ts';
import { settle } from './settle.ts';
import { type Stage, setStage } from './stage.ts';

export interface ProveOptions {
  readonly kills: number;
  readonly seconds: number;
  readonly seed: number;
  readonly clients: number;
  /** Probabilities and durations of the acquirer's that are to be others, as its command line has them. */
  readonly faults: string;
  readonly sabotage: string | undefined;
  /** Where the database and the record are kept; made, and left alone afterwards. */
  readonly folder: string;
}

export interface Proof {
  readonly figures: Readonly<Record<string, number>>;
  /** What broke each invariant; nothing where it holds. */
  readonly broken: Readonly<Record<string, readonly string[]>>;
}

/** How long it may take to settle; what is sabotaged may never. */
const patienceMs = { sound: 120_000, sabotaged: 12_000 } as const;

/** All of it at once, each rarely enough that most goes on. */
const faults =
  'slow=0.15,slow_ms=150,dropped_before=0.04,dropped_after=0.04,failed_after=0.04,answered_twice=0.03,declined=0.08,requires_action=0.08,reported_before=0.1,reported_late=0.1,late_ms=1500,reported_out_of_order=0.1,reported_repeatedly=0.1,down=0.0008,down_ms=700';

/** @param tell a line about how far it has come */
export async function prove(options: ProveOptions, tell: (line: string) => void): Promise<Proof> {
  const { kills: wanted, seconds, seed, clients: count, folder } = options;
  const sabotage = options.sabotage === undefined ? undefined : sabotages[options.sabotage];
  const chance = createChance(seed);
  await using stage = await setStage({
    folder,
    seed: String(seed),
    faults: `${faults},${options.faults}`,
    preload: sabotage?.changes
      ? [fileURLToPath(new URL('sabotage-preload.ts', import.meta.url))]
      : [],
    environment: { FLORIN_SABOTAGE: options.sabotage ?? '' },
    afterKill: sabotage?.afterKill,
  });
  if (sabotage?.sql) {
    for (const statement of sabotage.sql.split('; ')) {
      await stage.database.owner.sql.unsafe(statement);
    }
    await stage.database.crash();
  }

  const startedAt = Date.now();
  const journal = createJournal();
  const clients = startClients(stage, journal, createChance(seed + 1), count);
  const elapsed = () => ((Date.now() - startedAt) / 1_000).toFixed(0);
  const counted = (kills: Kills) =>
    `${kills.florins} Florins and ${kills.databases} databases killed, ${kills.between} times between`;
  let last: Kills = { florins: 0, databases: 0, between: 0 };
  const progress = setInterval(() => {
    tell(`${elapsed()} s: ${journal.entries.length} requests, ${counted(last)}`);
  }, 2_000);
  const kills = await wreak(stage, chance, wanted, seconds, (now) => {
    last = now;
  }).finally(() => clearInterval(progress));
  await clients.stop();
  await stage.record.refresh();
  const overlaps = [...stage.record.overlaps];
  tell(`${elapsed()} s: letting it settle`);
  const open = await settle(stage, chance, sabotage ? patienceMs.sabotaged : patienceMs.sound);

  const evidence = { stage, journal, chance, kills, wanted, overlaps, open };
  const broken: Record<string, readonly string[]> = {};
  for (const [name, check] of Object.entries(invariants)) {
    tell(`${elapsed()} s: ${name}?`);
    broken[name] = await check(evidence);
  }
  return { figures: await figuresOf(stage, journal, kills), broken };
}

async function figuresOf(
  { database, record }: Stage,
  { entries, statuses }: ReturnType<typeof createJournal>,
  kills: Kills,
): Promise<Readonly<Record<string, number>>> {
  const [counts] = await database.owner.sql<Record<string, number>[]>`
    select (select count(*)::int from payments) as payments,
           (select count(*)::int from operations) as operations,
           (select count(*)::int from operations where attempts > 1) as "operations asked for again",
           (select count(*)::int from provider_reports) as reports`;
  const answered = [...statuses].sort(([one], [other]) => one - other);
  return {
    'Florins killed': kills.florins,
    'databases killed': kills.databases,
    'operations cut off between call and outcome': kills.between,
    requests: entries.length,
    'of them told for good': entries.filter(({ told }) => told).length,
    ...Object.fromEntries(
      answered.map(([status, count]) => [status === 0 ? 'no answer' : `answers ${status}`, count]),
    ),
    ...counts,
    "the acquirer's movements": record.movements.length,
  };
}
