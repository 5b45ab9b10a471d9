/** What a change leaves behind. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kit } from '../kit.ts';
import type { Scenario } from '../scenario.ts';
import { Violation } from '../violation.ts';
import { compare, type Decimal, parseDecimal, plus, zero } from '../wire/decimal.ts';
import { accepted, type Exchange } from '../wire/http.ts';
import { isObject, type Json, textOf } from '../wire/json.ts';
import type { Payment } from '../wire/payment.ts';

/** By a PATCH in the even runs, where there is one to make; by a refund in the odd. */
async function movesUpdatedAt(kit: Kit): Promise<void> {
  const patches = kit.facts.lacks.cancels === undefined && kit.turn % 2 === 0;
  const before = patches ? await kit.open() : await kit.pay();
  await sleep(resolutionMs(before));
  const exchange = patches ? await kit.patch(before.id, 'cancelled') : await kit.refund(before.id);
  if (!accepted(exchange)) throw new Violation('The status was not changed', exchange);
  const [then, now] = [before, await kit.look(before.id)].map(timeOf);
  if (then === null || now === null) throw new Violation('There is no updated_at', exchange);
  if (now !== undefined && then !== undefined && now > then) return;
  throw new Violation(`The status changed, and updated_at did not: ${before.updatedAt}`, exchange);
}

/** Milliseconds, or whatever it counts in; null if there is none. */
function timeOf({ updatedAt }: Payment): number | null {
  if (updatedAt === null) return null;
  return /^\d+(\.\d+)?$/.test(updatedAt) ? Number(updatedAt) : Date.parse(updatedAt);
}

/** How long until its clock shows another time: some tell whole seconds. */
const resolutionMs = ({ updatedAt }: Payment): number =>
  /\.\d{3}|^\d{12,}/.test(updatedAt ?? '') ? 5 : 1_100;

/** In the payment, or in a list of its refunds. */
async function recordsRefund(kit: Kit): Promise<void> {
  const { id, amount } = await kit.pay();
  const exchange = await kit.refund(id);
  const { refunded } = await kit.look(id);
  const told = refunded ?? sumOf((await kit.http.send('GET', kit.path(id, 'refunds'))).json);
  if (told && amount.value && compare(told, amount.value) === 0) return;
  throw new Violation('Nothing tells how much was refunded', exchange);
}

/** Of the amounts in a list; null if it is no list of amounts. */
function sumOf(list: Json | undefined): Decimal | null {
  if (!Array.isArray(list) || list.length === 0) return null;
  return (list as readonly Json[]).reduce<Decimal | null>((sum, one) => {
    const amount = isObject(one) ? parseDecimal(textOf(one['amount']) ?? '') : null;
    return sum && amount && plus(sum, amount);
  }, zero);
}

/** Where servers tell of a payment's past. */
const pasts = ['events', 'history', 'explain'] as const;

async function keepsHistory(kit: Kit): Promise<void> {
  const { id } = await kit.pay();
  await kit.refund(id);
  const exchanges: Exchange[] = [];
  for (const past of pasts) {
    const exchange = await kit.http.send('GET', kit.path(id, past));
    if (accepted(exchange) && longestList(exchange.json) >= 2) return;
    exchanges.push(exchange);
  }
  throw new Violation('Nothing tells what happened to a payment', ...exchanges);
}

/** Of the answer, if it is a list, or of its fields. */
function longestList(json: Json | undefined): number {
  const lists = isObject(json) ? Object.values(json) : [json];
  return Math.max(0, ...lists.map((one) => (Array.isArray(one) ? one.length : 0)));
}

export const traces: readonly Scenario[] = [
  {
    name: 'updated-at',
    does: 'a change of status, by PATCH and by refund',
    holds: 'updated_at moves',
    run: movesUpdatedAt,
  },
  {
    name: 'refund-recorded',
    does: 'a refund in full',
    holds: 'the payment, or its refunds/, tells how much was refunded',
    run: recordsRefund,
  },
  {
    name: 'history',
    does: 'a create and a refund',
    holds: `what happened is told, at one of ${pasts.join('/, ')}/`,
    run: keepsHistory,
  },
];
