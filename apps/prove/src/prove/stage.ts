/** Everything that a proof runs on: an acquirer, a PostgreSQL, and two Florins that share it. */
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type CrashingDatabase, startDatabase } from './database.ts';
import { type Running, run } from './processes.ts';
import { type MovementRecord, readRecord } from './record.ts';

export interface StageOptions {
  /** Where all of it is kept. */
  readonly folder: string;
  readonly seed: string;
  /** As the acquirer's command line has them. */
  readonly faults: string;
  /** Preloaded by each Florin: a sabotage. */
  readonly preload: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Run as the database's owner once a Florin is gone: a sabotage. */
  readonly afterKill: string | undefined;
}

type Faults = Readonly<Record<string, number>>;

export interface Stage extends AsyncDisposable {
  readonly key: string;
  readonly acquirerUrl: string;
  readonly database: CrashingDatabase;
  readonly record: MovementRecord;
  /** Where the Florins answer that are there now; one that is being started again is not. */
  urls(): readonly string[];
  /** SIGKILL, and a new one in its place. */
  killFlorin(which: number): Promise<void>;
  /** Changes the acquirer's faults. */
  setFaults(changed: Faults): Promise<void>;
  /** Changes them for as long as the work takes. */
  withFaults(changed: Faults, work: () => Promise<void>): Promise<void>;
}

const require = createRequire(import.meta.url);
const scripts = {
  acquirer: require.resolve('@florin/acquirer/main'),
  florin: require.resolve('@florin/acquirer/florin'),
};
/** As `pnpm start` does: a killed Florin is back in a third of the time. */
const quickStart = join(import.meta.dirname, '../../../server/src/quick-start.ts');
const key = `fk_test_${'p'.repeat(32)}`;
const secret = `whsec_${Buffer.from('a secret of proofs alone').toString('base64')}`;

export async function setStage(options: StageOptions): Promise<Stage> {
  const { folder, seed, faults, preload, environment, afterKill } = options;
  await using opened = new AsyncDisposableStack();
  await mkdir(folder, { recursive: true });
  const recordFile = join(folder, 'record.jsonl');
  const database = opened.adopt(await startDatabase(join(folder, 'data')), (it) => it.stop());
  const acquirer = opened.adopt(
    await run({
      script: scripts.acquirer,
      args: ['--record', recordFile, '--seed', seed, '--faults', faults, '--secret', secret],
      environment: {},
      log: join(folder, 'acquirer.log'),
    }),
    (it) => it.kill('SIGTERM'),
  );
  const record = opened.use(await readRecord(recordFile));

  const start = (which: number) =>
    run({
      script: scripts.florin,
      preload: [quickStart, ...preload],
      environment: {
        ...environment,
        PORT: '0',
        DATABASE_URL: database.url,
        FLORIN_BOOTSTRAP_KEY: key,
        FLORIN_LOG: 'warn',
        FLORIN_ACQUIRER_URL: acquirer.url,
        FLORIN_ACQUIRER_SECRET: secret,
      },
      log: join(folder, `florin-${which}.log`),
    });
  const florins: (Running | null)[] = [];
  opened.defer(async () => {
    await Promise.all(florins.map((florin) => florin?.kill('SIGKILL')));
  });
  // One after the other: the first migrates.
  for (const which of [0, 1]) florins[which] = await start(which);

  const post = async (path: string, body: object): Promise<void> => {
    const answer = await fetch(acquirer.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`The acquirer answered ${answer.status} to ${path}.`);
    await answer.body?.cancel();
  };
  const urls = () => florins.flatMap((florin) => (florin ? [florin.url] : []));
  const setFaults = (changed: Faults) => post('/faults', changed);
  const reportToThem = () => post('/reports', { to: urls() });
  await reportToThem();

  const running = opened.move();
  return {
    key,
    acquirerUrl: acquirer.url,
    database,
    record,
    urls,
    async killFlorin(which) {
      const florin = florins[which];
      if (!florin) return;
      florins[which] = null;
      await florin.kill('SIGKILL');
      if (afterKill !== undefined) await database.owner.sql.unsafe(afterKill);
      florins[which] = await start(which);
      await reportToThem();
    },
    setFaults,
    async withFaults(changed, work) {
      const { settings } = (await (await fetch(`${acquirer.url}/faults`)).json()) as {
        readonly settings: Faults;
      };
      await setFaults(changed);
      await work().finally(() => setFaults(settings));
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
