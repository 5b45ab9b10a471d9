/** Kills at random moments, and counts those that hit between a provider's call and its outcome. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Chance } from './chance.ts';
import type { Stage } from './stage.ts';

export interface Kills {
  florins: number;
  databases: number;
  /** Operations that the acquirer had performed when the Florin that asked was killed. */
  between: number;
}

/** Which of the kills are of the database. */
const everyNth = 5;

/** How often a kill is aimed, at most, where none of the others has landed in the right moment. */
const aims = 5;

/** While one is aimed: the acquirer is slow to tell of what it has performed, in answers and reports. */
const slowly = { slow: 1, slow_ms: 2_000, reported_before: 0, reported_late: 1, late_ms: 2_000 };

/** What is untold for so long is not about to be told. */
const staysMs = 100;

/** By then it is killed all the same. */
const aimingMs = 5_000;

/** What another Florin is in the middle of has come to an end by then. */
const othersAreDoneMs = 500;

/**
 * Kills `count` times, spread over `seconds`; longer, where starting again takes longer. Where chance has
 * let none of them land between a call and its outcome, more are aimed there.
 * @param onKill told after each
 */
export async function wreak(
  stage: Stage,
  chance: Chance,
  count: number,
  seconds: number,
  onKill: (kills: Kills) => void,
): Promise<Kills> {
  const kills: Kills = { florins: 0, databases: 0, between: 0 };
  const startedAt = Date.now();

  async function killFlorins(which: readonly number[]): Promise<void> {
    const killedAt = Date.now();
    const restarted = Promise.all(which.map((one) => stage.killFlorin(one)));
    await sleep(othersAreDoneMs);
    kills.between += (await untold(stage, killedAt)).length;
    await restarted;
    kills.florins += which.length;
  }

  for (let done = 0; done < count; done = kills.florins + kills.databases) {
    // Anywhere in its share of the time.
    const at = startedAt + ((done + chance.next()) * seconds * 1_000) / count;
    await sleep(Math.max(0, at - Date.now()));
    if (done % everyNth === everyNth - 2) {
      await stage.database.crash();
      kills.databases += 1;
    } else {
      await killFlorins(chance.next() < 0.15 && done + 1 < count ? [0, 1] : [chance.below(2)]);
    }
    onKill(kills);
  }
  for (let aimed = 0; aimed < aims && count > 0 && kills.between === 0; aimed++) {
    await stage.withFaults(slowly, async () => {
      await somethingStaysUntold(stage);
      await killFlorins([0, 1]);
    });
    onKill(kills);
  }
  await sleep(Math.max(0, startedAt + seconds * 1_000 - Date.now()));
  return kills;
}

async function somethingStaysUntold(stage: Stage): Promise<void> {
  const giveUpAt = Date.now() + aimingMs;
  let before: readonly string[] = [];
  while (Date.now() < giveUpAt) {
    const now = await untold(stage, Date.now());
    if (now.some((id) => before.includes(id))) return;
    before = now;
    await sleep(staysMs);
  }
}

/**
 * Of the operations that nobody has asked for twice or put off (their lease is the first, whole), and
 * that were there before `then`: those that the acquirer has performed, and whose outcome is not here.
 */
async function untold({ database, record }: Stage, then: number): Promise<readonly string[]> {
  const open = await database.owner.sql<{ id: string }[]>`
    select replace(id::text, '-', '') as id from operations
    where status = 'open' and attempts = 1 and created_at < ${new Date(then).toISOString()}
      and created_at > ${new Date(then - 10_000).toISOString()}
      and lease_until = created_at + interval '30 seconds'`.catch(() => []);
  await record.refresh();
  return open.map(({ id }) => `op_${id}`).filter((id) => record.find(id) !== undefined);
}
