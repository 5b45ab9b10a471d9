/**
 * What PostgreSQL's planner knows of the tables. It looks once a minute by itself, and until it has it
 * keeps the plans of an empty table: foreign keys by an index that reads all of a merchant's rows.
 */
import type { Database } from './connect.ts';

/**
 * Has PostgreSQL look at those tables that have doubled since it last did (of the empty ones, those of
 * more than 128 kB). Waits for nobody's lock; safe in any number of processes.
 * @returns the tables' names, `public.payments`
 */
export async function analyzeGrown({ sql }: Database): Promise<readonly string[]> {
  const [row] = await sql<{ grown: string[] }[]>`select florin_analyze_grown() as grown`;
  return row?.grown ?? [];
}
