/**
 * What becomes of a provider's report: stored first, then applied by the same road as any outcome,
 * once. One that can't be applied is dead, for a reason that a person can act on.
 */
import {
  type Deadlines,
  formatAmount,
  limits,
  type RecordOutcome,
  withDeadline,
} from '@florin/core';
import {
  type Database,
  findMerchant,
  findOperation,
  type OperationOfPayment,
  type ProviderReport,
  postponeReport,
  type StoredReport,
  settleReport,
  storeReport,
} from '@florin/db';
import type { Logger } from 'pino';
import { storable } from '../providers/storable.ts';
import type { Engine } from './execute.ts';
import { askAgainAt } from './schedule.ts';

/** Where a stored report stands. `reason`: why it is dead. */
type Standing =
  | { readonly status: 'applied' | 'waiting' }
  | { readonly status: 'dead'; readonly reason: string };

export interface Reports {
  /** One that is there already, by its id, comes back as it was stored. */
  store(
    provider: string,
    report: ProviderReport,
  ): Promise<{ readonly stored: StoredReport; readonly isNew: boolean }>;
  /**
   * Applies a stored report, and marks it so. Never rejects: what goes wrong is logged, and the
   * report waits. Applied twice, after a crash or by two at once, it changes nothing.
   */
  apply(report: StoredReport): Promise<Standing>;
}

export interface ReportParts {
  readonly database: Database;
  readonly engine: Engine;
  readonly deadlines: Deadlines;
  readonly log: Logger;
}

/** What is to be done about a report; `later` says why it can't be applied now. */
type Verdict =
  | { readonly record: RecordOutcome }
  | { readonly dead: string }
  | { readonly later: string };

export function createReports({ database, engine, deadlines, log }: ReportParts): Reports {
  async function judge(report: StoredReport): Promise<Verdict> {
    const { merchantId, operationId } = report;
    const found = await findOperation(database, merchantId, operationId);
    if (!found) {
      const merchant = await findMerchant(database, merchantId);
      if (!merchant) return { dead: `There is no merchant ${merchantId}.` };
      return { later: `There is no operation ${operationId} of merchant ${merchantId}` };
    }
    const mismatch = mismatchOf(report, found);
    if (mismatch !== null) return { dead: mismatch };
    return { record: outcomeOf(report, found, deadlines) };
  }

  async function apply(report: StoredReport): Promise<Standing> {
    const verdict = await judge(report);
    if ('later' in verdict) return postpone(report, verdict.later);
    if ('dead' in verdict) return bury(report, verdict.dead);
    await engine.record(verdict.record);
    await settleReport(database, report, null, Date.now());
    return { status: 'applied' };
  }

  async function postpone(report: StoredReport, why: string): Promise<Standing> {
    const now = Date.now();
    const lastTry = report.receivedAt + limits.reportPatienceMs;
    if (now >= lastTry) return bury(report, `${why}, a day after this was reported.`);
    await postponeReport(database, report, Math.min(askAgainAt(report.attempts, now), lastTry));
    return { status: 'waiting' };
  }

  async function bury(report: StoredReport, reason: string): Promise<Standing> {
    await settleReport(database, report, reason, Date.now());
    log.warn(namesOf(report), 'report cannot be applied; its row says why');
    return { status: 'dead', reason };
  }

  return {
    store(provider, report) {
      const now = Date.now();
      const fit = { ...report, outcome: storable(report.outcome) };
      return storeReport(database, provider, fit, now, now + limits.leaseMs);
    },
    async apply(report) {
      if (report.status !== 'waiting') return standingOf(report);
      try {
        return await apply(report);
      } catch (cause) {
        log.error({ err: cause, ...namesOf(report) }, 'report not applied; trying again');
        const standing = postpone(report, 'It could not be applied, see the log');
        // Without it the report is tried again once its lease has run out.
        return standing.catch(() => ({ status: 'waiting' }));
      }
    },
  };
}

function standingOf({ status, reason }: StoredReport): Standing {
  return status === 'dead' ? { status, reason: reason ?? '' } : { status };
}

/** For the log: which it is, and nothing of what it says. */
const namesOf = ({ provider, id, merchantId, operationId }: StoredReport) => ({
  provider,
  reportId: id,
  merchantId,
  operationId,
});

/** Why the report can't be about this operation; null where it can. */
function mismatchOf(
  { provider, amount, currency }: StoredReport,
  { operation, payment }: OperationOfPayment,
): string | null {
  if (payment.provider !== provider) {
    return `Operation ${operation.id} is provider ${payment.provider}'s, and ${provider} reported it. Find out which one it meant; what it reports of that needs an id of its own.`;
  }
  if (amount === operation.amount && currency === payment.currency) return null;
  const reported = `${formatAmount(amount, currency)} ${currency}`;
  const asked = `${formatAmount(operation.amount, payment.currency)} ${payment.currency}`;
  return `${provider} reported ${reported}; operation ${operation.id} is about ${asked}. Find out which is right; a corrected report needs an id of its own.`;
}

function outcomeOf(
  { provider, operationId, merchantId, outcome, receivedAt }: StoredReport,
  { operation, payment }: OperationOfPayment,
  deadlines: Deadlines,
): RecordOutcome {
  return {
    type: 'outcome',
    merchantId,
    actor: `provider:${provider}`,
    paymentId: payment.id,
    operationId,
    // From when it came, however late it is applied: by our clock, not by the provider's.
    outcome: withDeadline(outcome, operation.kind, receivedAt, deadlines),
  };
}
