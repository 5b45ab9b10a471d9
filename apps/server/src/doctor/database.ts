/** What can be wrong with a database that answers. */
import {
  countKeys,
  countPending,
  type Database,
  findCaller,
  findWrongRights,
  listMerchants,
  type RoleState,
  readRole,
  readTime,
  readVersion,
  type WrongRight,
} from '@florin/db';
import type { Config } from '../config.ts';
import { type Finding, unknown, well, wrong } from './finding.ts';

export interface Look {
  readonly config: Config;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The key in the file that the first start wrote; null where there is none. */
  readonly keyInFile: string | null;
}

export async function lookAtDatabase(
  database: Database,
  { config, now, keyInFile }: Look,
): Promise<readonly Finding[]> {
  const { sql } = database;
  const pending = await countPending(database);
  const role = await readRole(sql);
  return [
    versionFinding(await readVersion(sql)),
    migrationsFinding(pending),
    roleFinding(role),
    ...(pending > 0 || role === 'missing'
      ? [unknown('grants', 'not looked at before the migrations have run')]
      : grantsFindings(await findWrongRights(sql))),
    await lookAtClock(database, now),
    pending > 0
      ? unknown('key', 'not looked at before the migrations have run')
      : await lookAtKeys(database, config, keyInFile),
  ];
}

const oldest = 15;

export function versionFinding(version: number): Finding {
  const [major, minor] = [Math.floor(version / 10_000), version % 10_000];
  const seen = `PostgreSQL ${major}.${minor}`;
  if (major >= oldest) return well('version', seen);
  return wrong(
    'version',
    `${seen} is too old`,
    `Upgrade it to PostgreSQL ${oldest} or newer, or unset DATABASE_URL: Florin then brings its own.`,
  );
}

function migrationsFinding(pending: number): Finding {
  if (pending === 0) return well('migrations', 'all have run');
  return wrong(
    'migrations',
    pending === 1 ? 'one has not run' : `${pending} have not run`,
    'Start Florin, or run "florin merchants list": either runs them first.',
  );
}

export function roleFinding(role: RoleState): Finding {
  switch (role) {
    case 'fine':
      return well('role', 'the server works as florin_app');
    case 'missing':
      return wrong(
        'role',
        'there is no role florin_app',
        'Start Florin: it makes the role. If its user may not, run as an administrator: CREATE ROLE florin_app NOLOGIN; GRANT florin_app TO <the user of DATABASE_URL>;',
      );
    case 'forbidden':
      return wrong(
        'role',
        "DATABASE_URL's user may not work as florin_app",
        'Run as an administrator: GRANT florin_app TO <the user of DATABASE_URL>;',
      );
    case 'superuser':
      return wrong(
        'role',
        'florin_app is a superuser, so nothing keeps it from changing history',
        'Run as an administrator: ALTER ROLE florin_app NOSUPERUSER;',
      );
  }
}

/** A line for each that is wrong. */
function grantsFindings(found: readonly WrongRight[]): readonly Finding[] {
  if (found.length === 0) return [well('grants', 'florin_app may do what it must, and no more')];
  return found.map(({ on, right, isMissing }) => {
    if (right === null) {
      const mend = 'The migrations made it, and somebody dropped it: restore it from a backup.';
      return wrong('grants', `there is no ${on}`, mend);
    }
    const [seen, mend] = isMissing
      ? [`lacks ${right} on ${on}`, `GRANT ${right} ON ${on} TO florin_app;`]
      : [`must not have ${right} on ${on}`, `REVOKE ${right} ON ${on} FROM florin_app;`];
    return wrong('grants', `florin_app ${seen}`, `Run as the owner: ${mend}`);
  });
}

/** Leases and deadlines are measured by this machine's clock, of 30 s and more. */
const mostOffMs = 5_000;

async function lookAtClock({ sql }: Database, now: () => number): Promise<Finding> {
  const before = now();
  const theirs = await readTime(sql);
  const offMs = (before + now()) / 2 - theirs;
  const seconds = Math.round(Math.abs(offMs) / 1_000);
  if (Math.abs(offMs) <= mostOffMs) return well('clock', "agrees with the database's");
  return wrong(
    'clock',
    `it is ${seconds} s ${offMs > 0 ? 'ahead of' : 'behind'} the database's`,
    'Set both machines by NTP (timedatectl set-ntp true): leases and deadlines go by the clock.',
  );
}

async function lookAtKeys(
  database: Database,
  { bootstrapKey, dataDir }: Config,
  keyInFile: string | null,
): Promise<Finding> {
  const merchants = await listMerchants(database);
  if (merchants.length === 0) {
    if (bootstrapKey !== undefined) {
      return well('key', 'the first start makes a merchant with FLORIN_BOOTSTRAP_KEY');
    }
    return wrong(
      'key',
      'there is no merchant',
      'Run "florin merchants create shop --mode test", then "florin keys create --merchant shop"; or set FLORIN_BOOTSTRAP_KEY and start Florin.',
    );
  }
  const make = `Make one: "florin keys create --merchant ${merchants[0]?.merchantId}".`;
  const keys = await countKeys(database);
  if (keys === 0) return wrong('key', 'no merchant has a key that opens anything', make);
  for (const [where, key] of [
    ['FLORIN_BOOTSTRAP_KEY', bootstrapKey ?? null],
    [`the key in ${dataDir}/api-key`, keyInFile],
  ] as const) {
    if (key === null || (await findCaller(database, key)) !== null) continue;
    const why = 'it is unknown here, revoked or expired';
    return wrong('key', `${where} opens nothing: ${why}`, `Use another key, or make one. ${make}`);
  }
  return well('key', keys === 1 ? 'there is one that works' : `there are ${keys} that work`);
}
