/** The writes of a batch: each table with one statement, in an order that leaves nothing half done. */
import { type Applied, type KeyUse, type Payment, uuidOf } from '@florin/core';
import type { TransactionSql } from 'postgres';
import { changedOperations, nameOf, part, type Step, type World } from './fold.ts';
import { fromRow, insertStatement, type Row, toRow, updateStatement } from './rows.ts';
import { events, idempotencyKeys, operations, payments, postings } from './schema.ts';
import { feed } from './schema-feed.ts';

const statements = {
  insertKeyUses: insertStatement(idempotencyKeys),
  insertPayments: insertStatement(payments),
  insertOperations: insertStatement(operations),
  insertEvents: insertStatement(events),
  insertPostings: insertStatement(postings),
  insertFeed: insertStatement(feed),
  updatePayments: updateStatement(payments, [
    payments.authorized,
    payments.captured,
    payments.refunded,
    payments.refundPending,
    payments.status,
    payments.holdsOrder,
    payments.transactionId,
    payments.failure,
    payments.nextAction,
    payments.discrepancy,
    payments.openOperation,
    payments.expiresAt,
    payments.version,
    payments.updatedAt,
  ]),
  updateOperations: updateStatement(operations, [
    operations.status,
    operations.reference,
    operations.failure,
    operations.contradiction,
    operations.suspense,
    operations.leaseUntil,
    operations.closedAt,
  ]),
  answerKeys: updateStatement(idempotencyKeys, [idempotencyKeys.version]),
} as const;

/**
 * Sends every write at once: a batch pays for one round trip. Answers which steps lost, another
 * process being first with their key or their order, and which of the others depend on them: where
 * there are any, the transaction is good for nothing. `before` is the world as it was loaded.
 */
export async function write(
  tx: TransactionSql,
  before: World,
  steps: readonly Step[],
): Promise<ReadonlySet<Step>> {
  const applied = steps.flatMap(({ decision }) => (decision.kind === 'applied' ? [decision] : []));
  // Keys before payments: whoever comes second with a key must not bring a payment into being.
  const keys = insertKeyUses(tx, steps.flatMap(keyUsesOf));
  const created = insertPayments(tx, steps.flatMap(creationsOf));
  const changes = writeChanges(tx, before, applied);
  const [wonKeys, wonPayments, changed] = await Promise.allSettled([keys, created, changes]);
  if (wonKeys.status === 'rejected') throw wonKeys.reason;
  if (wonPayments.status === 'rejected') throw wonPayments.reason;

  const { again } = part(
    steps,
    (step) =>
      keyUsesOf(step).some((use) => !wonKeys.value.has(keyName(use))) ||
      creationsOf(step).some((payment) => !wonPayments.value.has(paymentName(payment))),
  );
  // What hangs on a row that was not written fails with it, and says nothing new.
  if (again.length === 0 && changed.status === 'rejected') throw changed.reason;
  return new Set(again);
}

const keyName = ({ merchantId, key }: KeyUse) => nameOf(merchantId, key);
const paymentName = ({ merchantId, id }: Payment) => nameOf(merchantId, id);

function keyUsesOf({ decision }: Step): readonly KeyUse[] {
  const isWritten = decision.kind === 'applied' || decision.kind === 'unchanged';
  return isWritten && decision.keyUse ? [decision.keyUse] : [];
}

function creationsOf({ command, decision }: Step): readonly Payment[] {
  return command.type === 'create' && decision.kind === 'applied' ? [decision.payment] : [];
}

/** Sorted by (merchant, key): two processes that insert the same keys never wait in a ring. */
async function insertKeyUses(tx: TransactionSql, uses: readonly KeyUse[]) {
  const sorted = uses.toSorted((one, other) => compare(keyName(one), keyName(other)));
  const rows = await run(
    tx,
    statements.insertKeyUses,
    sorted.map((use) => toRow(idempotencyKeys, use)),
  );
  return new Set(rows.map((row) => keyName(fromRow(idempotencyKeys, row))));
}

/**
 * Sorted by (merchant, order, key). By key alone two processes deadlocked at once (90 batches/s in
 * place of 1,467).
 */
async function insertPayments(tx: TransactionSql, created: readonly Payment[]) {
  const place = (payment: Payment) =>
    `${nameOf(payment.merchantId, payment.orderId)}\u0000${payment.idempotencyKey}`;
  const sorted = created.toSorted((one, other) => compare(place(one), place(other)));
  const rows = await run(
    tx,
    statements.insertPayments,
    sorted.map((payment) => toRow(payments, payment)),
  );
  return new Set(rows.map((row) => paymentName(fromRow(payments, row))));
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** Each payment's and operation's last state once; every event and posting. */
async function writeChanges(
  tx: TransactionSql,
  before: World,
  applied: readonly Applied[],
): Promise<void> {
  const lastPayments = new Map(applied.map(({ payment }) => [paymentName(payment), payment]));
  const changedPayments = [...lastPayments].filter(
    ([name, { version }]) => version > (before.payments.get(name)?.version ?? 1),
  );
  const knownOperations = new Set([...before.operations.values()].flat().map(({ id }) => id));
  const lastOperations = new Map(
    applied.flatMap(changedOperations).map((operation) => [operation.id, operation] as const),
  );
  const touched = [...lastOperations.values()];
  const rows = {
    payments: changedPayments.map(([, payment]) => toRow(payments, payment)),
    opened: touched
      .filter(({ id }) => !knownOperations.has(id))
      .map((operation) => toRow(operations, operation)),
    settled: touched
      .filter(({ id }) => knownOperations.has(id))
      .map((operation) => toRow(operations, operation)),
    answers: applied.flatMap(({ payment, answersKey }) =>
      answersKey === null ? [] : [answerRow(payment, answersKey)],
    ),
    events: applied.map(({ event, payment }) =>
      toRow(events, { ...event, payment: toRow(payments, payment) }),
    ),
    feed: applied.map(({ event }) => toRow(feed, { ...event, number: null })),
    postings: applied.flatMap((one) => one.postings.map((posting) => toRow(postings, posting))),
  };
  // One after the other on one connection, without waiting for each answer.
  await Promise.all([
    writeAll(tx, statements.updatePayments, rows.payments),
    // Settled before opened: of all but refunds only one may be open.
    writeAll(tx, statements.updateOperations, rows.settled),
    writeAll(tx, statements.insertOperations, rows.opened),
    writeAll(tx, statements.answerKeys, rows.answers),
    writeAll(tx, statements.insertEvents, rows.events),
    writeAll(tx, statements.insertPostings, rows.postings),
    writeAll(tx, statements.insertFeed, rows.feed),
  ]);
}

function answerRow({ merchantId, version }: Payment, key: string): Row {
  return { merchant_id: uuidOf(merchantId), key, version };
}

/** After the locks and the keys nobody can be first any more: what does not come back is a bug. */
async function writeAll(
  tx: TransactionSql,
  statement: string,
  rows: readonly Row[],
): Promise<void> {
  const written = await run(tx, statement, rows);
  if (written.length !== rows.length) {
    throw new Error(`${written.length} of ${rows.length} rows written by: ${statement}`);
  }
}

async function run(tx: TransactionSql, statement: string, rows: readonly Row[]) {
  if (rows.length === 0) return [];
  return tx.unsafe<Row[]>(statement, [JSON.stringify(rows)], { prepare: true });
}
