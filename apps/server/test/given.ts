/** For tests of the engine, which no server stands before: its commands, and what came of them. */
import type { Create, MerchantId, Payment } from '@florin/core';
import { createMerchant, type Database } from '@florin/db';
import { type TestDatabase, testDatabase } from '@florin/db/testing';
import { pino } from 'pino';
import { createEngine, type Engine } from '../src/engine/execute.ts';
import { fresh } from './http.ts';
import { type Asked, createScripted, type Script } from './scripted.ts';
import { deadlines, testKey } from './server.ts';

/** A charge of 150.00 USD by the sandbox, unless told otherwise. */
export const createOf = (merchantId: MerchantId, fields: Partial<Create> = {}): Create => ({
  type: 'create',
  merchantId,
  actor: 'key_1',
  orderId: fresh('order'),
  amount: 15_000n,
  currency: 'USD',
  capture: 'automatic',
  provider: 'sandbox',
  paymentMethod: null,
  metadata: {},
  idempotencyKey: fresh('key'),
  ...fields,
});

/** What makes a command one of this payment. */
export const of = ({ merchantId, id: paymentId }: Payment) => ({
  merchantId,
  actor: 'key_1',
  paymentId,
  idempotencyKey: fresh('key'),
});

export interface ScriptedEngine {
  readonly engine: Engine;
  readonly asked: readonly Asked[];
}

/** An engine whose provider answers by the script, and what it was asked. */
export function engineOn(database: Database, script: Script): ScriptedEngine {
  const { providers, asked } = createScripted(script);
  return { engine: createEngine(database, providers, deadlines, pino({ level: 'silent' })), asked };
}

/** A database with a merchant in it. */
export async function databaseWithMerchant(): Promise<{
  readonly db: TestDatabase;
  readonly merchantId: MerchantId;
}> {
  const db = await testDatabase();
  return { db, merchantId: await createMerchant(db.owner, 'default', testKey) };
}

/** The payment's row, as it is. */
export async function rowOf(
  { owner }: TestDatabase,
  { id }: Payment,
): Promise<Readonly<Record<string, unknown>>> {
  const [row] = await owner.sql`
    select *, (extract(epoch from expires_at) * 1000)::float8 as expires
    from payments where id = ${id.slice('pay_'.length)}`;
  return row ?? {};
}
