/** The one road for money here: dedupe, decide, record, report; and only then is anyone told. */
import { collects, type OperationId, type PaymentId } from '@florin/core';
import { decide, differences, type Fate, settle } from './acquirer.ts';
import type { Books, Entry } from './books.ts';
import type { Faults } from './faults.ts';
import type { Occasions } from './occasions.ts';
import { type Line, type RecordFile, type ReportStyle, reportStyles } from './record.ts';
import type { Reports } from './reports.ts';
import type { Asked, Movement, PayerOutcome } from './wire.ts';

export interface OperationsParts {
  readonly record: RecordFile;
  readonly books: Books;
  readonly faults: Faults;
  readonly occasions: Occasions;
  readonly reports: Reports;
  /** Where a payer acts on a payment. */
  readonly payerUrl: (payment: PaymentId) => string;
}

export interface Operations {
  /** Asked again with the same id it moves nothing, and answers what it answered. */
  perform(asked: Asked): Promise<
    | { readonly movement: Movement; readonly isNew: boolean }
    /** The id was used for something that differs in these fields. */
    | { readonly differing: readonly string[]; readonly earlier: Movement }
  >;
  find(id: OperationId): Promise<Movement | null>;
  /** The payer acts. The same act again changes nothing. */
  act(
    payment: PaymentId,
    choice: PayerOutcome,
  ): Promise<Movement | 'unknown_payment' | 'nothing_waits'>;
}

export function createOperations(parts: OperationsParts): Operations {
  const { record, books, faults, occasions, reports, payerUrl } = parts;

  /** Entered at once, so that whoever comes next is decided by it; told only once it is synced. */
  async function write(
    line: Extract<Line, { type: 'movement' | 'settlement' }>,
  ): Promise<Movement> {
    const entry = books.enter(line);
    if (!entry) throw new Error(`A ${line.type} was entered as none.`);
    await record.append(line);
    await reports.take(entry);
    return movementOf(entry);
  }

  /** The movement as it stands now, once that is synced: it may have changed by then. */
  async function tell(entry: Entry): Promise<Movement> {
    await record.synced();
    return movementOf(entry);
  }

  function fateOf({ kind }: Asked, occasion: string): Fate {
    if (faults.strikes('declined', occasion)) return 'declined';
    const waits = collects(kind) && faults.strikes('requires_action', occasion);
    return waits ? 'requires_action' : 'approved';
  }

  /** Whatever follows on a report that is held back is reported, or nothing would be out of order. */
  function stylesOf(occasion: string, payment: PaymentId): readonly ReportStyle[] | null {
    if (!reports.isOn) return null;
    const styles = reportStyles.filter((style) => faults.strikes(`reported_${style}`, occasion));
    return styles.length > 0 || reports.holdsBack(payment) ? styles : null;
  }

  return {
    async perform(asked) {
      const earlier = books.find(asked.id);
      if (earlier) {
        const differing = differences(asked, earlier);
        if (differing.length === 0) return { movement: await tell(earlier), isNew: false };
        const conflict = { type: 'conflict', asked, at: now() } as const;
        books.enter(conflict);
        await record.append(conflict);
        return { differing, earlier: movementOf(earlier) };
      }

      const { payment_id } = asked;
      const occasion = occasions.of(asked);
      const fate = fateOf(asked, occasion);
      const said = decide(asked, books.accountOf(payment_id), fate, payerUrl(payment_id));
      const told = { reports: stylesOf(occasion, payment_id), at: now() };
      const movement = await write({ type: 'movement', ...asked, ...said, ...told });
      return { movement, isNew: true };
    },

    async find(id) {
      const entry = books.find(id);
      return entry && tell(entry);
    },

    async act(payment, choice) {
      if (!books.knows(payment)) return 'unknown_payment';
      const entry = books.payersOf(payment);
      if (!entry) return 'nothing_waits';
      const said = settle(entry.id, choice);
      if (books.accountOf(payment).waiting !== entry.id) {
        return entry.outcome === said.outcome ? tell(entry) : 'nothing_waits';
      }

      // Florin hears of it by the report alone, so there is always one.
      const styles = stylesOf(`${occasions.of(entry)} payer`, payment) ?? [];
      return write({ type: 'settlement', id: entry.id, ...said, reports: styles, at: now() });
    },
  };
}

const now = (): string => new Date().toISOString();

/** As it is told, without how it is reported. */
function movementOf({ type: _, reports: __, ...movement }: Entry): Movement {
  return movement;
}
