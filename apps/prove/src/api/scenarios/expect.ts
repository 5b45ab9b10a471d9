/** What several scenarios hold answers to. */
import type { Kit } from '../kit.ts';
import { Violation } from '../violation.ts';
import { shown } from '../wire/decimal.ts';
import { accepted, type Exchange } from '../wire/http.ts';
import { isPaid, type Payment } from '../wire/payment.ts';

function refused({ status }: Exchange): boolean {
  return status >= 400 && status < 500;
}

/** An answer of 5xx, or none, is no refusal: nobody knows what was done. */
export function expectRefused(exchange: Exchange, what: string): void {
  if (refused(exchange)) return;
  const instead = accepted(exchange)
    ? 'was accepted'
    : `was answered ${exchange.status || 'not at all'}`;
  throw new Violation(`${what} ${instead}`, exchange);
}

/** What of a payment only a change of it changes. */
const stateOf = ({ status, amount, currency, refunded }: Payment): string =>
  [status, amount.text, currency, refunded && shown(refunded)].join(' ');

/** After `exchange` was refused: the payment is as it was. */
export async function expectUnchanged(kit: Kit, before: Payment, exchange: Exchange) {
  const now = await kit.look(before.id);
  if (stateOf(now) === stateOf(before)) return;
  const change = `${stateOf(before)}, then ${stateOf(now)}`;
  throw new Violation(`What was refused changed the payment: ${change}`, exchange);
}

/** Answers that tell of a successful payment, one of each payment. */
function paidIn(exchanges: readonly Exchange[]): readonly Exchange[] {
  const paid = exchanges.filter(
    (exchange) => accepted(exchange) && exchange.payment && isPaid(exchange.payment),
  );
  return [...new Map(paid.map((exchange) => [exchange.payment?.id, exchange])).values()];
}

/** The order rule, by what was answered and by what is listed. @returns all payments of the order */
export async function expectPaidOnce(
  kit: Kit,
  order: string,
  exchanges: readonly Exchange[],
): Promise<readonly Payment[]> {
  const answered = paidIn(exchanges);
  if (answered.length > 1) {
    throw new Violation(
      `${answered.length} of ${exchanges.length} requests at once were answered another successful payment of one order`,
      ...answered.slice(0, 2),
    );
  }
  const listed = await kit.ofOrder(order);
  const paid = listed.filter(isPaid);
  if (paid.length > 1) {
    throw new Violation(
      `The order has ${paid.length} successful payments`,
      ...exchanges.slice(0, 2),
    );
  }
  return listed;
}
