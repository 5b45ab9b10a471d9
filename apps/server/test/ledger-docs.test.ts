/** docs/LEDGER.md, word by word: its table of postings is core's, and each example happens as it says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  formatAmount,
  idOf,
  type Operation,
  type OperationKind,
  operationKinds,
  type Payment,
  type Posting,
  type ProviderOutcome,
  postingsIntoSuspense,
  postingsOf,
  postingsOutOfSuspense,
} from '@florin/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProviders } from '../src/providers/index.ts';
import { createSandbox } from '../src/providers/sandbox.ts';
import { type Answer, creation, type Http } from './http.ts';
import { makeKey, newMerchant } from './keys.ts';
import { aboutOf, send, declined as told, succeeded as toldSuccess } from './reports.ts';
import { declined } from './said.ts';
import { startFlorin, testSecret } from './server.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/LEDGER.md'), 'utf8');

type Cells = Readonly<Record<string, string>>;

/** The tables of a part of the page: each row by the names of its columns. */
function tablesIn(markdown: string): readonly (readonly Cells[])[] {
  return [...markdown.matchAll(/(?:^\|.*\|\n)+/gm)].map(([table]) => {
    const [heading = [], , ...rows] = table
      .trimEnd()
      .split('\n')
      .map((line) =>
        line
          .slice(1, -1)
          .split('|')
          .map((cell) => cell.trim()),
      );
    return rows.map((row) => Object.fromEntries(heading.map((name, at) => [name, row[at] ?? ''])));
  });
}

const parts = page.split(/^(?=##+ )/m).map((text) => ({
  title: /^##+ (.*)$/m.exec(text)?.[1] ?? '',
  isExample: text.startsWith('### '),
  tables: tablesIn(text),
}));

it('its table of postings is that of the code', () => {
  const [posted = []] = parts.find(({ title }) => title === 'What is posted')?.tables ?? [];
  const payment = { merchantId: idOf('merchant', ''), currency: 'USD' } as Payment;
  const entryOf = ([posting]: readonly Posting[]): string =>
    posting ? `${posting.debit} → ${posting.credit}` : '–';
  const row = (kind: OperationKind): Cells => {
    const operation = { kind, amount: 1n } as Operation;
    return {
      operation: kind,
      '1: it succeeded': entryOf(postingsOf(payment, operation, false, 0)),
      '1: in doubt from the start': entryOf(postingsOf(payment, operation, true, 0)),
      '2: in doubt later': entryOf(postingsIntoSuspense(payment, operation, 0)),
      '3: it stands': entryOf(postingsOutOfSuspense(payment, operation, 'merchant_payable', 0)),
      '3: it was made undone': entryOf(
        postingsOutOfSuspense(payment, operation, 'provider_receivable', 0),
      ),
    };
  };
  expect(posted).toEqual(operationKinds.map(row));
});

describe('each example', () => {
  const outcomes: ProviderOutcome[] = [];
  let florin: Awaited<ReturnType<typeof startFlorin>>;
  beforeAll(async () => {
    const sandbox = createSandbox({ secret: testSecret });
    const perform: typeof sandbox.perform = async (request, signal) =>
      outcomes.shift() ?? sandbox.perform(request, signal);
    florin = await startFlorin(createProviders({ ...sandbox, perform }));
  });
  afterAll(() => florin[Symbol.asyncDispose]());

  const examples = parts.filter(({ isExample }) => isExample);

  it('is there', () => {
    expect(examples.map(({ title }) => title)).toContain('A charge');
    expect(examples.length).toBeGreaterThan(4);
  });

  /** Does what a step says; answers the payment's id. */
  async function take(http: Http, id: string, request: string, says: string): Promise<string> {
    const [, path = '', rest = ''] = /^`POST (\S+)` ?(.*)$/.exec(request) ?? [];
    const kind = /^of the (\w+)$/.exec(rest)?.[1];
    if (kind !== undefined) {
      const about = await aboutOf(florin.db, id, kind);
      const report = says === 'succeeded' ? toldSuccess(about) : told(about);
      const { standing } = await send(http, report, {}, path);
      expect(standing.status, request).toBe('applied');
      return id;
    }
    if (says === 'declined') outcomes.push(declined);
    if (says === 'succeeded') outcomes.push({ outcome: 'succeeded', reference: 'ref_1' });
    const body = JSON.parse(rest.slice(1, -1)) as object;
    const isCreate = path === '/payments/';
    const answer = await http.post(path.replace('{id}', id), isCreate ? creation(body) : body);
    expect(answer.status, `${request}: ${answer.text}`).toBe(isCreate ? 201 : 200);
    expect(outcomes, request).toEqual([]);
    return answer.payment.id;
  }

  async function postingsOfPayment(id: string): Promise<readonly Cells[]> {
    const rows = await florin.db.owner.sql<{ [name: string]: string }[]>`
      select o.kind as operation, g.line::text, g.debit, g.credit, g.amount::text
      from postings g join operations o on o.merchant_id = g.merchant_id and o.id = g.operation_id
      where o.payment_id = ${id.slice(4)} order by g.created_at, o.id, g.line`;
    return rows.map((row) => ({ ...row, amount: formatAmount(BigInt(row['amount'] ?? 0), 'USD') }));
  }

  const balancesIn = ({ text }: Answer): Cells =>
    (JSON.parse(text) as readonly Cells[])[0] ?? {
      provider_receivable: '0.00',
      merchant_payable: '0.00',
      suspense: '0.00',
    };

  it.each(examples)('$title', async ({ tables: [steps = [], postings = []] }) => {
    const { key } = await makeKey(florin.db, await newMerchant(florin.db), ['admin']);
    const http = florin.http.as(key);
    const posted: Cells[] = [];
    let id = '';
    for (const { step = '', request = '', 'the provider says': says = '', ...expected } of steps) {
      id = await take(http, id, request, says);
      const { status } = (await http.get(`/payments/${id}/`)).payment;
      const balances = balancesIn(await http.get('/balances/'));
      expect({ currency: 'USD', ...expected }, `step ${step}`).toEqual({
        currency: 'USD',
        ...balances,
        status,
      });
      const now = await postingsOfPayment(id);
      posted.push(...now.slice(posted.length).map((posting) => ({ step, ...posting })));
    }
    expect(posted).toEqual(postings);
  });
});
