/** A known key: the same request is replayed, another one is refused. */
import type { Creation, Kit } from '../kit.ts';
import type { Scenario } from '../scenario.ts';
import { Violation } from '../violation.ts';
import { accepted, type Exchange } from '../wire/http.ts';
import type { Payment } from '../wire/payment.ts';
import { expectRefused, expectUnchanged } from './expect.ts';

const others = {
  order: (kit: Kit): Creation => ({ order: kit.newOrder() }),
  amount: (): Creation => ({ amount: '901.00' }),
  currency: (): Creation => ({ currency: 'EUR' }),
} as const;

const reuse = (field: keyof typeof others) => async (kit: Kit) => {
  const request = { order: kit.newOrder(), key: kit.newKey(), amount: kit.newAmount() };
  const first = await kit.pay(request);
  const other = { ...request, ...others[field](kit) };
  const exchange = await kit.create(other);
  expectRefused(exchange, `A known key with another ${field}`);
  await expectUnchanged(kit, first, exchange);
  const orders = new Set([request.order, other.order]);
  const made = (await Promise.all([...orders].map((order) => kit.ofOrder(order)))).flat();
  if (made.length !== 1) throw new Violation(`One key made ${made.length} payments`, exchange);
};

/** A successful payment in the even runs, a declined one in the odd. */
async function replay(kit: Kit): Promise<void> {
  const isDeclined = kit.turn % 2 === 1 && kit.facts.lacks.declines === undefined;
  const amount = isDeclined ? '20.99' : kit.newAmount();
  const request = { order: kit.newOrder(), key: kit.newKey(), amount };
  const first = await kit.create(request);
  const second = await kit.create(request);
  if (!accepted(second) || toldOf(second.payment) !== toldOf(first.payment)) {
    throw new Violation('The same request was not answered the same', first, second);
  }
  if (!isDeclined && first.payment) await kit.refund(first.payment.id);
  const third = await kit.create(request);
  // What came after may be told or not; it is the same payment, and nothing is charged.
  if (!accepted(third) || third.payment?.id !== first.payment?.id) {
    throw new Violation('The same request, after a refund, was not replayed', first, third);
  }
  await expectOne(kit, request.order, third);
}

const toldOf = (payment: Payment | null): string =>
  [payment?.id, payment?.order, payment?.amount.text, payment?.currency, payment?.status].join(' ');

async function expectOne(kit: Kit, order: string, exchange: Exchange): Promise<void> {
  const { length } = await kit.ofOrder(order);
  if (length !== 1) throw new Violation(`Replays made ${length} payments of the order`, exchange);
}

export const keys: readonly Scenario[] = [
  {
    name: 'replay',
    does: 'the same create again, and once more when the payment was refunded',
    holds: 'the first payment is answered, and nothing is made',
    run: replay,
  },
  ...(['order', 'amount', 'currency'] as const).map((field) => ({
    name: `key-other-${field}`,
    does: `a known key with another ${field}`,
    holds: 'it is refused, not answered with the old payment; nothing changes',
    run: reuse(field),
  })),
];
