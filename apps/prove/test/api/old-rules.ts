/** The rules of the old server, each with its fault: the checks, then the gateway, then the write. */
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { Fault, Has } from './faults.ts';

export type Fields = Readonly<Record<string, unknown>>;
export type Answer = readonly [status: number, body: unknown];
export type Row = ReturnType<typeof newRow>;

export const refusal = (error: string, status = 400): Answer => [status, { error }];
/** Takes its time, and lets in what has arrived meanwhile: on a busy machine that may be late. */
async function gateway(): Promise<void> {
  await sleep(5);
  for (let turn = 0; turn < 5; turn++) await setImmediate();
}
const now = () => new Date().toISOString();
const cents = (amount: unknown) => Math.round(Number(amount) * 100);

const statuses = ['pending', 'success', 'failed', 'cancelled', 'refunded'];
const transitions: Readonly<Record<string, readonly string[]>> = {
  pending: ['success', 'failed', 'cancelled'],
  success: ['refunded'],
};
const wrongAmounts: readonly (readonly [Fault, (amount: unknown) => boolean])[] = [
  ['text', (amount) => typeof amount !== 'string' || !/^-?\d+(\.\d+)?$/.test(amount)],
  ['negative', (amount) => /^-/.test(String(amount))],
  ['zero', (amount) => Number(amount) === 0],
  ['decimals', (amount) => /\.\d{3,}$/.test(String(amount))],
  ['huge', (amount) => /^\d{13,}/.test(String(amount))],
];

const newRow = (id: number, body: Fields, amount: string, status: string) => ({
  ...{ id, order_id: body['order_id'], amount, currency: body['currency'] ?? 'USD', status },
  ...{ transaction_id: status === 'success' ? `txn_${id}` : null, refunded: 0 },
  ...{ idempotency_key: body['idempotency_key'], created_at: now(), updated_at: now() },
  events: [status],
});

/** Which of `order`, `amount` and `currency` a request has otherwise than the payment of its key. */
const differing = (row: Row, { order_id, amount, currency = 'USD' }: Fields) =>
  Object.entries({
    order: row.order_id !== order_id,
    amount: cents(row.amount) !== cents(amount),
    currency: row.currency !== currency,
  }).flatMap(([field, differs]) => (differs ? [field] : []));

export function createRules(rows: Row[], has: Has) {
  let made = 0;
  const isPaid = (order: unknown, but?: Row) =>
    rows.some((row) => row.order_id === order && row.status === 'success' && row !== but);

  async function create(body: Fields): Promise<Answer> {
    const { order_id, amount, idempotency_key } = body;
    const wrong = wrongAmounts.find(([fault, is]) => !has(fault) && is(amount));
    if (!order_id || !idempotency_key || wrong) return refusal(`Wrong ${wrong?.[0] ?? 'fields'}`);
    const known = rows.find((row) => row.idempotency_key === idempotency_key);
    if (known && !has('replay')) {
      const isOther = differing(known, body).some((field) => !has(`key ${field}`));
      return isOther ? refusal('The key is known', 422) : [200, known];
    }
    if (isPaid(order_id) && !has('order rule')) return refusal('Order already has a payment');
    await gateway();
    const waits = body['provider'] === 'manual' && !has('no manual');
    const status = waits ? 'pending' : /\.99$/.test(String(amount)) ? 'failed' : 'success';
    const stored = has('rounds') ? String(Math.round(Number(amount))) : String(amount);
    const row = newRow(++made, body, stored, status);
    if (!has('forgets') || row.id % 10 > 0) rows.unshift(row);
    return [201, row];
  }

  function patch(row: Row, status: unknown): Answer {
    const to = String(status).toLowerCase();
    const isKnown = typeof status === 'string' && statuses.includes(to);
    if (!isKnown && !has('any status')) return refusal('Unknown status');
    const leads = to === row.status || transitions[row.status]?.includes(to) || !isKnown;
    if (!leads && !has(to === 'refunded' ? 'patch refund' : `from ${row.status}`)) {
      return refusal(`It is ${row.status}`);
    }
    const isSecond = to === 'success' && isPaid(row.order_id, row);
    if (isSecond && !has('patch order')) return refusal('Order already has a payment');
    if (to === 'refunded') row.refunded = cents(row.amount);
    if (!has('updated_at')) row.updated_at = now();
    // Not now: that may be the millisecond that it was made in.
    if (has('rewrites')) row.created_at = new Date(0).toISOString();
    row.status = to;
    row.events.push(to);
    return [200, row];
  }

  async function refund(row: Row, { amount }: Fields): Promise<Answer> {
    const left = cents(row.amount) - row.refunded;
    const wanted = amount === undefined || has('refund unrecorded') ? left : cents(amount);
    if (row.status !== 'success' && has('5xx')) return refusal('It crashed', 500);
    if (row.status !== 'success' && !has('refund rule')) return refusal(`It is ${row.status}`);
    if (wanted > left && !has('refund sum')) return refusal('More than what remains');
    await gateway();
    row.refunded += wanted;
    if (row.refunded >= cents(row.amount)) row.status = 'refunded';
    row.updated_at = now();
    row.events.push(row.status);
    return [200, row];
  }

  return { create, patch, refund };
}
