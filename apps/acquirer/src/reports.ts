/**
 * What the acquirer reports by itself: Standard Webhooks (https://www.standardwebhooks.com) in the
 * format of Florin's sandbox, sent until they are acknowledged. Those that are under way at a crash are
 * taken up again from the record.
 */
import { formatAmount, type PaymentId, uuidOf } from '@florin/core';
import { Webhook } from 'standardwebhooks';
import type { Entry } from './books.ts';
import type { Faults } from './faults.ts';
import type { RecordFile } from './record.ts';
import { reportAnswer, said } from './wire.ts';

export interface ReportsParts {
  /** What they are signed with (`whsec_…`); without it nothing is reported. */
  readonly secret: string | undefined;
  /** Addresses of Florins on one database: the next one is tried where one does not answer. */
  readonly to: readonly string[];
  readonly record: RecordFile;
  readonly faults: Faults;
  /** Reports that were acknowledged before. */
  readonly acknowledged: ReadonlySet<string>;
  /** Told of a report that Florin refuses: it is sent again, but nobody should wait for that. */
  readonly warn: (line: string) => void;
}

export interface Reports {
  /** Whether anything is reported at all. */
  readonly isOn: boolean;
  /** Reports the movement as it is to be reported; resolves when its answer may be given. */
  take(entry: Entry): Promise<void>;
  /** Whether a report of the payment is held back until a later one has gone. */
  holdsBack(payment: PaymentId): boolean;
  sendTo(urls: readonly string[]): void;
  /** `waiting`: not acknowledged yet. The others: what Florin said of those it acknowledged. */
  counts(): Readonly<Record<'waiting' | Standing, number>>;
  stop(): Promise<void>;
}

/** What Florin did with a report: `dead` is one that it could not apply. */
type Standing = 'applied' | 'stored' | 'dead';

interface Report {
  readonly id: string;
  /** Counts them in the order of their movements. */
  readonly number: number;
  readonly payment: PaymentId;
  readonly body: string;
  readonly copies: number;
  /** A second id, under which it is sent once more. */
  readonly again: string | null;
  readonly isHeldBack: boolean;
  readonly delivered: PromiseWithResolvers<void>;
  dueAt: number;
  tries: number;
  isOnItsWay: boolean;
}

/** How many are sent at once. */
const atOnce = 16;
/** How long an answer waits for the report that goes before it. */
const beforeMs = 2_000;
const answerWithinMs = 10_000;
const retryMs = { first: 50, most: 1_000 } as const;

export function createReports(parts: ReportsParts): Reports {
  const { record, faults, warn } = parts;
  const webhook = parts.secret === undefined ? null : new Webhook(parts.secret);
  const reports = new Map<string, Report>();
  const answered: Record<Standing, number> = { applied: 0, stored: 0, dead: 0 };
  const stopping = new AbortController();
  const onTheirWay = new Set<Promise<void>>();
  let { to } = parts;
  let taken = 0;
  let timer: NodeJS.Timeout | undefined;

  function send(): void {
    clearTimeout(timer);
    if (stopping.signal.aborted || to.length === 0 || webhook === null) return;
    const now = Date.now();
    let next = Number.POSITIVE_INFINITY;
    for (const report of reports.values()) {
      if (onTheirWay.size >= atOnce) return;
      if (report.isOnItsWay) continue;
      if (report.dueAt > now) next = Math.min(next, report.dueAt);
      else start(report, webhook);
    }
    if (Number.isFinite(next)) timer = setTimeout(send, next - now);
  }

  function start(report: Report, signer: Webhook): void {
    report.isOnItsWay = true;
    const done = deliver(report, signer).finally(() => {
      report.isOnItsWay = false;
      onTheirWay.delete(done);
      send();
    });
    onTheirWay.add(done);
  }

  async function deliver(report: Report, signer: Webhook): Promise<void> {
    const url = to[report.tries % to.length] ?? '';
    report.tries += 1;
    const copies = faults.isDown() ? 0 : report.copies;
    const answers = await Promise.all(
      Array.from({ length: copies }, () => post(report, url, signer)),
    );
    const answer = answers.find((one) => one !== null);
    if (!answer) {
      report.dueAt = Date.now() + Math.min(retryMs.first * 2 ** (report.tries - 1), retryMs.most);
      return;
    }

    answered[answer] += 1;
    reports.delete(report.id);
    for (const other of reports.values()) {
      if (other.payment !== report.payment || other.number > report.number) continue;
      if (other.isHeldBack) other.dueAt = 0;
    }
    if (report.again !== null) {
      queue({ ...report, id: report.again, again: null, copies: 1, isHeldBack: false });
    }
    report.delivered.resolve();
    await record.append({ type: 'reported', report: report.id });
  }

  /** @returns what Florin said; null where it did not acknowledge it */
  async function post(report: Report, url: string, signer: Webhook): Promise<Standing | null> {
    const at = new Date();
    const patience = AbortSignal.any([stopping.signal, AbortSignal.timeout(answerWithinMs)]);
    try {
      const answer = await fetch(`${url}/providers/acquirer/reports/`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'webhook-id': report.id,
          'webhook-timestamp': `${Math.floor(at.getTime() / 1000)}`,
          'webhook-signature': signer.sign(report.id, at, report.body),
        },
        body: report.body,
        signal: patience,
      });
      const text = await answer.text();
      if (!answer.ok) {
        if (answer.status < 500) warn(`Report ${report.id}: ${answer.status} ${text}`);
        return null;
      }
      const { status } = reportAnswer.parse(JSON.parse(text));
      if (status === 'dead') warn(`Report ${report.id}: ${text}`);
      return status === 'waiting' ? 'stored' : status;
    } catch {
      return null;
    }
  }

  function queue(report: Omit<Report, 'tries' | 'isOnItsWay'>): void {
    reports.set(report.id, { ...report, tries: 0, isOnItsWay: false });
  }

  return {
    isOn: webhook !== null,
    async take(entry) {
      const id = `rep_${uuidOf(entry.id)}_${entry.outcome}`;
      if (webhook === null || entry.reports === null || parts.acknowledged.has(id)) return;
      const styles = new Set(entry.reports);
      const isPrompt = !styles.has('late') && !styles.has('out_of_order');
      const delivered = Promise.withResolvers<void>();
      queue({
        id,
        number: ++taken,
        payment: entry.payment_id,
        body: bodyOf(entry),
        copies: styles.has('repeatedly') ? 2 : 1,
        again: styles.has('repeatedly') ? `${id}_again` : null,
        isHeldBack: styles.has('out_of_order'),
        delivered,
        dueAt: isPrompt ? 0 : Date.parse(entry.at) + faults.settings().late_ms,
      });
      send();
      if (styles.has('before') && isPrompt && to.length > 0)
        await within(beforeMs, delivered.promise);
    },
    holdsBack: (payment) =>
      [...reports.values()].some((report) => report.payment === payment && report.isHeldBack),
    sendTo(urls) {
      to = urls;
      send();
    },
    counts: () => ({ waiting: reports.size, ...answered }),
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await Promise.all(onTheirWay);
    },
  };
}

/** The same whenever it is made, so that a report that is sent again is the same report. */
function bodyOf(entry: Entry): string {
  const { merchant_id, id: operation_id, currency, at: occurred_at } = entry;
  const amount = formatAmount(BigInt(entry.amount), currency);
  const about = { merchant_id, operation_id, amount, currency, occurred_at };
  return JSON.stringify({ ...about, ...said.parse(entry) });
}

/** Waits for it, but not longer. */
async function within(ms: number, awaited: Promise<void>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms).unref();
  await Promise.race([awaited, promise]);
  clearTimeout(timer);
}
