/**
 * Sets of reports in every order, with duplicates, one after the other and all at once, each on a
 * payment of its own: the end is the same. The provider answers nothing itself: all that is known of a
 * payment is what was reported.
 */
import type { TestDatabase } from '@florin/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProviders } from '../src/providers/index.ts';
import { createSandbox } from '../src/providers/sandbox.ts';
import { expectSoundBooks } from './books.ts';
import { create, fresh } from './http.ts';
import {
  type About,
  declined,
  operationsOf,
  type Report,
  requiresAction,
  send,
  succeeded,
} from './reports.ts';
import { startFlorin, testSecret } from './server.ts';

const speechless = createProviders({
  ...createSandbox({ secret: testSecret }),
  perform: async () => ({ outcome: 'unknown' }),
  lookup: async () => null,
});

type Florin = Awaited<ReturnType<typeof startFlorin>>;
let florin: Florin;
beforeAll(async () => {
  florin = await startFlorin(speechless);
});
afterAll(() => florin[Symbol.asyncDispose]());

const outcomes: Readonly<Record<string, (about: About, fields: Report) => Report>> = {
  succeeded,
  declined,
  requires_action: requiresAction,
};

/** `refund 2 declined` as a report: its reference is the same on every payment. */
function bodyOf(operations: ReadonlyMap<string, About>, fact: string): Report {
  const [, name = '', outcome = ''] = /^(\w+ \d) (\w+)$/.exec(fact) ?? [];
  const about = operations.get(name);
  const told = outcomes[outcome];
  if (!about || !told) throw new Error(`There is no ${fact}.`);
  return told(about, outcome === 'succeeded' ? { reference: `ref of ${name}` } : {});
}

async function tell(id: string, fact: string): Promise<void> {
  const { standing } = await send(florin.http, bodyOf(await operationsOf(florin.db, id), fact));
  expect(standing.status).toBe('applied');
}

const ask = async (id: string, what: string, body?: object): Promise<void> => {
  const answer = await florin.http.post(`/payments/${id}/${what}/`, body);
  expect(answer.status, answer.text).toBe(202);
};

/** What was before: each makes a payment with operations whose outcome is not known. */
const stories = {
  'charge open': async () => (await create(florin.http)).id,
  'authorization open': async () => (await create(florin.http, { capture: 'manual' })).id,
  'charge, void open': async () => {
    const { id } = await create(florin.http);
    await tell(id, 'charge 1 requires_action');
    await ask(id, 'cancel');
    return id;
  },
  'authorization, void open': async () => {
    const { id } = await create(florin.http, { capture: 'manual' });
    await tell(id, 'authorize 1 requires_action');
    await ask(id, 'cancel');
    return id;
  },
  'capture open': async () => {
    const { id } = await create(florin.http, { capture: 'manual' });
    await tell(id, 'authorize 1 succeeded');
    await ask(id, 'capture', { amount: '100.00' });
    return id;
  },
  'three refunds open': async () => {
    const { id } = await create(florin.http);
    await tell(id, 'charge 1 succeeded');
    for (let n = 0; n < 3; n++) await ask(id, 'refund', { amount: '50.00' });
    return id;
  },
} as const;
type Story = keyof typeof stories;

function ordersOf<T>(facts: readonly T[]): readonly (readonly T[])[] {
  if (facts.length === 0) return [[]];
  return facts.flatMap((fact, index) =>
    ordersOf(facts.toSpliced(index, 1)).map((rest) => [fact, ...rest]),
  );
}

/** The same numbers in each run. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
}

interface Sent {
  readonly id: string;
  readonly fact: string;
}

/** Some facts once more, anywhere: under the same id, or under another. */
function withDuplicates(facts: readonly string[], roll: (below: number) => number) {
  const sent: Sent[] = facts.map((fact) => ({ fact, id: fresh('msg') }));
  for (let more = roll(4); more > 0; more--) {
    const again = sent[roll(sent.length)] as Sent;
    sent.splice(roll(sent.length + 1), 0, roll(2) ? again : { ...again, id: fresh('msg') });
  }
  return sent;
}

/** Sends the reports to a fresh payment; `atOnce`: without waiting for any answer. */
async function run(story: Story, sent: readonly Sent[], atOnce: boolean): Promise<string> {
  const payment = await stories[story]();
  const operations = await operationsOf(florin.db, payment);
  const bodies = new Map(sent.map(({ id, fact }) => [id, bodyOf(operations, fact)]));
  const sendOne = async ({ id }: Sent) => {
    const { standing } = await send(florin.http, bodies.get(id) ?? {}, { id });
    expect(standing.status).toBe('applied');
  };
  if (atOnce) await Promise.all(sent.map(sendOne));
  else for (const one of sent) await sendOne(one);
  return payment;
}

type Sql = TestDatabase['owner']['sql'];

const operationsNow = (sql: Sql, id: string) => sql`
  select concat(kind, ' ', row_number() over (partition by kind order by id)) as name, amount,
         status, reference, failure, contradiction, suspense
  from operations where payment_id = ${id.slice(4)} order by id`;

const balancesNow = (sql: Sql, id: string) => sql`
  select account, sum(amount) as balance
  from (select debit as account, amount from postings where payment_id = ${id.slice(4)}
        union all
        select credit, -amount from postings where payment_id = ${id.slice(4)}) lines
  group by account having sum(amount) <> 0 order by account`;

/** All that there is, but for when it came about, and in how many versions. */
async function wholeEnd(sql: Sql, id: string) {
  const [payment] = await sql`
    select status, authorized, captured, refunded, refund_pending, holds_order, transaction_id,
           failure, next_action, discrepancy, open_operation, expires_at is not null as expires
    from payments where id = ${id.slice(4)}`;
  const postings = await sql`
    select operation_id is not null as booked, line, debit, credit, amount from postings
    where payment_id = ${id.slice(4)} order by operation_id, line`;
  return {
    payment,
    operations: [...(await operationsNow(sql, id))],
    balances: [...(await balancesNow(sql, id))],
    postings: [...postings],
  };
}

/** What does not depend on the order even where a provider contradicts itself. */
async function soberEnd(sql: Sql, id: string) {
  const { payment, operations, balances } = await wholeEnd(sql, id);
  const { discrepancy, open_operation } = payment ?? {};
  const facts = operations.map(({ status, contradiction, ...rest }) => ({
    ...rest,
    said: [status, contradiction].sort(),
  }));
  return { discrepancy, open_operation, balances, facts };
}

/** Every order of the facts, in both manners. @returns a payment of each */
async function payAll(story: Story, facts: readonly string[]): Promise<readonly string[]> {
  const roll = dice(facts.join().length);
  const runs = ordersOf(facts).flatMap((order) =>
    [false, true].map((atOnce) => ({ sent: withDuplicates(order, roll), atOnce })),
  );
  return Promise.all(runs.map(({ sent, atOnce }) => run(story, sent, atOnce)));
}

const split = (text: string): readonly string[] => text.split(', ');

describe('what can all be true', () => {
  it.each<[Story, string, string]>([
    ['charge open', 'SUCCESS', 'charge 1 succeeded'],
    ['charge open', 'SUCCESS', 'charge 1 requires_action, charge 1 succeeded'],
    ['charge open', 'FAILED', 'charge 1 requires_action, charge 1 declined'],
    ['authorization open', 'AUTHORIZED', 'authorize 1 requires_action, authorize 1 succeeded'],
    ['charge, void open', 'SUCCESS', 'charge 1 succeeded, void 1 declined'],
    ['charge, void open', 'CANCELLED', 'charge 1 declined, void 1 succeeded'],
    ['charge, void open', 'FAILED', 'charge 1 requires_action, charge 1 declined, void 1 declined'],
    [
      'authorization, void open',
      'CANCELLED',
      'authorize 1 requires_action, authorize 1 succeeded, void 1 succeeded',
    ],
    ['authorization, void open', 'AUTHORIZED', 'authorize 1 succeeded, void 1 declined'],
    ['capture open', 'SUCCESS', 'authorize 1 requires_action, capture 1 succeeded'],
    [
      'three refunds open',
      'REFUNDED',
      'refund 1 succeeded, refund 2 succeeded, refund 3 succeeded',
    ],
    [
      'three refunds open',
      'SUCCESS',
      'charge 1 succeeded, refund 1 succeeded, refund 2 declined, refund 3 succeeded',
    ],
  ])('%s: %s by %s', async (story, status, facts) => {
    const { sql } = florin.db.owner;
    const [first = '', ...others] = await payAll(story, split(facts));
    const expected = await wholeEnd(sql, first);
    expect(expected.payment).toMatchObject({ status, discrepancy: false });
    for (const id of others) expect(await wholeEnd(sql, id)).toEqual(expected);
    await expectSoundBooks(sql);
  });
});

describe('what can not all be true', () => {
  it.each<[Story, string]>([
    ['charge open', 'charge 1 succeeded, charge 1 declined'],
    ['charge, void open', 'charge 1 requires_action, charge 1 succeeded, void 1 succeeded'],
    ['charge, void open', 'charge 1 succeeded, charge 1 declined, void 1 succeeded'],
    ['authorization, void open', 'authorize 1 declined, authorize 1 succeeded, void 1 declined'],
    ['three refunds open', 'refund 1 succeeded, refund 1 declined, refund 2 succeeded'],
  ])('%s: %s', async (story, facts) => {
    const { sql } = florin.db.owner;
    const [first = '', ...others] = await payAll(story, split(facts));
    const expected = await soberEnd(sql, first);
    expect(expected.discrepancy).toBe(true);
    for (const id of others) expect(await soberEnd(sql, id)).toEqual(expected);
  });
});

it('no report was applied in vain, and none is left', async () => {
  const { sql } = florin.db.owner;
  const counted = await sql`
    select status, count(*)::int > 0 as some from provider_reports group by status`;
  expect([...counted]).toEqual([{ status: 'applied', some: true }]);
});
