/** The table: each row at 1, 16, 64 and 256 connections or callers, over REST and over the SDK. */
import type { BareRow } from '../baselines/statements.ts';
import type { Contestants } from '../contestants.ts';
import { type RowName, rowNames } from '../requests.ts';
import { type Compared, compare, type Pace, type Side } from '../sample.ts';
import { cpuSeconds } from '../usage.ts';

export interface TableRow extends Compared {
  readonly row: RowName;
  readonly by: 'REST' | 'SDK';
  readonly connections: number;
  /** What B is. */
  readonly baseline: string;
  /** CPU seconds per 1,000 requests to Florin. */
  readonly cpu: { readonly server: number; readonly database: number };
}

const connectionCounts = [1, 16, 64, 256] as const;
const bareRows: Readonly<Partial<Record<RowName, BareRow>>> = {
  create: 'create',
  'create manual': 'create manual',
  refund: 'refund',
};

/** Writes are compared with the same rows by bare SQL at its best, reads with a constant. */
async function baselineOf(
  { bare, bestClients, constant }: Contestants,
  row: RowName,
  connections: number,
): Promise<Side> {
  const bareRow = bareRows[row];
  if (bareRow === undefined) return constant(connections);
  return bare(bareRow, await bestClients(bareRow));
}

export async function table(
  contestants: Contestants,
  pace: Pace,
  told: (row: TableRow) => void,
): Promise<readonly TableRow[]> {
  const found: TableRow[] = [];
  for (const row of rowNames) {
    for (const by of ['REST', 'SDK'] as const) {
      for (const connections of connectionCounts) {
        const side = by === 'REST' ? contestants.rest : contestants.sdk;
        const counted = counting(contestants, side(row, connections));
        const baseline = await baselineOf(contestants, row, connections);
        const compared = await compare(counted.side, baseline, pace);
        const one = {
          row,
          by,
          connections,
          baseline: baseline.name,
          ...compared,
          cpu: counted.cpu(),
        };
        told(one);
        found.push(one);
      }
    }
  }
  return found;
}

/** The side, with the CPU that its runs take of Florin and of PostgreSQL. */
function counting({ florin, stage }: Contestants, { name, measure }: Side) {
  const used = { server: 0, database: 0, requests: 0 };
  const now = async () => [await cpuSeconds(florin.pid), await stage.databaseSeconds()] as const;
  return {
    cpu: () => ({
      server: (1000 * used.server) / used.requests,
      database: (1000 * used.database) / used.requests,
    }),
    side: {
      name,
      async measure(seconds: number) {
        const [server, database] = await now();
        const sample = await measure(seconds);
        const [serverNow, databaseNow] = await now();
        used.server += serverNow - server;
        used.database += databaseNow - database;
        used.requests += sample.count;
        return sample;
      },
    },
  };
}
