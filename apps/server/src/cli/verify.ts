/** `florin verify`: are the books right? What is found is shown as it is found, however much it is. */
import { type Currency, formatAmount, isCurrency, type MerchantId } from '@florin/core';
import {
  type AccountTotals,
  type Counts,
  type Database,
  type Finding,
  listMerchants,
  type VerifiedMerchant,
  type VerifyProgress,
  verify,
} from '@florin/db';
import { snakeKeys } from '../rest/casing.ts';
import { shownTime, table, wireTime } from './answer.ts';
import { mustFindMerchant } from './merchants.ts';
import { createProgress, type Screen } from './progress.ts';

export interface Verification {
  /** Only this merchant's books: its id or its name. */
  readonly merchant?: string | undefined;
  readonly json?: true | undefined;
}

export interface VerifyOutput extends Screen {
  readonly writeOut: (text: string) => void;
}

type Verified = Finding | VerifiedMerchant;
type Names = ReadonlyMap<MerchantId, string>;

/** How the answer is written, a part at a time. */
interface Writer {
  begin(): string;
  part(verified: Verified, names: Names): string;
  end(tally: Tally): string;
}

interface Tally {
  readonly counts: Counts;
  readonly found: Readonly<Record<Finding['kind'], number>>;
}

/** @returns the code to exit with: 1 where there is a difference or an unresolved discrepancy */
export async function verifyCommand(
  database: Database,
  { merchant, json }: Verification,
  output: VerifyOutput,
): Promise<number> {
  const only = merchant === undefined ? undefined : await mustFindMerchant(database, merchant);
  const all = only ? [only] : await listMerchants(database);
  const names = new Map(all.map(({ merchantId, name }) => [merchantId, name]));
  const writer = json ? asJson() : asText;
  const progress = createProgress(output);
  const startedAt = performance.now();
  const counts = { payments: 0, operations: 0, events: 0, postings: 0 };
  const found = { difference: 0, discrepancy: 0, dead_report: 0 };

  output.writeOut(writer.begin());
  for await (const one of verify(database, { merchantId: only?.merchantId })) {
    if (one.kind === 'progress') {
      progress.show(progressLine(one, performance.now() - startedAt));
      continue;
    }
    if (one.kind !== 'merchant') found[one.kind] += 1;
    else for (const name of countNames) counts[name] += one.counts[name];
    progress.clear();
    output.writeOut(writer.part(one, names));
  }
  progress.clear();
  output.writeOut(writer.end({ counts, found }));
  return found.difference + found.discrepancy > 0 ? 1 : 0;
}

const countNames = ['payments', 'operations', 'events', 'postings'] as const;
const grouped = (count: number): string => Math.round(count).toLocaleString('en-US');

function progressLine({ payments, of }: VerifyProgress, elapsedMs: number): string {
  const rate = payments === 0 ? '' : `, ${grouped((payments * 1_000) / elapsedMs)} a second`;
  return `${grouped(payments)} of about ${grouped(of)} payments${rate}`;
}

const asText: Writer = {
  begin: () => '',
  part: (verified, names) =>
    verified.kind === 'merchant' ? merchantText(verified, names) : `${lineOf(verified)}\n`,
  end: ({ counts, found }) =>
    [
      `Checked ${counted(counts.payments, 'payment')}, ${counted(counts.operations, 'operation')}, ${counted(counts.events, 'event')} and ${counted(counts.postings, 'posting')}.`,
      `Found ${counted(found.difference, 'difference')}, ${counted(found.discrepancy, 'unresolved discrepancy', 'unresolved discrepancies')} and ${counted(found.dead_report, 'dead report')}.\n`,
    ].join('\n'),
};

const counted = (count: number, one: string, many = `${one}s`): string =>
  `${grouped(count)} ${count === 1 ? one : many}`;

function lineOf(finding: Finding): string {
  switch (finding.kind) {
    case 'difference': {
      const { paymentId, merchantId, what, expected, found } = finding;
      return `difference   ${paymentId ?? merchantId}  ${what}: expected ${expected}, found ${found}`;
    }
    case 'discrepancy': {
      const { paymentId, since, inSuspense } = finding;
      const suspense = inSuspense.length === 0 ? 'nothing' : inSuspense.join(', ');
      return `discrepancy  ${paymentId}  since ${shownTime(since)}, in suspense: ${suspense}`;
    }
    case 'dead_report': {
      const { operationId, provider, reportId, receivedAt, reason } = finding;
      return `dead report  ${operationId}  "${reportId}" of ${provider}, received ${shownTime(receivedAt)}: ${reason}`;
    }
  }
}

function merchantText({ merchantId, counts, balances }: VerifiedMerchant, names: Names): string {
  const heading = `Merchant "${names.get(merchantId) ?? '?'}" (${merchantId}), ${counted(counts.payments, 'payment')}:`;
  const rows = balances.map(balanceOf);
  return `${heading}\n${rows.length > 0 ? `${table(rows)}\n` : ''}\n`;
}

const balanceOf = ({ currency, account, debits, credits }: AccountTotals) => ({
  currency,
  account,
  debits: decimal(debits, currency),
  credits: decimal(credits, currency),
});

/** Minor units where the currency is none that there is: that is among the differences. */
const decimal = (amount: bigint, currency: Currency): string =>
  isCurrency(currency) ? formatAmount(amount, currency) : String(amount);

/** One document, its results one a line. */
function asJson(): Writer {
  let isFirst = true;
  return {
    begin: () => '{"results": [',
    part: (verified, names) => {
      const separator = isFirst ? '\n' : ',\n';
      isFirst = false;
      return separator + JSON.stringify(snakeKeys(wireOf(verified, names)));
    },
    end: ({ counts, found }) => {
      const {
        difference: differences,
        discrepancy: discrepancies,
        dead_report: deadReports,
      } = found;
      const tally = { ...counts, differences, discrepancies, deadReports };
      return `\n], "tally": ${JSON.stringify(snakeKeys(tally))}}\n`;
    },
  };
}

function wireOf(verified: Verified, names: Names): unknown {
  const merchantName = names.get(verified.merchantId) ?? null;
  switch (verified.kind) {
    case 'merchant':
      return { ...verified, merchantName, balances: verified.balances.map(balanceOf) };
    case 'difference':
      return { ...verified, merchantName };
    case 'discrepancy':
      return { ...verified, merchantName, since: wireTime(verified.since) };
    case 'dead_report':
      return { ...verified, merchantName, receivedAt: wireTime(verified.receivedAt) };
  }
}
