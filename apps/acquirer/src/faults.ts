/**
 * The ways in which the acquirer misbehaves: each with a probability, changed at any time. Chance is a
 * hash of the seed and of what it is about, so that it depends on no order of events.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { whatIsWrong } from './wire.ts';

/** In the order in which a request meets them. */
export const faultNames = [
  /** It goes away for `down_ms`: every request and every report of that time fails. */
  'down',
  /** It takes up to `slow_ms`, before or after the money has moved. */
  'slow',
  /** The connection is dropped before the money has moved: it knows nothing of the operation. */
  'dropped_before',
  'declined',
  /** A charge or an authorization demands that the payer acts. */
  'requires_action',
  /** It reports by itself what became of the operation: before it answers. */
  'reported_before',
  /** After `late_ms`. */
  'reported_late',
  /** Only once a later movement of the same payment was reported, or `late_ms` has passed. */
  'reported_out_of_order',
  /** Several times: two at once, and one more under another id. */
  'reported_repeatedly',
  /** The connection is dropped although the money has moved. */
  'dropped_after',
  /** 500 although the money has moved. */
  'failed_after',
  /** The same answer comes twice, the second time where the connection's next one is expected. */
  'answered_twice',
] as const;
export type FaultName = (typeof faultNames)[number];

const probability = z.number().min(0).max(1).optional();
const milliseconds = z.number().int().min(0).max(600_000).optional();

/** What changes; `all` is every probability that is not named. */
export const faultChange = z.strictObject({
  all: probability,
  ...(Object.fromEntries(faultNames.map((name) => [name, probability])) as Readonly<
    Record<FaultName, typeof probability>
  >),
  slow_ms: milliseconds,
  late_ms: milliseconds,
  down_ms: milliseconds,
});
export type FaultChange = z.output<typeof faultChange>;

const durations = ['slow_ms', 'late_ms', 'down_ms'] as const;
type FaultSettings = Readonly<Record<FaultName | (typeof durations)[number], number>>;

const none = () =>
  Object.fromEntries(faultNames.map((name) => [name, 0])) as Record<FaultName, number>;

const well: FaultSettings = { ...none(), slow_ms: 200, late_ms: 1_000, down_ms: 500 };

export interface Faults {
  settings(): FaultSettings;
  change(change: FaultChange): void;
  /** How often each has struck since the start. */
  struck(): Readonly<Record<FaultName, number>>;
  /** Whether the fault strikes `occasion`: for one seed, probability and occasion always the same. */
  strikes(fault: FaultName, occasion: string): boolean;
  /** A number from 0 up to, and without, 1. */
  chance(what: string, occasion: string): number;
  goDown(): void;
  isDown(): boolean;
}

export function createFaults(seed: string, initially: FaultChange = {}): Faults {
  let settings = changed(well, initially);
  const struck = none();
  let downUntil = 0;

  function chance(what: string, occasion: string): number {
    const hash = createHash('sha256')
      .update(JSON.stringify([seed, what, occasion]))
      .digest();
    return hash.readUIntBE(0, 6) / 2 ** 48;
  }

  return {
    settings: () => settings,
    change(change) {
      settings = changed(settings, change);
      if (settings.down === 0) downUntil = 0;
    },
    struck: () => struck,
    strikes(fault, occasion) {
      const does = chance(fault, occasion) < settings[fault];
      if (does) struck[fault] += 1;
      return does;
    },
    chance,
    goDown() {
      downUntil = Date.now() + settings.down_ms;
    },
    isDown: () => Date.now() < downUntil,
  };
}

function changed(before: FaultSettings, change: FaultChange): FaultSettings {
  const named = [...faultNames, ...durations].map((name) => {
    const others = faultNames.includes(name as FaultName) ? change.all : undefined;
    return [name, change[name] ?? others ?? before[name]];
  });
  return Object.fromEntries(named) as FaultSettings;
}

/**
 * Faults as a command line has them: `declined=0.1,slow=0.2,slow_ms=50`.
 * @throws Error that says what is wrong with them
 */
export function parseFaults(text: string): FaultChange {
  const pairs = text.split(',').filter((pair) => pair.trim() !== '');
  const named = pairs.map((pair) => {
    const [name = '', value = ''] = pair.split('=');
    return [name.trim(), value.trim() === '' ? value : Number(value)];
  });
  const parsed = faultChange.safeParse(Object.fromEntries(named));
  if (!parsed.success) throw new Error(`--faults: ${whatIsWrong(parsed.error)}.`);
  return parsed.data;
}
