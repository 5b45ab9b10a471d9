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

/** So many times as many kills there are at most, where none has landed in the right moment. */
const patience = 3;

/** What another Florin is in the middle of has come to an end by then. */
const othersAreDoneMs = 500;

/**
 * Kills `count` times, spread over `seconds`; longer, where starting again takes longer, and more often
 * where none has landed between a call and its outcome.
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
  for (let done = 0; done < count || (kills.between === 0 && done < patience * count); ) {
    // Anywhere in its share of the time.
    const at = startedAt + ((done + chance.next()) * seconds * 1_000) / count;
    await sleep(Math.max(0, at - Date.now()));
    if (done % everyNth === everyNth - 2) {
      await stage.database.crash();
      kills.databases += 1;
      done += 1;
    } else {
      const which = chance.next() < 0.15 && done + 1 < count ? [0, 1] : [chance.below(2)];
      const killedAt = Date.now();
      const restarted = Promise.all(which.map((one) => stage.killFlorin(one)));
      kills.between += await countCutOff(stage, killedAt);
      await restarted;
      kills.florins += which.length;
      done += which.length;
    }
    onKill(kills);
  }
  await sleep(Math.max(0, startedAt + seconds * 1_000 - Date.now()));
  return kills;
}

/**
 * Of the operations that nobody has asked for twice or put off (their lease is the first, whole), and
 * that were there before the kill: those that the acquirer has performed. Whoever asked is gone.
 */
async function countCutOff({ database, record }: Stage, killedAt: number): Promise<number> {
  await sleep(othersAreDoneMs);
  const open = await database.owner.sql<{ id: string }[]>`
    select replace(id::text, '-', '') as id from operations
    where status = 'open' and attempts = 1 and created_at < ${new Date(killedAt).toISOString()}
      and created_at > ${new Date(killedAt - 10_000).toISOString()}
      and lease_until = created_at + interval '30 seconds'`.catch(() => []);
  await record.refresh();
  return open.filter(({ id }) => record.find(`op_${id}`) !== undefined).length;
}
