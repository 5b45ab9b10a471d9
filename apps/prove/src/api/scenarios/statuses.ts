/** Reported statuses one by one: what must not be reached is refused, and changes nothing. */
import type { Kit } from '../kit.ts';
import type { Scenario } from '../scenario.ts';
import { Violation } from '../violation.ts';
import { accepted } from '../wire/http.ts';
import { isPaid, type Payment } from '../wire/payment.ts';
import { expectRefused, expectUnchanged } from './expect.ts';

async function refusesReport(kit: Kit, payment: Payment, status: unknown): Promise<void> {
  const exchange = await kit.patch(payment.id, status);
  expectRefused(exchange, `${JSON.stringify(status)} for a payment that is ${payment.status}`);
  await expectUnchanged(kit, payment, exchange);
}

const nonsense = ['banana', 7, 'paid', '', 'SUCCESS ', null, true, 'null', ['success']] as const;

async function unknownStatus(kit: Kit): Promise<void> {
  const status = nonsense[kit.turn % nonsense.length];
  const payment = kit.turn % 2 === 0 ? await kit.pay() : await failed(kit);
  await refusesReport(kit, payment, status);
}

/** A payment that was not successful, where the server makes one; else a successful one. */
const failed = (kit: Kit) => (kit.facts.lacks.opens === undefined ? kit.open() : kit.pay());

async function orderRule(kit: Kit): Promise<void> {
  const order = kit.newOrder();
  const late = await kit.open(order);
  const paid = await kit.pay({ order });
  const exchange = await kit.patch(late.id, 'success');
  const listed = (await kit.ofOrder(order)).filter(isPaid);
  if (accepted(exchange) || listed.length !== 1 || listed[0]?.id !== paid.id) {
    throw new Violation(`The order has ${listed.length} successful payments`, exchange);
  }
}

async function refundRule(kit: Kit): Promise<void> {
  const payment =
    kit.facts.takesManual && kit.turn % 2 === 1 ? await kit.decline() : await kit.open();
  await refusesReport(kit, payment, 'refunded');
}

/** How a payment is brought to where it must not come back from. */
const ends = {
  async refunded(kit: Kit) {
    const { id } = await kit.pay();
    await kit.refund(id);
    return kit.look(id);
  },
  failed: (kit: Kit) => kit.decline(),
  async cancelled(kit: Kit) {
    const { id } = await kit.open();
    await kit.patch(id, 'cancelled');
    return kit.look(id);
  },
} as const;

const backwards = (end: keyof typeof ends) => async (kit: Kit) => {
  const payment = await ends[end](kit);
  if (payment.status !== end.toUpperCase()) throw new Violation(`No payment came to be ${end}`);
  await refusesReport(kit, payment, 'success');
};

async function refundOfUnsuccessful(kit: Kit): Promise<void> {
  const payment = await failed(kit);
  const exchange = await kit.refund(payment.id);
  expectRefused(exchange, `The refund of a payment that is ${payment.status}`);
  await expectUnchanged(kit, payment, exchange);
}

async function secondPayment(kit: Kit): Promise<void> {
  const { order } = await kit.pay();
  const exchange = await kit.create({ order });
  expectRefused(exchange, 'A second payment of an order that is paid');
  const paid = (await kit.ofOrder(order)).filter(isPaid);
  if (paid.length !== 1)
    throw new Violation(`The order has ${paid.length} successful payments`, exchange);
}

export const statuses: readonly Scenario[] = [
  {
    name: 'order-paid',
    does: 'a create for an order that is paid',
    holds: 'it is refused',
    run: secondPayment,
  },
  {
    name: 'refund-unsuccessful',
    does: 'a refund of a payment that is not successful',
    holds: 'it is refused, and changes nothing',
    needs: ['opens'],
    run: refundOfUnsuccessful,
  },
  {
    name: 'patch-unknown',
    does: 'a PATCH to "banana" and the like',
    holds: 'it is refused, and changes nothing',
    needs: ['reports'],
    run: unknownStatus,
  },
  {
    name: 'patch-order-rule',
    does: 'a PATCH to success of a payment whose order another one has paid',
    holds: 'it is refused',
    needs: ['reports', 'opens'],
    run: orderRule,
  },
  {
    name: 'patch-refund-rule',
    does: 'a PATCH to refunded of a payment that is not successful',
    holds: 'it is refused, and changes nothing',
    needs: ['reports', 'opens', 'declines'],
    run: refundRule,
  },
  {
    name: 'refunded-to-success',
    does: 'a PATCH to success of a refunded payment',
    holds: 'it is refused, and changes nothing',
    needs: ['reports'],
    run: backwards('refunded'),
  },
  {
    name: 'failed-to-success',
    does: 'a PATCH to success of a failed payment',
    holds: 'it is refused, and changes nothing',
    needs: ['reports', 'declines'],
    run: backwards('failed'),
  },
  {
    name: 'cancelled-to-success',
    does: 'a PATCH to success of a cancelled payment',
    holds: 'it is refused, and changes nothing',
    needs: ['reports', 'cancels'],
    run: backwards('cancelled'),
  },
];
