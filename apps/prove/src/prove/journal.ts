/** What the clients of a proof asked for, and what they were told for good. */

export interface Asked {
  readonly path: string;
  readonly body: Readonly<Record<string, string>>;
}

/** An answer that is final: told for good. */
interface Told {
  readonly text: string;
  readonly paymentId: string;
  readonly version: number;
}

export interface Entry {
  readonly asked: Asked;
  /** Null until there is one; a refusal is none. */
  told: Told | null;
}

export interface Journal {
  readonly entries: readonly Entry[];
  /** How often each status was answered; 0 is no answer at all. */
  readonly statuses: ReadonlyMap<number, number>;
  /** Answers that were not what an earlier one had said. */
  readonly broken: readonly string[];
  open(asked: Asked): Entry;
  /**
   * @param toldBefore what was told when the request was sent: one that is beside it, and slower, may
   *   still say that it is not known
   * @returns whether that settles the request
   */
  note(entry: Entry, status: number, text: string, toldBefore: Told | null): boolean;
}

export function createJournal(): Journal {
  const entries: Entry[] = [];
  const statuses = new Map<number, number>();
  const broken: string[] = [];
  return {
    entries,
    statuses,
    broken,
    open(asked) {
      const entry: Entry = { asked, told: null };
      entries.push(entry);
      return entry;
    },
    note(entry, status, text, toldBefore) {
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status === 200 || status === 201) {
        const { id, version } = JSON.parse(text) as { id: string; version: number };
        if (entry.told && entry.told.text !== text) {
          broken.push(
            `${entry.asked.path} ${JSON.stringify(entry.asked.body)}: first ${entry.told.text}, then ${text}`,
          );
        }
        entry.told ??= { text, paymentId: id, version };
        return true;
      }
      // What was answered for good is never refused afterwards, but for now, or for who knows how long.
      const isForNow = status === 0 || status === 202 || status >= 500 || isInFlight(text);
      if (toldBefore && (!isForNow || status === 202)) {
        broken.push(
          `${entry.asked.path} ${JSON.stringify(entry.asked.body)}: first ${toldBefore.text}, then ${status} ${text}`,
        );
      }
      return !isForNow;
    },
  };
}

const isInFlight = (text: string): boolean => text.includes('"idempotency_key_in_flight"');
