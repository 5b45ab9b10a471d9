/** The reads, in memory. Each is the function of the same name, and answers as that does. */
import { accounts, type Currency, type Posting } from '@florin/core';
import type * as balances from '../balances.ts';
import type * as events from '../events.ts';
import { holderOf, nameOf } from '../fold.ts';
import type * as history from '../history.ts';
import type * as payments from '../payments.ts';
import type * as refunds from '../refunds.ts';
import type * as reports from '../reports.ts';
import { allOperations, eventsOf, isAfter, memoryOf, newestFirst } from './memory.ts';

export const findPayment: typeof payments.findPayment = async (database, merchantId, id) =>
  memoryOf(database).world.payments.get(nameOf(merchantId, id)) ?? null;

export const findPaymentVersion: typeof payments.findPaymentVersion = async (
  database,
  _,
  id,
  version,
) => eventsOf(memoryOf(database), id).find((event) => event.version === version) ?? null;

export const findAnswer: typeof payments.findAnswer = async (database, merchantId, key) =>
  memoryOf(database).world.keys.get(nameOf(merchantId, key))?.version ?? null;

export const listPayments: typeof payments.listPayments = async (database, _, page) => {
  const { after, orderId, status, currency, createdFrom, createdTo } = page;
  const found = [...memoryOf(database).world.payments.values()].filter(
    (one) =>
      (orderId === undefined || one.orderId === orderId) &&
      (status === undefined || one.status === status) &&
      (currency === undefined || one.currency === currency) &&
      (createdFrom === undefined || one.createdAt >= createdFrom) &&
      (createdTo === undefined || one.createdAt < createdTo) &&
      isAfter(one, after),
  );
  return newestFirst(found).slice(0, page.limit);
};

export const findRefund: typeof refunds.findRefund = async (database, merchantId, id) => {
  const memory = memoryOf(database);
  const operation = allOperations(memory).find((one) => one.id === id && one.kind === 'refund');
  const payment = operation && memory.world.payments.get(nameOf(merchantId, operation.paymentId));
  return operation && payment ? { operation, currency: payment.currency } : null;
};

export const listRefunds: typeof refunds.listRefunds = async (database, merchantId, id, page) => {
  const operations = memoryOf(database).world.operations.get(nameOf(merchantId, id)) ?? [];
  const found = operations.filter((one) => one.kind === 'refund' && isAfter(one, page.after));
  return newestFirst(found).slice(0, page.limit);
};

export const listEvents: typeof events.listEvents = async (database, _, { after, limit }) =>
  memoryOf(database).events.slice(after, after + limit);

export const listEventsOfPayment: typeof events.listEventsOfPayment = async (
  database,
  _,
  id,
  { afterVersion, limit },
) =>
  eventsOf(memoryOf(database), id)
    .filter(({ version }) => version > afterVersion)
    .slice(0, limit);

export const readSteps: typeof history.readSteps = async (database, _, id, limit) =>
  eventsOf(memoryOf(database), id).slice(-limit);

export const readOperations: typeof history.readOperations = async (database, merchantId, id) =>
  newestFirst(memoryOf(database).world.operations.get(nameOf(merchantId, id)) ?? []).toReversed();

export const findOtherHolder: typeof history.findOtherHolder = async (database, payment) => {
  const holders = [...memoryOf(database).world.payments.values()];
  const found = holders.find((one) => one.orderId === payment.orderId && one.holdsOrder);
  return found && found.id !== payment.id ? holderOf(found) : null;
};

/** Nobody reports here but by `engine.record`. */
export const listReportsOfOperations: typeof reports.listReportsOfOperations = async () => [];

export const readBalances: typeof balances.readBalances = async (database) => {
  const byCurrency = Map.groupBy(memoryOf(database).postings, ({ currency }) => currency);
  return [...byCurrency]
    .map(([currency, of]) => balanceOf(currency, of))
    .sort((one, other) => (one.currency < other.currency ? -1 : 1));
};

function balanceOf(currency: Currency, postings: readonly Posting[]): balances.Balance {
  const debits = Object.fromEntries(accounts.map((account) => [account, 0n]));
  for (const { debit, credit, amount } of postings) {
    debits[debit] = (debits[debit] ?? 0n) + amount;
    debits[credit] = (debits[credit] ?? 0n) - amount;
  }
  return { currency, debits: debits as balances.Balance['debits'] };
}
