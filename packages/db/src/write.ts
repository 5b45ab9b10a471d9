/** The writes of a batch: one statement for all tables. */
import { begins, type KeyUse, type Payment, uuidOf } from '@florin/core';
import type { ISql } from 'postgres';
import { changedOperations, nameOf, part, type Step, type World } from './fold.ts';
import { LegacyIdTaken, legacyIdsOf } from './legacy.ts';
import {
  appendStatement,
  fromRow,
  insertStatement,
  type Row,
  type Statement,
  updateStatement,
} from './rows.ts';
import { events, idempotencyKeys, operations, payments, postings } from './schema.ts';
import { legacyIds } from './schema-legacy.ts';
import { NotAllWritten, together } from './together.ts';

type Ordered = Pick<Payment, 'merchantId' | 'orderId' | 'holdsOrder'>;

/**
 * Reads: those whose order no payment holds, and none that was imported has paid beside it. Whose own
 * payment holds it, the unique index tells.
 */
const freeOrders: Statement<Ordered> = {
  writesAll: false,
  text: (given) => `select w.o from json_to_recordset(${given}::json) as w(m uuid, o text, h bool)
    where (w.h or (select true from payments p
        where p.merchant_id = w.m and p.order_id = w.o and p.holds_order) is null)
      and not exists (select from legacy_ids l where l.merchant_id = w.m and l.paid_beside = w.o)`,
  parameter: (payments) =>
    JSON.stringify(
      payments.map(({ merchantId, orderId, holdsOrder }) => ({
        m: uuidOf(merchantId),
        o: orderId,
        h: holdsOrder,
      })),
    ),
};

/** Settled operations come before those that are opened: of all but refunds only one may be open. */
const rest = {
  changed: updateStatement(payments, [
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
  settled: updateStatement(operations, [
    operations.status,
    operations.reference,
    operations.failure,
    operations.contradiction,
    operations.suspense,
    operations.leaseUntil,
    operations.closedAt,
  ]),
  answered: updateStatement(idempotencyKeys, [idempotencyKeys.version]),
  opened: appendStatement(operations),
  events: appendStatement(events, { payment: payments }),
  postings: appendStatement(postings),
};

/** Keys come before payments: whoever comes second with a key waits there, in either way to write. */
const writeLoaded = together({
  keys: insertStatement(idempotencyKeys),
  created: insertStatement(payments),
  imported: insertStatement(legacyIds),
  ...rest,
});

const writeExpected = together({
  free: freeOrders,
  keys: appendStatement(idempotencyKeys),
  created: appendStatement(payments),
  ...rest,
});

/** Another process was first with the key or the order of some steps; nothing is written. */
export class Lost extends Error {
  readonly steps: readonly Step[];
  /** Those that lost, and those that depend on them. */
  readonly again: ReadonlySet<Step>;

  constructor(steps: readonly Step[], again: ReadonlySet<Step>) {
    super('Another process was first.');
    this.steps = steps;
    this.again = again;
  }
}

/**
 * Writes what the steps decided, or nothing.
 * @param before the world as it was loaded, with its payments locked
 * @throws Lost, LegacyIdTaken
 */
export async function write(sql: ISql, before: World, steps: readonly Step[]): Promise<void> {
  const changes = changesOf(before, steps);
  try {
    await writeLoaded(sql, changes);
  } catch (error) {
    if (!(error instanceof NotAllWritten)) throw error;
    const { keys = [], created = [], imported = [] } = error.written;
    const again = stepsAgain(steps, keys, created);
    if (again.size > 0) throw new Lost(steps, again);
    // No key and no order of it was lost: deciding it again would not help.
    if (imported.length < changes.imported.length) throw new LegacyIdTaken();
    // After the locks and the keys nobody can be first any more: what else is not written is a bug.
    throw error;
  }
}

/**
 * The same without a lock, as long as the world is what it is expected to be: each change of a payment
 * is an event with the next version, of which there can be only one.
 * @param expected the world, which nobody has read
 * @throws whatever PostgreSQL says where it is not so; nothing is written then
 */
export async function writeUnread(
  sql: ISql,
  expected: World,
  steps: readonly Step[],
): Promise<void> {
  const changes = changesOf(expected, steps);
  await writeExpected(sql, { ...changes, free: changes.created });
}

/** @param keys and `created`: the primary keys of those that were written */
function stepsAgain(
  steps: readonly Step[],
  keys: readonly Row[],
  created: readonly Row[],
): ReadonlySet<Step> {
  const won = new Set(keys.map((row) => keyName(fromRow(idempotencyKeys, row))));
  const made = new Set(created.map((row) => paymentName(fromRow(payments, row))));
  const { again } = part(
    steps,
    (step) =>
      keyUsesOf(step).some((use) => !won.has(keyName(use))) ||
      creationsOf(step).some((payment) => !made.has(paymentName(payment))),
  );
  return new Set(again);
}

const keyName = ({ merchantId, key }: Pick<KeyUse, 'merchantId' | 'key'>) =>
  nameOf(merchantId, key);
const paymentName = ({ merchantId, id }: Payment) => nameOf(merchantId, id);

function keyUsesOf({ decision }: Step): readonly KeyUse[] {
  const isWritten = decision.kind === 'applied' || decision.kind === 'unchanged';
  return isWritten && decision.keyUse ? [decision.keyUse] : [];
}

function creationsOf({ command, decision }: Step): readonly Payment[] {
  return begins(command) && decision.kind === 'applied' ? [decision.payment] : [];
}

/**
 * Sorted by (merchant, order, key), and keys by (merchant, key): two processes that insert the same
 * never wait in a ring. By key alone they deadlocked at once (90 batches/s in place of 1,467).
 */
const orderPlace = (payment: Payment): string =>
  `${nameOf(payment.merchantId, payment.orderId)}\u0000${payment.idempotencyKey}`;

function sortedBy<T>(items: readonly T[], place: (item: T) => string): readonly T[] {
  const placed = items.map((item) => [place(item), item] as const);
  placed.sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
  return placed.map(([, item]) => item);
}

/** Each payment's, operation's and key's last state once; every event and posting. */
function changesOf(before: World, steps: readonly Step[]) {
  const applied = steps.flatMap(({ decision }) => (decision.kind === 'applied' ? [decision] : []));
  const lastPayments = new Map(applied.map(({ payment }) => [paymentName(payment), payment]));
  const created = steps
    .flatMap(creationsOf)
    .map((one) => lastPayments.get(paymentName(one)) ?? one);
  const isCreated = new Set(created);
  const knownOperations = new Set([...before.operations.values()].flat().map(({ id }) => id));
  const lastOperations = new Map(
    applied.flatMap(changedOperations).map((operation) => [operation.id, operation] as const),
  );
  const touched = [...lastOperations.values()];
  const answers = new Map(
    applied.flatMap(({ payment: { merchantId, version }, answersKey: key }) =>
      key === null ? [] : [[nameOf(merchantId, key), { merchantId, key, version }] as const],
    ),
  );
  const keys = steps.flatMap(keyUsesOf).map((use) => {
    const name = keyName(use);
    const version = use.version ?? answers.get(name)?.version ?? null;
    answers.delete(name);
    return { ...use, version };
  });
  return {
    keys: sortedBy(keys, keyName),
    created: sortedBy(created, orderPlace),
    imported: legacyIdsOf(steps),
    // As they are locked where they are read first.
    changed: sortedBy(
      [...lastPayments.values()].filter((payment) => !isCreated.has(payment)),
      paymentName,
    ),
    settled: touched.filter(({ id }) => knownOperations.has(id)),
    answered: [...answers.values()],
    opened: touched.filter(({ id }) => !knownOperations.has(id)),
    events: applied.map(({ event }) => event),
    postings: applied.flatMap((one) => one.postings),
  };
}
