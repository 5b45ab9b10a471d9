/** Letting everything come to an end: no more faults, payers act, and the time comes for what waits. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '@florin/db';
import type { Chance } from './chance.ts';
import { actAsPayer } from './clients.ts';
import type { Stage } from './stage.ts';

/**
 * What is open is asked for daily at last: a proof moves those times, and nothing else.
 * @returns what is still open when patience ends; nothing, as it should be
 */
export async function settle(
  stage: Stage,
  chance: Chance,
  patienceMs: number,
): Promise<readonly string[]> {
  await stage.setFaults({ all: 0, down: 0 });
  const { sql } = stage.database.owner;
  const giveUpAt = Date.now() + patienceMs;
  for (;;) {
    await makeDue(stage.database.owner);
    const waiting = await sql<{ id: string }[]>`
      select replace(id::text, '-', '') as id from payments where status = 'REQUIRES_ACTION'`;
    for (const { id } of waiting) await actAsPayer(stage, `pay_${id}`, chance);
    const open = await openThings(stage);
    if (open.length === 0 || Date.now() > giveUpAt) return open;
    await sleep(500);
  }
}

/**
 * The time comes for all that waits for it. What a Florin holds is left to the next round: to wait for
 * it while we hold others is a deadlock, where it waits for those.
 */
export async function makeDue({ sql }: Database): Promise<void> {
  for (const [table, due, waits] of [
    ['operations', 'lease_until', "status = 'open'"],
    ['provider_reports', 'due_at', "status = 'waiting'"],
    ['idempotency_keys', 'lease_until', 'version is null'],
  ]) {
    await sql.unsafe(`update ${table} set ${due} = now() - interval '1 second'
      where ctid in (select ctid from ${table} where ${waits} for update skip locked)`);
  }
}

async function openThings({ database }: Stage): Promise<readonly string[]> {
  const rows = await database.owner.sql<{ what: string }[]>`
    select 'operation ' || kind || ' ' || id as what from operations where status = 'open'
    union all select 'payment ' || status || ' ' || id from payments
      where status in ('PENDING', 'REQUIRES_ACTION') and provider <> 'manual'
    union all select 'report ' || id from provider_reports where status = 'waiting'
    union all select 'event ' || payment_id || ' ' || version from events e
      where not exists (select from feed f where f.merchant_id = e.merchant_id
        and f.payment_id = e.payment_id and f.version = e.version and f.number is not null)`;
  return rows.map(({ what }) => what);
}
