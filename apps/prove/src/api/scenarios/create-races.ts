/** Creates at once. */
import type { Kit } from '../kit.ts';
import type { Scenario } from '../scenario.ts';
import { Violation } from '../violation.ts';
import { compare, parseDecimal } from '../wire/decimal.ts';
import { accepted, type Exchange } from '../wire/http.ts';
import { isPaid } from '../wire/payment.ts';
import { expectPaidOnce } from './expect.ts';

async function differentKeys(kit: Kit): Promise<void> {
  const order = kit.newOrder();
  const answers = await kit.atOnce(() => kit.create({ order }));
  const listed = await expectPaidOnce(kit, order, answers);
  if (!listed.some(isPaid)) throw new Violation('None of them paid the order', answers[0]);
}

async function oneKey(kit: Kit): Promise<void> {
  const request = { order: kit.newOrder(), key: kit.newKey(), amount: kit.newAmount() };
  const answers = await kit.atOnce(() => kit.create(request));
  // Who was told to wait, or went away, asks again and is told the same.
  const again = await kit.create(request);
  const made = distinct([...answers, again].filter(accepted));
  if (!accepted(again)) throw new Violation('The request, sent again, was not replayed', again);
  if (made.length !== 1) {
    throw new Violation(`One key made ${made.length} payments`, ...made.slice(0, 2));
  }
  const listed = await kit.ofOrder(request.order);
  if (listed.length !== 1) {
    throw new Violation(`The order has ${listed.length} payments by one key`, ...made);
  }
}

/** One key, and requests that differ in order and amount: who comes first has it. */
async function oneKeyForTwo(kit: Kit): Promise<void> {
  const key = kit.newKey();
  const one = { key, order: kit.newOrder(), amount: '11.00' };
  const other = { key, order: kit.newOrder(), amount: '12.00' };
  const sent = (n: number) => (n % 2 === 0 ? one : other);
  const answers = await kit.atOnce((n) => kit.create(sent(n)));
  for (const [n, answer] of answers.entries()) {
    const { order, amount } = sent(n);
    const [asked, told] = [parseDecimal(amount), answer.payment?.amount.value ?? null];
    const isOwn = answer.payment?.order === order && asked && told && compare(asked, told) === 0;
    if (accepted(answer) && !isOwn) {
      throw new Violation('A request was answered the payment of another one', answer);
    }
  }
  const listed = await Promise.all([one, other].map(({ order }) => kit.ofOrder(order)));
  if (listed.flat().length !== 1) {
    const made = distinct(answers.filter(accepted));
    throw new Violation(`One key made ${listed.flat().length} payments`, ...made.slice(0, 2));
  }
}

/** One answer for each payment. */
function distinct(exchanges: readonly Exchange[]): readonly Exchange[] {
  return [...new Map(exchanges.map((exchange) => [exchange.payment?.id, exchange])).values()];
}

export const createRaces: readonly Scenario[] = [
  {
    name: 'create-race',
    does: 'creates at once for one order, each with its own key',
    holds: 'one payment of the order is successful',
    run: differentKeys,
  },
  {
    name: 'one-key-race',
    does: 'creates at once with one key',
    holds: 'there is one payment, and every answer names it',
    run: oneKey,
  },
  {
    name: 'key-reuse-race',
    does: 'creates at once with one key, for two orders and amounts',
    holds: 'one of the two is made; nobody is answered the payment of the other',
    run: oneKeyForTwo,
  },
];
