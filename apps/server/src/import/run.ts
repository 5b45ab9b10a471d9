/**
 * The import: page by page, each page in commits of its own, by the one write path. It may be ended
 * at any time and run again; what is there is left alone, what has changed in the old system follows.
 */
import { detailOf, type Import, type Payment, type Report } from '@florin/core';
import {
  analyzeGrown,
  commit,
  type Database,
  type DjangoPayments,
  type DjangoRow,
  foresee,
  type ImportedPayment,
  LegacyIdTaken,
  type Result,
  readImported,
  troubleOf,
} from '@florin/db';
import { type Fault, judge, type Wanted } from './judge.ts';

/** What became of a row, or would; `unchanged`: it was imported before. */
export type Outcome =
  | { readonly kind: 'imported'; readonly row: number; readonly payment: Payment }
  | { readonly kind: 'paid_twice'; readonly row: number; readonly payment: Payment }
  | { readonly kind: 'unchanged'; readonly row: number }
  | { readonly kind: 'followed'; readonly row: number; readonly payment: Payment }
  | { readonly kind: 'refused'; readonly row: number; readonly code: Code; readonly why: string };

/** Why a row is not imported: the column that is wrong, or what stands in its way here. */
export type Code = Fault['column'] | 'key_in_use' | 'legacy_id_in_use' | 'cannot_follow' | 'failed';

export interface ImportOptions extends Wanted {
  readonly dryRun: boolean;
}

/** Decides commands: for good, or to see what would become of them. */
type Decide = (commands: readonly (Import | Report)[]) => Promise<readonly Result[]>;

/** What became of each page's rows, in their order. */
export async function* importDjango(
  database: Database,
  source: DjangoPayments,
  options: ImportOptions,
): AsyncGenerator<readonly Outcome[]> {
  const { sql } = database;
  const { dryRun } = options;
  const decide: Decide = (commands) =>
    dryRun ? foresee(sql, commands) : commitAll((some) => commit(sql, some), commands);
  // A dry run writes nothing that a later page could see: an order's payments must come together.
  const pages = dryRun ? source.pagesByOrder() : source.pages();
  for await (const rows of pages) {
    yield await importPage({ sql }, rows, options, decide);
    if (!dryRun) await analyzeGrown(database);
  }
}

async function importPage(
  { sql }: Pick<Database, 'sql'>,
  rows: readonly DjangoRow[],
  wanted: Wanted,
  decide: Decide,
): Promise<readonly Outcome[]> {
  const judged = rows.map((row) => judge(row, wanted));
  const imports = judged.filter((one) => one.type === 'import');
  const results = await decide(imports);
  const decided = new Map(imports.map((command, at) => [command, results[at]] as const));
  const before = imports.filter((command) => decided.get(command)?.kind === 'replayed');
  const followed = await follow(sql, before, decide);
  return judged.map((one, at): Outcome => {
    const row = rows[at]?.id ?? 0;
    if (one.type === 'faulty') return refusedFor(row, one.faults);
    return followed.get(one) ?? outcomeOf(one, decided.get(one));
  });
}

const refusedFor = (row: number, faults: readonly Fault[]): Outcome => ({
  kind: 'refused',
  row,
  code: faults[0]?.column ?? 'failed',
  why: faults.map(({ why }) => why).join('; '),
});

function outcomeOf({ legacyId: row }: Import, result: Result | undefined): Outcome {
  switch (result?.kind) {
    case 'applied':
      return {
        kind: result.payment.discrepancy ? 'paid_twice' : 'imported',
        row,
        payment: result.payment,
      };
    case 'replayed':
      return { kind: 'unchanged', row };
    case 'refused':
      return { kind: 'refused', row, code: 'key_in_use', why: detailOf(result.refusal) };
    case 'failed': {
      const { error } = result;
      const why = error instanceof Error ? error.message : String(error);
      const code = error instanceof LegacyIdTaken ? 'legacy_id_in_use' : 'failed';
      return { kind: 'refused', row, code, why };
    }
    default:
      return { kind: 'refused', row, code: 'failed', why: `it was ${result?.kind}` };
  }
}

/** Rows that were imported before, and whose status is another one by now in the old system. */
async function follow(
  sql: Database['sql'],
  before: readonly Import[],
  decide: Decide,
): Promise<ReadonlyMap<Import, Outcome>> {
  const merchantId = before[0]?.merchantId;
  if (merchantId === undefined) return new Map();
  const ids = before.map(({ legacyId }) => legacyId);
  const known = await readImported(sql, merchantId, ids);
  const changed = before.flatMap((command) => {
    const then = known.get(command.legacyId);
    const isNew = then && command.status !== then.importedAs && command.status !== then.status;
    return isNew ? [{ command, then }] : [];
  });
  const results = await decide(changed.map(({ command, then }) => reportOf(command, then)));
  return new Map(
    changed.map(({ command, then }, at) => [command, followedTo(command, then, results[at])]),
  );
}

const reportOf = (
  { merchantId, actor, status }: Import,
  { paymentId }: ImportedPayment,
): Report => ({
  type: 'report',
  merchantId,
  actor,
  paymentId,
  status,
  idempotencyKey: null,
});

function followedTo(
  { legacyId: row, status }: Import,
  then: ImportedPayment,
  result: Result | undefined,
): Outcome {
  if (result?.kind === 'applied') return { kind: 'followed', row, payment: result.payment };
  const reason = result?.kind === 'refused' ? detailOf(result.refusal) : `it was ${result?.kind}`;
  const why = `it is ${status} there by now, ${then.status} here (${then.paymentId}): ${reason}`;
  return { kind: 'refused', row, code: 'cannot_follow', why };
}

/** More losses in a row than any race explains. */
const mostLosses = 20;

/** @throws what kept the database from answering: the import is to be run again */
async function commitAll(
  commitSome: (commands: readonly (Import | Report)[]) => Promise<readonly Result[]>,
  commands: readonly (Import | Report)[],
): Promise<readonly Result[]> {
  const results = new Map<Import | Report, Result>();
  let waiting = commands;
  for (let attempt = 0; waiting.length > 0 && attempt < mostLosses; attempt++) {
    const some = await commitSome(waiting);
    for (const [at, command] of waiting.entries()) {
      const result = some[at];
      if (result?.kind === 'failed' && troubleOf(result.error) === 'unreachable')
        throw result.error;
      if (result) results.set(command, result);
    }
    waiting = waiting.filter((command) => results.get(command)?.kind === 'again');
  }
  return commands.map((command) => results.get(command) ?? { kind: 'again' });
}
