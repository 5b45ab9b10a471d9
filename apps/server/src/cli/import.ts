/** `florin import django`: the payments of the replaced system, as history. */
import { formatAmount, type ImportedStatus, importedStatuses } from '@florin/core';
import { type Database, DjangoTableError, openDjango } from '@florin/db';
import { InvalidArgumentError } from 'commander';
import { type Code, importDjango, type Outcome } from '../import/run.ts';
import { snakeKeys } from '../rest/casing.ts';
import { CommandError } from './answer.ts';
import { mustFindMerchant } from './merchants.ts';
import { barOf, createProgress, type Screen } from './progress.ts';

export interface Importing {
  /** URL of the old system's database. */
  readonly from: string;
  readonly merchant: string;
  readonly table: string;
  readonly fromId?: number | undefined;
  readonly mapStatus?: ReadonlyMap<string, ImportedStatus> | undefined;
  readonly dryRun?: true | undefined;
  readonly json?: true | undefined;
}

export interface ImportOutput extends Screen {
  readonly writeOut: (text: string) => void;
}

interface Tally {
  rows: number;
  imported: number;
  paidTwice: number;
  unchanged: number;
  followed: number;
  notImported: number;
  readonly byStatus: Record<string, number>;
  readonly byReason: Partial<Record<Code, number>>;
}

/** `banana=FAILED`, several times. @throws InvalidArgumentError */
export function parseStatus(
  text: string,
  before: ReadonlyMap<string, ImportedStatus> = new Map(),
): ReadonlyMap<string, ImportedStatus> {
  const at = text.lastIndexOf('=');
  const status = importedStatuses.find((one) => one === text.slice(at + 1).toUpperCase());
  if (at < 0 || status === undefined) {
    throw new InvalidArgumentError(
      `It must be such as paid=SUCCESS; what it means is one of ${importedStatuses.join(', ')}.`,
    );
  }
  return new Map([...before, [text.slice(0, at).trim().toUpperCase(), status]]);
}

/** @returns the code to exit with: 1 where a row is not imported or an order was paid twice */
export async function importCommand(
  database: Database,
  { from, merchant: idOrName, table, fromId, mapStatus = new Map(), dryRun, json }: Importing,
  output: ImportOutput,
): Promise<number> {
  const { merchantId, name } = await mustFindMerchant(database, idOrName);
  await using opened = new AsyncDisposableStack();
  const source = opened.adopt(await open(from, table, fromId), (it) => it.close());
  const options = { merchantId, statuses: mapStatus, dryRun: dryRun === true };
  const writer = json ? asJson : asText;
  const progress = createProgress(output);
  const startedAt = performance.now();
  const tally = newTally();
  const expected = await source.count();

  output.writeOut(writer.begin);
  let isFirst = true;
  for await (const page of importDjango(database, source, options)) {
    for (const outcome of page) {
      count(tally, outcome);
      if (outcome.kind !== 'paid_twice' && outcome.kind !== 'refused') continue;
      progress.clear();
      output.writeOut(writer.line(outcome, isFirst));
      isFirst = false;
    }
    const seconds = (performance.now() - startedAt) / 1_000;
    const rate = `${grouped(tally.rows / seconds)} a second`;
    progress.show(`${barOf(tally.rows, expected)} ${grouped(tally.rows)} rows, ${rate}`);
  }
  progress.clear();
  output.writeOut(writer.end(tally, name, options.dryRun));
  return tally.notImported + tally.paidTwice > 0 ? 1 : 0;
}

async function open(from: string, table: string, fromId: number | undefined) {
  try {
    return await openDjango(from, table, fromId);
  } catch (cause) {
    const { message, code } = cause as NodeJS.ErrnoException;
    const isTold = cause instanceof DjangoTableError;
    const more = isTold ? ' Name it with --table.' : '';
    throw new CommandError(`The old system's database cannot be read: ${message || code}.${more}`, {
      cause,
    });
  }
}

const newTally = (): Tally => ({
  rows: 0,
  imported: 0,
  paidTwice: 0,
  unchanged: 0,
  followed: 0,
  notImported: 0,
  byStatus: {},
  byReason: {},
});

function count(tally: Tally, outcome: Outcome): void {
  tally.rows += 1;
  switch (outcome.kind) {
    case 'paid_twice':
    case 'imported': {
      const { status } = outcome.payment;
      tally.imported += 1;
      if (outcome.kind === 'paid_twice') tally.paidTwice += 1;
      tally.byStatus[status] = (tally.byStatus[status] ?? 0) + 1;
      return;
    }
    case 'unchanged':
      tally.unchanged += 1;
      return;
    case 'followed':
      tally.followed += 1;
      return;
    case 'refused':
      tally.notImported += 1;
      tally.byReason[outcome.code] = (tally.byReason[outcome.code] ?? 0) + 1;
  }
}

type Told = Extract<Outcome, { readonly kind: 'paid_twice' | 'refused' }>;
const grouped = (number: number): string => Math.round(number).toLocaleString('en-US');

const asText = {
  begin: '',
  line(outcome: Told): string {
    if (outcome.kind === 'refused') return `not imported  row ${outcome.row}: ${outcome.why}\n`;
    const { orderId, amount, currency } = outcome.payment;
    const money = `${formatAmount(amount, currency)} ${currency}`;
    return `paid twice    row ${outcome.row}: order ${JSON.stringify(orderId)} has another successful payment; these ${money} are in suspense\n`;
  },
  end(tally: Tally, merchant: string, dryRun: boolean): string {
    const { byStatus, byReason } = tally;
    const would = dryRun ? 'Would import' : 'Imported';
    const lines = [
      `Read ${grouped(tally.rows)} rows for merchant "${merchant}".`,
      `${would} ${grouped(tally.imported)}${details(byStatus)}, ${grouped(tally.paidTwice)} of them beside another successful payment of their order.`,
      `${grouped(tally.unchanged)} were imported before, ${grouped(tally.followed)} more have a new status.`,
      `${grouped(tally.notImported)} ${dryRun ? 'would not be' : 'are not'} imported${details(byReason)}.`,
      ...(dryRun ? ['Nothing was written: leave --dry-run out to import.'] : []),
    ];
    return `${lines.join('\n')}\n`;
  },
};

function details(counts: Readonly<Record<string, number>>): string {
  const all = Object.entries(counts).map(([name, number]) => `${name} ${grouped(number)}`);
  return all.length > 0 ? ` (${all.join(', ')})` : '';
}

/** One document, its results one a line. */
const asJson = {
  begin: '{"results": [',
  line(outcome: Told, isFirst: boolean): string {
    const { kind, row } = outcome;
    const of = { kind, legacyId: row };
    const told =
      outcome.kind === 'refused'
        ? { ...of, code: outcome.code, why: outcome.why }
        : { ...of, ...paidTwice(outcome.payment) };
    return `${isFirst ? '' : ','}\n${JSON.stringify(snakeKeys(told))}`;
  },
  end({ byStatus, byReason, ...counts }: Tally, merchantName: string, dryRun: boolean): string {
    const told = snakeKeys({ merchantName, dryRun, ...counts }) as object;
    const tally = { ...told, by_status: byStatus, by_reason: byReason };
    return `\n], "tally": ${JSON.stringify(tally)}}\n`;
  },
};

const paidTwice = ({
  orderId,
  amount,
  currency,
  id,
}: Extract<Told, { kind: 'paid_twice' }>['payment']) => ({
  paymentId: id,
  orderId,
  amount: formatAmount(amount, currency),
  currency,
});
