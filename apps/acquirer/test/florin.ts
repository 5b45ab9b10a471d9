/** A Florin with the acquirer as a provider, on a database of its own, and a client of it. */
import type { Currency, OperationKind, OperationStatus } from '@florin/core';
import { type TestDatabase, testDatabase } from '@florin/db/testing';
import { readConfig } from '@florin/server/config';
import { start } from '@florin/server/main';
import { createProviders } from '@florin/server/providers';
import { createAcquirer } from '../src/provider.ts';
import { testSecret } from './given.ts';

const key = `fk_test_${'k'.repeat(32)}`;

export const settingsOn = (databaseUrl: string): Readonly<Record<string, string>> => ({
  DATABASE_URL: databaseUrl,
  PORT: '0',
  FLORIN_BOOTSTRAP_KEY: key,
  FLORIN_LOG: 'silent',
});

export interface WirePayment {
  readonly id: string;
  readonly status: string;
  readonly captured_amount: string;
  readonly refunded_amount: string;
  readonly discrepancy: boolean;
  readonly allowed_actions: readonly string[];
}

/** @returns the status and the payment that Florin answers */
export async function call(
  url: string,
  path: string,
  body?: object,
): Promise<readonly [number, WirePayment]> {
  const answer = await fetch(`${url}/payments/${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
  });
  return [answer.status, (await answer.json()) as WirePayment];
}

export interface Florin extends AsyncDisposable {
  readonly url: string;
  readonly db: TestDatabase;
}

export async function startFlorin(acquirerUrl: string): Promise<Florin> {
  const db = await testDatabase();
  const acquirer = createAcquirer({ url: acquirerUrl, secret: testSecret });
  const providers = new Map([...createProviders(), [acquirer.name, acquirer]]);
  const { url, stop } = await start(readConfig(settingsOn(db.url)), providers);
  return {
    url,
    db,
    async [Symbol.asyncDispose]() {
      await stop();
      await db[Symbol.asyncDispose]();
    },
  };
}

/** An operation as Florin has it, in the acquirer's words. */
export interface Told {
  readonly id: string;
  readonly order_id: string;
  readonly kind: OperationKind;
  readonly amount: string;
  readonly currency: Currency;
  readonly outcome: OperationStatus;
  readonly reference: string | null;
}

export async function operationsOf({ owner }: TestDatabase): Promise<readonly Told[]> {
  return [
    ...(await owner.sql<Told[]>`
      select 'op_' || replace(o.id::text, '-', '') as id, p.order_id, o.kind, o.amount, p.currency,
             o.status as outcome, o.reference
      from operations o join payments p on p.merchant_id = o.merchant_id and p.id = o.payment_id
      order by o.id`),
  ];
}

/** As if the time had come to ask again for everything that is open, and that Florin does not hold. */
export async function passTime({ owner }: TestDatabase): Promise<void> {
  await owner.sql`
    update operations set lease_until = now() - interval '1 second'
    where ctid in (select ctid from operations where status = 'open' for update skip locked)`;
}
