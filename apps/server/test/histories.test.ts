/**
 * 200 histories with real concurrency: two servers' engines on one database, callers that repeat
 * themselves and get in each other's way, a provider whose answers get lost. After each the books are
 * verified, and compared with the provider's own record.
 */
import { type CallerCommand, type Create, type Payment, uuidOf } from '@florin/core';
import { connect, type Database, listPayments, verify } from '@florin/db';
import { type TestDatabase, testDatabase } from '@florin/db/testing';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEngine, type Engine } from '../src/engine/execute.ts';
import { RefusalError } from '../src/engine/refusal-error.ts';
import { createProviders } from '../src/providers/index.ts';
import { resumeDueOperations } from '../src/workers/resume-operations.ts';
import { type Bank, createBank } from './bank.ts';
import { fresh } from './http.ts';
import { newMerchant } from './keys.ts';
import { deadlines } from './server.ts';

const histories = 200;
const sideBySide = 8;

/** Printed when it fails: the same seed has the same wishes, though not the same races. */
const seed = Date.now() % 1_000_000;
let state = seed;
function random(): number {
  // mulberry32
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}
const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

let db: TestDatabase;
let databases: readonly Database[];
let bank: Bank;
let engines: readonly Engine[];
beforeAll(async () => {
  db = await testDatabase();
  databases = [connect(db.url), connect(db.url)];
  bank = createBank(random);
  const providers = createProviders(bank.provider);
  const log = pino({ level: 'silent' });
  engines = databases.map((database) => createEngine(database, providers, deadlines, log));
});
afterAll(async () => {
  await Promise.all(databases.map((database) => database.close()));
  await db[Symbol.asyncDispose]();
});

/** What it came to; a refusal is an answer too. */
async function ask(command: CallerCommand): Promise<void> {
  await pick(engines)
    .execute(command)
    .catch((error: unknown) => {
      if (!(error instanceof RefusalError)) throw error;
    });
}

type Merchant = Create['merchantId'];
const paymentsOf = (merchantId: Merchant) =>
  listPayments(db.app, merchantId, { limit: 100, after: null });

/** Three callers for one order; one of them sends the same twice. */
function creates(merchantId: Merchant): readonly Create[] {
  const create = (): Create => ({
    type: 'create',
    merchantId,
    actor: 'key_1',
    orderId: 'order',
    amount: BigInt(1 + Math.floor(random() * 10_000)),
    currency: pick(['USD', 'JPY', 'KWD']),
    capture: pick(['automatic', 'manual']),
    provider: 'sandbox',
    paymentMethod: null,
    metadata: {},
    idempotencyKey: fresh('key'),
  });
  const twice = create();
  return [twice, create(), twice, create()];
}

function wishFor({ merchantId, id: paymentId, amount }: Payment): CallerCommand {
  const of = { merchantId, actor: 'key_1', paymentId, idempotencyKey: fresh('key') };
  const part = pick(['rest', 1n + BigInt(Math.floor(random() * Number(amount)))] as const);
  switch (pick(['capture', 'capture', 'cancel', 'refund', 'refund', 'refund', 'report'])) {
    case 'capture':
      return { type: 'capture', ...of, amount: part };
    case 'cancel':
      return { type: 'cancel', ...of };
    case 'refund':
      return { type: 'refund', ...of, amount: part, reason: null };
    default:
      return { type: 'report', ...of, status: pick(['CANCELLED', 'REFUNDED', 'SUCCESS']) };
  }
}

/** Some of what the provider has said so far, reported late, twice, and to any of the engines. */
async function report(payments: readonly Payment[], share: number): Promise<void> {
  for (const { merchantId, id: paymentId } of payments) {
    if (random() < share) bank.payerActs(paymentId);
    const known = await db.app.sql<{ id: string }[]>`
      select replace(id::text, '-', '') as id from operations
      where merchant_id = ${uuidOf(merchantId)} and payment_id = ${uuidOf(paymentId)}`;
    const told = known.flatMap(({ id }) => {
      const outcome = bank.record.get(`op_${id}`);
      return outcome && random() < share ? [[`op_${id}`, outcome] as const] : [];
    });
    const twice = [...told, ...told].sort(() => random() - 0.5);
    await Promise.all(
      twice.map(([operationId, outcome]) =>
        pick(engines).record({
          type: 'outcome',
          merchantId,
          actor: 'provider:sandbox',
          paymentId,
          operationId,
          outcome,
        }),
      ),
    );
  }
}

/** Until nothing is open any more, and every payer has acted. */
async function settle(merchantId: Merchant): Promise<void> {
  for (;;) {
    await report(await paymentsOf(merchantId), 1);
    const unsettled = await db.owner.sql`
      update operations set lease_until = case status when 'open' then now() - interval '1 second' end
      where merchant_id = ${uuidOf(merchantId)} and status in ('open', 'requires_action')
      returning status`;
    if (unsettled.length === 0) return;
    await Promise.all(
      engines.map((engine, at) => resumeDueOperations(databases[at] ?? db.app, engine)),
    );
  }
}

async function history(): Promise<void> {
  const { merchantId } = await newMerchant(db);
  await Promise.all(creates(merchantId).map(ask));
  for (let wave = 0; wave < 3; wave++) {
    const payments = await paymentsOf(merchantId);
    const wishes = Array.from({ length: 6 }, () => wishFor(pick(payments)));
    await Promise.all([report(payments, 0.5), ...[...wishes, pick(wishes)].map(ask)]);
  }
  await settle(merchantId);

  for await (const found of verify(db.owner, { merchantId })) {
    expect(found.kind, `seed ${seed}: ${said(found)}`).toMatch(/^(progress|merchant)$/);
  }
  await expectAsTheBankHasIt(merchantId);
}

const said = (found: object): string =>
  JSON.stringify(found, (_, value) => (typeof value === 'bigint' ? String(value) : value));

/** Every operation has the outcome that its provider has on record, and the order is paid once. */
async function expectAsTheBankHasIt(merchantId: Merchant): Promise<void> {
  const operations = await db.owner.sql<{ id: string; status: string }[]>`
    select replace(id::text, '-', '') as id, status from operations
    where merchant_id = ${uuidOf(merchantId)}`;
  const said = operations.map(({ id }) => bank.record.get(`op_${id}`)?.outcome);
  expect(
    operations.map(({ status }) => status),
    `seed ${seed}`,
  ).toEqual(said);
  const payments = await paymentsOf(merchantId);
  expect(payments.filter(({ captured, refunded }) => captured > refunded).length).toBeLessThan(2);
}

it(`${histories} histories, ${sideBySide} at a time`, async () => {
  let left = histories;
  await Promise.all(
    Array.from({ length: sideBySide }, async () => {
      while (left-- > 0) await history();
    }),
  );
  const outcomes = await db.owner.sql<{ what: string }[]>`
    select distinct kind || ' ' || status as what from operations order by 1`;
  // They went everywhere: each movement both succeeded and was declined.
  expect(outcomes.map(({ what }) => what)).toEqual(
    ['authorize', 'capture', 'charge', 'refund', 'void'].flatMap((kind) => [
      `${kind} declined`,
      `${kind} succeeded`,
    ]),
  );
});
