/** What is aimed at, and how far it is reached. */

export interface Target {
  readonly what: string;
  readonly unit: 'x' | 's' | 'MB';
  /** What must hold, and what would be better. */
  readonly reach: number;
  readonly aim: number;
  /** Whether more is better. */
  readonly isFloor: boolean;
}

export const targets = {
  bare: floor('create over REST, 64 connections, against (a) at its best', 1.2, 1.5),
  byHand: floor('the same against (b) at 64 connections', 1.7, 2.5),
  sdk: floor('create through the SDK, 64 concurrent callers, against create over REST', 1, 1.5),
  spread: ceiling('p99 of create at 64 connections, against its p50', 5, 3),
  alone: ceiling('create with one client: p50, against (a) with one client', 2.5, 1.7),
  get: floor('get by id over REST, against the same host answering a constant', 0.4, 0.6),
  list: ceiling('list page of 50, many payments against few, p50', 1.3, 1.1),
  byOrder: ceiling('by order, many payments against few, p50', 1.3, 1.1),
  grown: ceiling('create with many payments in the table against an empty one, p50', 1.4, 1.2),
  fresh: ceiling('a fresh database, unaided: half of its steady rate after', 30, 5, 's'),
  memory: ceiling('memory of the server after 100,000 payments at 64 connections', 250, 150, 'MB'),
} as const satisfies Record<string, Target>;

export type TargetName = keyof typeof targets;

/** What was measured of some of them. */
export type Reached = Partial<Record<TargetName, number>>;

function floor(what: string, reach: number, aim: number): Target {
  return { what, unit: 'x', reach, aim, isFloor: true };
}

function ceiling(what: string, reach: number, aim: number, unit: Target['unit'] = 'x'): Target {
  return { what, unit, reach, aim, isFloor: false };
}

export function verdict({ reach, aim, isFloor }: Target, measured: number): string {
  const holds = (bound: number) => (isFloor ? measured >= bound : measured <= bound);
  if (holds(aim)) return 'aim';
  return holds(reach) ? 'reach' : 'MISSED';
}
