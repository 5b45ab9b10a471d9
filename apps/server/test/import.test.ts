/** `florin import django`: rows as the old system wrote them, and what its clients find afterwards. */
import { testDatabase } from '@florin/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { florinHere, type Ran } from './cli.ts';
import { dump } from './dump.ts';
import type { Http } from './http.ts';
import { makeKey, newMerchant } from './keys.ts';
import { type OldRow, type OldSystem, oldSystem, write } from './old-system.ts';
import { on, startServer } from './server.ts';

let db: Awaited<ReturnType<typeof testDatabase>>;
let server: Awaited<ReturnType<typeof startServer>>;
beforeAll(async () => {
  db = await testDatabase();
  server = await startServer(db.url);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await db[Symbol.asyncDispose]();
});

interface Move extends AsyncDisposable {
  readonly old: OldSystem;
  readonly http: Http;
  readonly id: string;
  run(...args: readonly string[]): Promise<Ran>;
  verify(): Promise<Ran>;
}

/** An old system with these rows, and a merchant to import them for. */
async function move(rows: readonly OldRow[]): Promise<Move> {
  const old = await oldSystem(db);
  await write(old, rows);
  const { merchantId: id } = await newMerchant(db);
  const { key } = await makeKey(db, { merchantId: id }, ['admin']);
  const settings = on(db.url);
  return {
    old,
    id,
    http: server.http.as(key),
    run: (...args) =>
      florinHere(settings, 'import', 'django', '--from', old.url, '--merchant', id, ...args),
    verify: () => florinHere(settings, 'verify', '--merchant', id),
    [Symbol.asyncDispose]: () => old[Symbol.asyncDispose](),
  };
}

/** What a dry run, or the import, says of the rows: a row's number and why. */
const refusedRows = ({ stdout }: Ran) =>
  [...stdout.matchAll(/^not imported {2}row (\d+): (.*)$/gm)].map(([, row, why]) => [row, why]);

const each: readonly OldRow[] = [
  { id: 1, updated_at: '2024-02-01T00:00:00.123456Z' },
  { id: 2, status: 'FAILED', amount: '19.99' },
  { id: 3, status: 'REFUNDED', transaction_id: 'txn_3', updated_at: '2024-02-02T00:00:00Z' },
  { id: 4, status: 'cancelled', transaction_id: 'txn_4' },
  { id: 5, status: 'PENDING' },
  { id: 6, currency: 'JPY', amount: '150.00' },
];

describe('every status', () => {
  let moved: Move;
  beforeAll(async () => {
    moved = await move(each);
    const { code, stderr } = await moved.run();
    expect(code).toBe(0);
    expect(stderr).toMatch(/^\[#{24}\] 100 % 6 rows, .* a second\n$/);
  });
  afterAll(() => moved[Symbol.asyncDispose]());

  it.each([
    [1, 'SUCCESS', '150.00', 'txn_1', ['refund'], {}],
    [2, 'FAILED', '19.99', null, [], {}],
    [3, 'REFUNDED', '150.00', 'txn_3', [], {}],
    [
      4,
      'CANCELLED',
      '150.00',
      null,
      [],
      { legacy_status: 'cancelled', legacy_transaction_id: 'txn_4' },
    ],
    [5, 'PENDING', '150.00', null, ['cancel', 'report'], {}],
    [6, 'SUCCESS', '150', 'txn_6', ['refund'], {}],
  ] as const)(
    'row %s is %s, found by its old id',
    async (id, status, amount, reference, allowed, metadata) => {
      const { payment } = await moved.http.get(`/payments/${id}/`);
      expect(payment).toMatchObject({
        order_id: `old-order-${id}`,
        amount,
        status,
        provider: 'manual',
        transaction_id: reference,
        idempotency_key: `old-key-${id}`,
        allowed_actions: allowed,
        discrepancy: false,
        version: 1,
        created_at: `2024-01-01T00:00:0${id}.000Z`,
      });
      expect(payment.metadata).toEqual({ legacy_id: String(id), ...metadata });
    },
  );

  it('with the times of then', async () => {
    const { payment } = await moved.http.get('/payments/1/');
    expect(payment.updated_at).toBe('2024-02-01T00:00:00.123Z');
  });

  it('as history: one event each, marked as imported, and numbered in the feed', async () => {
    const { text } = await moved.http.get('/payments/3/events/');
    expect(JSON.parse(text)).toMatchObject([
      {
        type: 'payment.imported',
        actor: 'import:django',
        version: 1,
        payment: { status: 'REFUNDED' },
      },
    ]);
    const numbers = async () => {
      const answer = await moved.http.get('/events/');
      return (JSON.parse(answer.text) as { number: number }[]).map(({ number }) => number);
    };
    await expect.poll(numbers, { timeout: 20_000 }).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('and leaves books that are right', async () => {
    const { code, stdout } = await moved.verify();
    expect(stdout).toContain('Found 0 differences, 0 unresolved discrepancies');
    expect(stdout).toMatch(/USD +provider_receivable +300.00 +150.00/);
    expect(code).toBe(0);
  });

  it('once: a second run finds nothing to do, and writes nothing', async () => {
    const before = await dump(db.owner.sql);
    const { code, stdout } = await moved.run();
    expect(stdout).toContain('Imported 0, 0 of them');
    expect(stdout).toContain('6 were imported before, 0 more have a new status.');
    expect(code).toBe(0);
    expect(await dump(db.owner.sql)).toEqual(before);
  });
});

describe('a client of the old system', () => {
  const body = {
    order_id: 'old-order-1',
    amount: 150.0,
    currency: 'USD',
    idempotency_key: 'old-key-1',
  };

  it('that repeats its request gets 200 and its payment; another request is refused', async () => {
    await using moved = await move([{ id: 1 }, { id: 2, status: 'FAILED', amount: '19.99' }]);
    await moved.run();
    const again = await moved.http.post('/payments/', body);
    expect(again.status).toBe(200);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.payment.metadata['legacy_id']).toBe('1');
    const failed = { order_id: 'old-order-2', amount: '19.99', idempotency_key: 'old-key-2' };
    expect((await moved.http.post('/payments/', failed)).payment.status).toBe('FAILED');
    const others = [{ amount: '151.00' }, { currency: 'EUR' }, { order_id: 'another' }];
    for (const other of others) {
      const refused = await moved.http.post('/payments/', { ...body, ...other });
      expect(refused.refusal).toEqual([422, 'idempotency_key_reused']);
    }
    const taken = await moved.http.post('/payments/', { ...body, idempotency_key: 'new-key' });
    expect(taken.refusal).toEqual([409, 'order_already_paid']);
  });

  it('reaches its payment by the old id on every route', async () => {
    await using moved = await move([
      { id: 7 },
      { id: 8, status: 'PENDING' },
      { id: 9, status: 'PENDING' },
    ]);
    await moved.run();
    const { http } = moved;
    for (const path of ['', 'refunds/', 'events/', 'explain/']) {
      expect((await http.get(`/payments/7/${path}`)).status, path).toBe(200);
    }
    const part = await http.post('/payments/7/refund/', { amount: '50.00' });
    expect([part.status, part.payment.refunded_amount]).toEqual([200, '50.00']);
    expect((await http.post('/payments/7/refund/')).payment.status).toBe('REFUNDED');
    expect((await http.patch('/payments/8/', { status: 'success' })).payment.status).toBe(
      'SUCCESS',
    );
    expect((await http.post('/payments/9/cancel/')).payment.status).toBe('CANCELLED');
    expect((await http.post('/payments/9/capture/')).refusal).toEqual([409, 'not_capturable']);
    const resolved = await http.post('/payments/9/resolve/', { reason: 'none' });
    expect(resolved.refusal).toEqual([409, 'no_discrepancy']);
    expect(JSON.parse((await http.get('/payments/7/explain/')).text)).toMatchObject({
      timeline: [
        {
          what: 'The payment of 150.00 USD was imported as history from the old system, where it was payment 7.',
        },
        {},
        {},
      ],
    });
    expect((await moved.verify()).code).toBe(0);
  });

  it.each(['10', '0', '07', '-7', '7.0', '9'.repeat(30)])('finds nothing by %s', async (id) => {
    await using moved = await move([{ id: 7 }]);
    await moved.run();
    expect((await moved.http.get(`/payments/${id}/`)).refusal).toEqual([404, 'payment_not_found']);
  });

  it("does not find another merchant's payment by its number", async () => {
    await using moved = await move([{ id: 7 }]);
    await moved.run();
    expect((await server.http.get('/payments/7/')).refusal).toEqual([404, 'payment_not_found']);
  });
});

describe('an order that was paid twice', () => {
  const twice = [
    { id: 1, order_id: 'twice' },
    { id: 2, order_id: 'twice', amount: '140.00' },
    { id: 3, order_id: 'twice', status: 'FAILED' },
  ];

  it('is said, flagged and in suspense; resolved, the second one can be refunded', async () => {
    await using moved = await move(twice);
    const { code, stdout } = await moved.run();
    expect(code).toBe(1);
    const line =
      'row 2: order "twice" has another successful payment; these 140.00 USD are in suspense';
    expect(stdout).toContain(line);
    expect(stdout).toContain('Imported 3 (SUCCESS 2, FAILED 1), 1 of them beside another');
    expect((await moved.http.get('/payments/1/')).payment.discrepancy).toBe(false);
    const { payment: second } = await moved.http.get('/payments/2/');
    expect(second).toMatchObject({ status: 'SUCCESS', discrepancy: true, allowed_actions: [] });
    const verified = await moved.verify();
    expect(verified.stdout).toContain('Found 0 differences, 1 unresolved discrepancy');
    expect(verified.stdout).toMatch(/USD +suspense +0.00 +140.00/);
    const early = await moved.http.post('/payments/2/refund/');
    expect(early.refusal).toEqual([409, 'discrepancy_unresolved']);
    const resolve = { reason: 'Paid twice indeed', suspense_to: 'merchant_payable' };
    expect((await moved.http.post('/payments/2/resolve/', resolve)).status).toBe(200);
    const part = await moved.http.post('/payments/2/refund/', { amount: '40.00' });
    expect(part.payment).toMatchObject({ status: 'SUCCESS', refunded_amount: '40.00' });
    expect((await moved.http.post('/payments/2/refund/')).payment.status).toBe('REFUNDED');
    expect(await moved.verify()).toMatchObject({ code: 0 });
  });

  it('is not charged a third time, also where the first one is refunded', async () => {
    await using moved = await move(twice);
    await moved.run();
    expect((await moved.http.post('/payments/1/refund/')).payment.status).toBe('REFUNDED');
    const { payment: second } = await moved.http.get('/payments/2/');
    const third = await moved.http.post('/payments/', {
      order_id: 'twice',
      amount: '150.00',
      idempotency_key: 'third',
    });
    expect(third.refusal).toEqual([409, 'order_already_paid']);
    expect(third.text).toContain(second.id);
    expect(await moved.verify()).toMatchObject({
      stdout: expect.stringContaining('0 differences'),
    });
  });

  it('is one too where Florin was paid for it meanwhile', async () => {
    await using moved = await move([{ id: 1, order_id: 'here-first' }]);
    const paid = { order_id: 'here-first', amount: '150.00', idempotency_key: 'here' };
    expect((await moved.http.post('/payments/', paid)).status).toBe(201);
    expect((await moved.run()).stdout).toContain('paid twice    row 1: order "here-first"');
    expect((await moved.http.get('/payments/1/')).payment.discrepancy).toBe(true);
  });
});

describe('rows that cannot be imported', () => {
  const bad: readonly OldRow[] = [
    { id: 1, status: 'banana' },
    { id: 2, amount: '-5.00' },
    { id: 3, amount: '0.00' },
    { id: 4, amount: '150.50', currency: 'JPY' },
    { id: 5, currency: 'XXQ' },
    { id: 6, order_id: '' },
    { id: 7, order_id: null },
    { id: 8, amount: 'NaN' },
    { id: 9, created_at: 'infinity', updated_at: 'infinity' },
    { id: 10, status: 'banana', amount: '-1.00' },
    { id: 11 },
  ];
  const means = 'means nothing here; say what with --map-status "banana=…"';
  const number = 'must be a decimal number such as "150.00", without sign or exponent';
  const why = [
    ['1', `status "banana" ${means}`],
    ['2', `amount "-5.00" ${number}`],
    ['3', 'amount "0.00" must be more than zero'],
    ['4', 'amount "150.50" must have at most 0 decimals in JPY'],
    ['5', 'currency "XXQ" is none of ISO 4217'],
    ['6', 'order_id is empty'],
    ['7', 'order_id is empty'],
    ['8', `amount "NaN" ${number}`],
    ['9', 'created_at is no time from 1970 to 9999'],
    ['10', `amount "-1.00" ${number}; status "banana" ${means}`],
  ];
  const byNumber = (rows: ReturnType<typeof refusedRows>) =>
    rows.toSorted(([one], [other]) => Number(one) - Number(other));

  it('are listed with what is wrong, and the others are imported', async () => {
    await using moved = await move(bad);
    const ran = await moved.run();
    expect(refusedRows(ran)).toEqual(why);
    expect(ran.stdout).toContain('Imported 1 (SUCCESS 1), 0 of them');
    expect(ran.stdout).toContain(
      '10 are not imported (status 1, amount 5, currency 1, order_id 2, created_at 1).',
    );
    expect(ran.code).toBe(1);
    expect((await moved.http.get('/payments/11/')).status).toBe(200);
    expect((await moved.http.get('/payments/1/')).status).toBe(404);
  });

  it('are listed by a dry run too, which writes nothing', async () => {
    await using moved = await move([...bad, { id: 12, order_id: 'old-order-11' }]);
    const before = await dump(db.owner.sql);
    const ran = await moved.run('--dry-run');
    expect(byNumber(refusedRows(ran))).toEqual(why);
    expect(ran.stdout).toContain('paid twice    row 12: order "old-order-11"');
    expect(ran.stdout).toContain('Would import 2 (SUCCESS 2), 1 of them beside another');
    expect(ran.stdout).toContain('Nothing was written: leave --dry-run out to import.');
    expect(ran.code).toBe(1);
    expect(await dump(db.owner.sql)).toEqual(before);
  });

  it('are imported once it is said what they mean', async () => {
    await using moved = await move([
      { id: 1, status: 'Banana' },
      { id: 2, status: 'canceled' },
    ]);
    const ran = await moved.run('--map-status', 'banana=FAILED', '--map-status', 'other=SUCCESS');
    expect(ran.code).toBe(0);
    expect((await moved.http.get('/payments/1/')).payment).toMatchObject({
      status: 'FAILED',
      metadata: { legacy_id: '1', legacy_status: 'Banana' },
    });
    expect((await moved.http.get('/payments/2/')).payment.status).toBe('CANCELLED');
  });

  it('without a key have one of their own; lower-case currencies are read as they are meant', async () => {
    await using moved = await move([
      { id: 1, idempotency_key: null },
      { id: 2, idempotency_key: '' },
      { id: 3, currency: 'eur' },
    ]);
    expect((await moved.run()).code).toBe(0);
    const keyOf = async (id: number) =>
      (await moved.http.get(`/payments/${id}/`)).payment.idempotency_key;
    expect([await keyOf(1), await keyOf(2)]).toEqual(['django:1', 'django:2']);
    expect((await moved.http.get('/payments/3/')).payment.currency).toBe('EUR');
    expect((await moved.run()).stdout).toContain('3 were imported before');
  });

  it('have a key that was used here: it is said', async () => {
    await using moved = await move([{ id: 1, idempotency_key: 'used' }]);
    const here = { order_id: 'here', amount: '1.00', idempotency_key: 'used' };
    await moved.http.post('/payments/', here);
    expect(refusedRows(await moved.run())).toEqual([
      ['1', expect.stringMatching(/^This idempotency key was used for another request/)],
    ]);
  });

  it('have a number that another old system brought: it is said, and nothing is half done', async () => {
    await using moved = await move([{ id: 1 }]);
    await using another = await move([{ id: 1, order_id: 'another', idempotency_key: 'another' }]);
    await moved.run();
    const before = await dump(db.owner.sql);
    const ran = await moved.run('--from', another.old.url);
    expect(refusedRows(ran)).toEqual([
      ['1', expect.stringMatching(/another payment has this old id/)],
    ]);
    expect(await dump(db.owner.sql)).toEqual(before);
  });
});

it('answers programs with JSON', async () => {
  await using moved = await move([
    { id: 1, order_id: 'twice' },
    { id: 2, order_id: 'twice' },
    { id: 3, status: 'banana' },
  ]);
  const { json } = await moved.run('--json');
  expect(json).toMatchObject({
    results: [
      { kind: 'paid_twice', legacy_id: 2, order_id: 'twice', amount: '150.00', currency: 'USD' },
      { kind: 'refused', legacy_id: 3, code: 'status', why: expect.any(String) },
    ],
    tally: {
      dry_run: false,
      rows: 3,
      imported: 2,
      paid_twice: 1,
      not_imported: 1,
      by_status: { SUCCESS: 2 },
      by_reason: { status: 1 },
    },
  });
});
