/** `florin doctor` on what the server's role may do: each row breaks one thing, and its line mends it. */
import { type TestDatabase, testDatabase } from '@florin/db/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { examine } from '../src/doctor/doctor.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());

const run = (statement: string) => db.owner.sql.unsafe(statement);

async function grants(): Promise<readonly (readonly [seen: string, mend: string | null])[]> {
  const findings = await examine({ PORT: '0', DATABASE_URL: db.url });
  return findings
    .filter(({ about, state }) => about === 'grants' && state === 'wrong')
    .map(({ seen, mend }) => [seen, mend]);
}

const refuse = 'FUNCTION public.florin_refuse_write(json)';
const analyze = 'FUNCTION public.florin_analyze_grown()';

it.each([
  [
    // As an administrator has it who lets PUBLIC do nothing.
    'revoke usage on schema public from public, florin_app',
    'florin_app lacks USAGE on SCHEMA public',
    'GRANT USAGE ON SCHEMA public TO florin_app;',
  ],
  [
    'revoke usage on schema drizzle from florin_app',
    'florin_app lacks USAGE on SCHEMA drizzle',
    'GRANT USAGE ON SCHEMA drizzle TO florin_app;',
  ],
  [
    `revoke execute on ${refuse} from public, florin_app`,
    `florin_app lacks EXECUTE on ${refuse}`,
    `GRANT EXECUTE ON ${refuse} TO florin_app;`,
  ],
  [
    `revoke execute on ${analyze} from florin_app`,
    `florin_app lacks EXECUTE on ${analyze}`,
    `GRANT EXECUTE ON ${analyze} TO florin_app;`,
  ],
  [
    'revoke update (last_used_at) on api_keys from florin_app',
    'florin_app lacks UPDATE (last_used_at) on public.api_keys',
    'GRANT UPDATE (last_used_at) ON public.api_keys TO florin_app;',
  ],
  [
    'revoke insert on events from florin_app',
    'florin_app lacks INSERT on public.events',
    'GRANT INSERT ON public.events TO florin_app;',
  ],
  [
    'grant update on postings to florin_app',
    'florin_app must not have UPDATE on public.postings',
    'REVOKE UPDATE ON public.postings FROM florin_app;',
  ],
  [
    'grant truncate on events to florin_app',
    'florin_app must not have TRUNCATE on public.events',
    'REVOKE TRUNCATE ON public.events FROM florin_app;',
  ],
])('%s', async (statement, seen, mend) => {
  await run(statement);
  expect(await grants()).toEqual([[seen, `Run as the owner: ${mend}`]]);
  await run(mend);
  expect(await grants()).toEqual([]);
});

it('a line for each of several', async () => {
  await run('revoke select on payments, merchants from florin_app');
  expect((await grants()).map(([seen]) => seen)).toEqual([
    'florin_app lacks SELECT on public.merchants',
    'florin_app lacks SELECT on public.payments',
  ]);
  await run('grant select on payments, merchants to florin_app');
});

it.each([
  ['drop function florin_refuse_write', refuse],
  ['drop table feed', 'public.feed'],
])('%s: it is missing, and no right on it', async (statement, missing) => {
  await run(statement);
  expect(await grants()).toContainEqual([
    `there is no ${missing}`,
    'The migrations made it, and somebody dropped it: restore it from a backup.',
  ]);
});
