/** What must be true when everything has settled. Each answers what breaks it; nothing, as it should be. */
import { verify } from '@florin/db';
import type { Chance } from './chance.ts';
import type { Kills } from './chaos.ts';
import { ask } from './clients.ts';
import type { Journal } from './journal.ts';
import type { Movement } from './record.ts';
import type { Stage } from './stage.ts';

interface Evidence {
  readonly stage: Stage;
  readonly journal: Journal;
  readonly chance: Chance;
  readonly kills: Kills;
  /** How many kills there were to be. */
  readonly wanted: number;
  /** Operations that were asked for by two at once, before leases were ended to let it settle. */
  readonly overlaps: readonly string[];
  /** What is open although it had time to settle. */
  readonly open: readonly string[];
}

type Invariant = (evidence: Evidence) => Promise<readonly string[]> | readonly string[];

export const invariants: Readonly<Record<string, Invariant>> = {
  'every acknowledged answer is still true': acknowledged,
  'replays of final answers are byte for byte': replays,
  "the acquirer's record and Florin's operations match one to one": matched,
  'no operation moved twice, or as another': ({ stage }) => stage.record.conflicts,
  'no operation is asked for by two at once': ({ overlaps }) => overlaps,
  'nothing is captured or refunded that is not there': ({ stage }) =>
    stage.record.movements
      .filter(isBeyond)
      .map(({ id, kind, amount }) => `${id}: ${kind} ${amount}`),
  'no order was charged twice': chargedOnce,
  'no operation is left open': ({ open }) => open,
  'florin verify is clean': verified,
  "a kill landed between a provider's call and its outcome": ({ kills, wanted }) =>
    wanted > 0 && kills.between === 0 ? [`none of ${wanted} kills`] : [],
};

/** The version that was told is there, and says what was told. */
async function acknowledged({ stage, journal }: Evidence): Promise<readonly string[]> {
  const told = journal.entries.flatMap((entry) => entry.told ?? []);
  const missing: string[] = [];
  for (let at = 0; at < told.length; at += 500) {
    const some = told.slice(at, at + 500);
    const rows = await stage.database.owner.sql<{ id: string; version: number; status: string }[]>`
      select replace(e.payment_id::text, '-', '') as id, e.version, e.payment ->> 'status' as status
      from events e join json_to_recordset(${JSON.stringify(
        some.map(({ paymentId, version }) => ({ id: paymentId.slice('pay_'.length), version })),
      )}::json) as w(id uuid, version int) on e.payment_id = w.id and e.version = w.version`;
    const found = new Map(rows.map(({ id, version, status }) => [`pay_${id} ${version}`, status]));
    for (const { paymentId, version, text } of some) {
      const status = found.get(`${paymentId} ${version}`);
      if (status === undefined) missing.push(`${paymentId} has no version ${version}: ${text}`);
      else if (!text.includes(`"status":"${status}"`)) {
        missing.push(`${paymentId} was ${status} in version ${version}, and told: ${text}`);
      }
    }
  }
  return missing;
}

/** Everything that was ever asked for, once more: those that were told, and those that were not. */
async function replays({ stage, journal, chance }: Evidence): Promise<readonly string[]> {
  const queue = [...journal.entries];
  const lost: string[] = [];
  const one = async (): Promise<void> => {
    for (let entry = queue.pop(); entry; entry = queue.pop()) {
      const wasTold = entry.told !== null;
      let isSettled = false;
      for (let attempt = 0; attempt < 5 && !isSettled; attempt++) {
        isSettled = await ask(stage, journal, entry, chance);
      }
      if (wasTold && !isSettled)
        lost.push(`${entry.asked.path} ${JSON.stringify(entry.asked.body)}`);
    }
  };
  await Promise.all(Array.from({ length: 16 }, one));
  return [...journal.broken, ...lost];
}

async function matched({ stage }: Evidence): Promise<readonly string[]> {
  await stage.record.refresh();
  const rows = await stage.database.owner.sql<
    { id: string; kind: string; amount: string; status: string }[]
  >`select 'op_' || replace(o.id::text, '-', '') as id, o.kind, o.amount::text, o.status
    from operations o join payments p on p.merchant_id = o.merchant_id and p.id = o.payment_id
    where p.provider = 'acquirer'`;
  const wrong: string[] = [];
  const known = new Set(rows.map(({ id }) => id));
  for (const { id, kind, amount, status } of rows) {
    const movement = stage.record.find(id);
    const here = `${kind} ${amount} ${status}`;
    const there = movement ? `${movement.kind} ${movement.amount} ${movement.outcome}` : 'nothing';
    if (here !== there) wrong.push(`${id}: ${here} here, ${there} at the acquirer`);
  }
  for (const { id, kind, amount, outcome } of new Set(stage.record.movements)) {
    if (!known.has(id))
      wrong.push(`${id}: nothing here, ${kind} ${amount} ${outcome} at the acquirer`);
  }
  return wrong;
}

/** By the acquirer's record, in its order: an order has the money of one payment at a time. */
function chargedOnce({ stage }: Evidence): readonly string[] {
  const paid = new Map<string, Map<string, bigint>>();
  const twice: string[] = [];
  for (const movement of stage.record.movements) {
    const change = changeBy(movement);
    if (change === 0n) continue;
    const ofOrder = paid.get(movement.order_id) ?? new Map<string, bigint>();
    paid.set(movement.order_id, ofOrder);
    ofOrder.set(movement.payment_id, (ofOrder.get(movement.payment_id) ?? 0n) + change);
    const holders = [...ofOrder].filter(([, amount]) => amount > 0n).map(([payment]) => payment);
    if (change > 0n && holders.length > 1)
      twice.push(`${movement.order_id}: ${holders.join(', ')}`);
  }
  return twice;
}

/** The acquirer refused it; a Florin must not even ask. */
function isBeyond({ failure }: Movement): boolean {
  return (
    failure?.code === 'capture_exceeds_authorized' || failure?.code === 'refund_exceeds_captured'
  );
}

function changeBy({ kind, outcome, amount }: Movement): bigint {
  if (outcome !== 'succeeded') return 0n;
  if (kind === 'charge' || kind === 'capture') return BigInt(amount);
  return kind === 'refund' ? -BigInt(amount) : 0n;
}

async function verified({ stage }: Evidence): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const one of verify(stage.database.owner)) {
    if (one.kind !== 'progress' && one.kind !== 'merchant') found.push(inText(one));
  }
  return found;
}

const inText = (value: object): string =>
  JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? `${inner}` : inner));
