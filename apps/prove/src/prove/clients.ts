/** Clients that pay, change their minds, and repeat themselves, against whichever Florin is there. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Chance } from './chance.ts';
import type { Asked, Entry, Journal } from './journal.ts';
import type { Stage } from './stage.ts';

export interface Clients {
  /** No further wish; resolves once those under way are answered, or given up. */
  stop(): Promise<void>;
}

/** A request that got no final answer is sent again so often. */
const tries = 6;
/** Those that later wishes are about. */
const remembered = 400;

export function startClients(
  stage: Stage,
  journal: Journal,
  chance: Chance,
  count: number,
): Clients {
  const payments: string[] = [];
  const orders: string[] = [];
  let made = 0;
  let stopping = false;

  function wish(): Entry {
    const luck = chance.next();
    if (payments.length === 0 || luck < 0.35) return journal.open(create());
    if (luck < 0.5 && journal.entries.length > 0)
      return chance.pick(journal.entries.slice(-remembered));
    return journal.open(move(chance.pick(payments)));
  }

  function create(): Asked {
    made += 1;
    // Some want to pay what others are paying.
    const isContended = orders.length > 0 && chance.next() < 0.4;
    const order_id = isContended ? chance.pick(orders) : `order-${made}`;
    if (!isContended) remember(orders, order_id);
    return {
      path: '/payments/',
      body: {
        order_id,
        amount: `${1 + chance.below(200)}.${10 + chance.below(90)}`,
        provider: 'acquirer',
        capture: chance.next() < 0.35 ? 'manual' : 'automatic',
        idempotency_key: `create-${made}`,
      },
    };
  }

  function move(payment: string): Asked {
    made += 1;
    const idempotency_key = `move-${made}`;
    const part = chance.next() < 0.6 ? { amount: `${1 + chance.below(60)}.00` } : {};
    const luck = chance.next();
    if (luck < 0.25)
      return { path: `/payments/${payment}/capture/`, body: { ...part, idempotency_key } };
    if (luck < 0.4) return { path: `/payments/${payment}/cancel/`, body: { idempotency_key } };
    return { path: `/payments/${payment}/refund/`, body: { ...part, idempotency_key } };
  }

  async function client(): Promise<void> {
    while (!stopping) {
      const entry = wish();
      for (let attempt = 0; attempt < tries && !stopping; attempt++) {
        if (await ask(stage, journal, entry, chance)) break;
        await sleep(20 + chance.below(80));
      }
      if (entry.told) remember(payments, entry.told.paymentId);
      if (entry.told?.text.includes('"REQUIRES_ACTION"') && chance.next() < 0.5) {
        await actAsPayer(stage, entry.told.paymentId, chance);
      }
    }
  }

  const all = Array.from({ length: count }, client);
  return {
    async stop() {
      stopping = true;
      await Promise.all(all);
    },
  };
}

function remember(list: string[], one: string): void {
  list.push(one);
  if (list.length > remembered) list.splice(0, list.length - remembered);
}

/** @returns whether that settles it */
export async function ask(
  stage: Stage,
  journal: Journal,
  entry: Entry,
  chance: Chance,
): Promise<boolean> {
  const urls = stage.urls();
  if (urls.length === 0) return false;
  const { path, body } = entry.asked;
  const toldBefore = entry.told;
  try {
    const answer = await fetch(chance.pick(urls) + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${stage.key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(30_000),
    });
    return journal.note(entry, answer.status, await answer.text(), toldBefore);
  } catch {
    return journal.note(entry, 0, '', toldBefore);
  }
}

/** The payer does what the bank asked for, or does not; where it is too late the acquirer says so. */
export async function actAsPayer(stage: Stage, payment: string, chance: Chance): Promise<void> {
  const outcome = chance.next() < 0.8 ? 'approved' : 'declined';
  const answer = await fetch(`${stage.acquirerUrl}/payers/${payment}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ outcome }),
  });
  await answer.body?.cancel();
}
