/** `florin verify`: what it says of books that are right, and of books that are not. */
import { type TestDatabase, testDatabase } from '@florin/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { florin as run } from '../src/cli/main.ts';
import { florin, florinHere, type Ran } from './cli.ts';
import { create, fresh } from './http.ts';
import { makeKey, newMerchant } from './keys.ts';
import { aboutOf } from './reports.ts';
import { declined, providerSays } from './said.ts';
import { on, startServer } from './server.ts';

let db: TestDatabase;
let settings: Readonly<Record<string, string>>;
let server: Awaited<ReturnType<typeof startServer>>;
beforeAll(async () => {
  db = await testDatabase();
  settings = on(db.url);
  server = await startServer(db.url);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await db[Symbol.asyncDispose]();
});

/** A merchant of its own for each test: what is broken of one is nobody else's. */
async function shop() {
  const merchant = await newMerchant(db);
  const { key } = await makeKey(db, merchant, ['admin']);
  const verify = (...args: readonly string[]) =>
    florinHere(settings, 'verify', '--merchant', merchant.merchantId, ...args);
  return { ...merchant, http: server.http.as(key), verify };
}

type Shop = Awaited<ReturnType<typeof shop>>;

/** 150.00 USD of which 50.00 are refunded, and 7 JPY. */
async function sell({ http }: Shop): Promise<string> {
  const { id } = await create(http);
  await http.post(`/payments/${id}/refund/`, { amount: '50.00' });
  await create(http, { currency: 'JPY', amount: '7' });
  return id;
}

interface Verified {
  readonly results: readonly Readonly<Record<string, unknown>>[];
  readonly tally: Readonly<Record<string, number>>;
}
const jsonOf = ({ stdout }: Ran): Verified => JSON.parse(stdout) as Verified;

describe('books that are right', () => {
  it('are added up, and exit with 0', async () => {
    const merchant = await shop();
    await sell(merchant);
    const { code, stdout } = await merchant.verify();
    expect([code, stdout]).toEqual([
      0,
      `Merchant "${merchant.name}" (${merchant.merchantId}), 2 payments:
CURRENCY  ACCOUNT              DEBITS  CREDITS
JPY       provider_receivable  7       0
JPY       merchant_payable     0       7
JPY       suspense             0       0
USD       provider_receivable  150.00  50.00
USD       merchant_payable     50.00   150.00
USD       suspense             0.00    0.00

Checked 2 payments, 3 operations, 6 events and 3 postings.
Found 0 differences, 0 unresolved discrepancies and 0 dead reports.
`,
    ]);
  });

  it('of a merchant without any: nothing to add up', async () => {
    const merchant = await shop();
    const { code, stdout } = await merchant.verify();
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Merchant ".*" \(mer_\w+\), 0 payments:\n\nChecked 0 payments, /);
  });

  it('with --json are one document, in snake_case', async () => {
    const merchant = await shop();
    await sell(merchant);
    const { results, tally } = jsonOf(await merchant.verify('--json'));
    expect(results).toEqual([
      {
        kind: 'merchant',
        merchant_id: merchant.merchantId,
        merchant_name: merchant.name,
        counts: { payments: 2, operations: 3, events: 6, postings: 3 },
        balances: expect.arrayContaining([
          { currency: 'USD', account: 'merchant_payable', debits: '50.00', credits: '150.00' },
        ]),
      },
    ]);
    expect(tally).toEqual({
      payments: 2,
      operations: 3,
      events: 6,
      postings: 3,
      differences: 0,
      discrepancies: 0,
      dead_reports: 0,
    });
  });
});

describe('books that are not', () => {
  it('exit with 1, and each difference is told with what must be and what is', async () => {
    const merchant = await shop();
    const id = await sell(merchant);
    await db.owner.sql`update payments set refunded = refunded - 1 where id = ${id.slice(4)}`;
    await db.owner.sql`
      update payments set order_id = ${fresh('order')} where currency = 'JPY'
        and merchant_id = ${merchant.merchantId.slice(4)}`;
    const { code, stdout } = await merchant.verify();
    expect(code).toBe(1);
    expect(stdout).toContain(
      `difference   ${id}  payment, refunded: expected 50.00, found 49.99\n`,
    );
    expect(stdout).toMatch(/^difference {3}pay_\w+ {2}payment, order_id: expected order-/m);
    expect(stdout).toContain('Found 3 differences, 0 unresolved discrepancies and');
    const asJson = await merchant.verify('--json');
    expect(asJson.code).toBe(1);
    const { results } = jsonOf(asJson);
    expect(results).toContainEqual({
      kind: 'difference',
      merchant_id: merchant.merchantId,
      merchant_name: merchant.name,
      payment_id: id,
      what: 'payment, refunded',
      expected: '50.00',
      found: '49.99',
    });
  });

  it('a discrepancy too, until it is resolved', async () => {
    const merchant = await shop();
    const payment = await create(merchant.http);
    await providerSays(db, payment, 'charge', declined);
    const { operation_id } = await aboutOf(db, payment.id, 'charge');
    const found = await merchant.verify();
    expect(found.code).toBe(1);
    expect(found.stdout).toMatch(
      new RegExp(
        `^discrepancy {2}${payment.id} {2}since 2\\d{3}-.*Z, in suspense: ${operation_id}$`,
        'm',
      ),
    );
    expect(found.stdout).toContain('1 unresolved discrepancy and');
    expect(jsonOf(await merchant.verify('--json')).results[0]).toEqual({
      kind: 'discrepancy',
      merchant_id: merchant.merchantId,
      merchant_name: merchant.name,
      payment_id: payment.id,
      since: expect.stringMatching(/^2\d{3}-.*Z$/),
      in_suspense: [operation_id],
    });
    const body = { reason: 'Seen in the statement', suspense_to: 'merchant_payable' };
    await merchant.http.post(`/payments/${payment.id}/resolve/`, body);
    expect((await merchant.verify()).code).toBe(0);
  });

  it('a dead report is listed, and is no difference', async () => {
    const merchant = await shop();
    await db.owner.sql`
      insert into provider_reports (merchant_id, provider, id, operation_id, outcome, amount,
        currency, body, status, reason, attempts, occurred_at, received_at, settled_at)
      values (${merchant.merchantId.slice(4)}, 'sandbox', 'msg-7', ${'7'.repeat(32)}, '{}', 1,
        'USD', '{}', 'dead', 'no such operation', 1, now(), '2026-11-23T16:00:00Z', now())`;
    const { code, stdout } = await merchant.verify();
    expect([code, stdout.split('\n')[0]]).toEqual([
      0,
      `dead report  op_${'7'.repeat(32)}  "msg-7" of sandbox, received 2026-11-23 16:00:00Z: no such operation`,
    ]);
    expect(jsonOf(await merchant.verify('--json')).tally['dead_reports']).toBe(1);
  });
});

describe('how far it has come', () => {
  it('goes to standard error, a line at a time, and nothing of it to standard output', async () => {
    const merchant = await shop();
    await sell(merchant);
    const ran = await florin(settings, 'verify', '--merchant', merchant.merchantId, '--json');
    expect(ran.code).toBe(0);
    expect(ran.stderr).toMatch(/^2 of about 2 payments, [\d,]+ a second\n$/);
    expect(jsonOf(ran).results).toHaveLength(1);
  });

  it('is drawn in place on a terminal, and makes room for what is found', async () => {
    const merchant = await shop();
    const id = await sell(merchant);
    await db.owner.sql`update payments set refunded = refunded - 1 where id = ${id.slice(4)}`;
    const written: string[] = [];
    const output = {
      writeOut: (text: string) => written.push(`out ${text}`),
      writeErr: (text: string) => written.push(`err ${text}`),
      isTerminal: true,
    };
    expect(await run(['verify', '--merchant', merchant.merchantId], output, settings)).toBe(1);
    const shown = written.findIndex((text) => text.startsWith('err \r\u001b[K2 of about 2'));
    expect(shown).toBeGreaterThan(0);
    expect(written.slice(shown + 1)[0]).toBe('err \r\u001b[K');
    expect(written.slice(shown + 2)[0]).toMatch(/^out Merchant /);
  });
});

it('all merchants are looked at unless one is named, by its id or its name', async () => {
  const merchants = [await shop(), await shop()];
  for (const merchant of merchants) await sell(merchant);
  const { results } = jsonOf(await florinHere(settings, 'verify', '--json'));
  const ids = results.filter(({ kind }) => kind === 'merchant').map((one) => one['merchant_id']);
  expect(ids).toEqual(expect.arrayContaining(merchants.map(({ merchantId }) => merchantId)));
  const named = await florinHere(
    settings,
    'verify',
    '--merchant',
    merchants[0]?.name ?? '',
    '--json',
  );
  expect(jsonOf(named).results).toMatchObject([{ merchant_id: merchants[0]?.merchantId }]);
  const nobody = await florinHere(settings, 'verify', '--merchant', 'nobody');
  expect([nobody.code, nobody.stdout]).toEqual([1, '']);
  expect(nobody.stderr).toMatch(/^error: There is no merchant "nobody"\..*\n$/);
});
