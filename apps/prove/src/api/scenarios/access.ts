/** Who may do what, and how much at once. */
import type { Kit } from '../kit.ts';
import type { Scenario } from '../scenario.ts';
import { Violation } from '../violation.ts';
import { accepted, type Exchange } from '../wire/http.ts';
import { expectUnchanged } from './expect.ts';

/** Every request of the contract, on a payment that is there. */
async function withoutKey(kit: Kit): Promise<void> {
  const payment = await kit.pay();
  const order = kit.newOrder();
  const requests = [
    ['GET', kit.path()],
    ['GET', kit.path(payment.id)],
    ['GET', kit.path('order', payment.order)],
    ['POST', kit.path(), kit.bodyOf({ order })],
    ['PATCH', kit.path(payment.id), '{"status":"cancelled"}'],
    ['POST', kit.path(payment.id, 'refund'), '{}'],
  ] as const;
  const keys = kit.hasKey ? [null, `no-key-${kit.random.below(1e9)}`] : [null];
  const letIn: Exchange[] = [];
  for (const key of keys) {
    for (const [method, path, body] of requests) {
      const exchange = await kit.http.send(method, path, body, key);
      if (![401, 403].includes(exchange.status)) letIn.push(exchange);
    }
  }
  const [first, second] = letIn;
  if (first) {
    const all = keys.length * requests.length;
    throw new Violation(
      `${letIn.length} of ${all} requests without a key were let in`,
      first,
      second,
    );
  }
  await expectUnchanged(kit, payment, await kit.get(payment.id));
  const { length } = await kit.ofOrder(order);
  if (length > 0) throw new Violation('A create was refused for want of a key, and stored');
}

/** So many payments in one answer are no page of a list. */
const tooMany = 250;

async function listIsBounded(kit: Kit): Promise<void> {
  for (;;) {
    const exchange = await kit.http.send('GET', kit.path());
    if (!accepted(exchange) || !exchange.payments)
      throw new Violation('There is no list', exchange);
    const [told, made] = [exchange.payments.length, kit.seen.payments.size];
    if (told < made) return;
    if (told > tooMany) {
      throw new Violation(`The list answers all ${told} payments at once`, exchange);
    }
    const answers = await kit.atOnce(() => kit.create(), 64);
    if (kit.seen.payments.size === made) throw new Violation('No payment can be made', answers[0]);
  }
}

export const access: readonly Scenario[] = [
  {
    name: 'without-key',
    does: 'each request of the contract without a key, and with one that is none',
    holds: 'all are refused, and change nothing',
    run: withoutKey,
  },
  {
    name: 'list-bounded',
    does: `lists, with up to ${tooMany} payments made`,
    holds: 'the answer does not hold all of them',
    once: true,
    run: listIsBounded,
  },
];
