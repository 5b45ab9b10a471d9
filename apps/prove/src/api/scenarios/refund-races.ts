/** Refunds at once, and against reported statuses. */
import type { Kit } from '../kit.ts';
import type { Scenario } from '../scenario.ts';
import { Violation } from '../violation.ts';
import { compare, parseDecimal, shown } from '../wire/decimal.ts';
import { accepted, type Exchange } from '../wire/http.ts';
import type { Payment } from '../wire/payment.ts';

async function inFull(kit: Kit): Promise<void> {
  const { id } = await kit.pay();
  const answers = await kit.atOnce(() => kit.refund(id));
  const given = answers.filter(accepted);
  if (given.length !== 1) {
    throw new Violation(
      `${given.length} of ${answers.length} refunds in full at once were accepted`,
      ...(given.length === 0 ? answers : given).slice(0, 2),
    );
  }
  await expectAllRefunded(kit, id, given);
}

/** Three of them fit into the payment. */
async function inPart(kit: Kit): Promise<void> {
  const { id } = await kit.pay({ amount: '30.00' });
  const answers = await kit.atOnce(() => kit.refund(id, '10.00'));
  const given = answers.filter(accepted);
  if (given.length > 3) {
    throw new Violation(
      `${given.length} refunds of 10.00 of 30.00 were accepted`,
      ...given.slice(2, 4),
    );
  }
  const payment = await kit.look(id);
  const told = payment.refunded && shown(payment.refunded);
  if (told === String(given.length * 10)) return;
  throw new Violation(
    `${given.length} refunds of 10.00 were accepted, and it tells ${told}`,
    ...given,
  );
}

async function againstReports(kit: Kit): Promise<void> {
  const { id } = await kit.pay();
  const answers = await kit.atOnce((n) =>
    n % 2 === 0 ? kit.refund(id) : kit.patch(id, n % 4 === 1 ? 'success' : 'refunded'),
  );
  const again = await kit.refund(id);
  const given = [...answers, again].filter((one) => one.method === 'POST' && accepted(one));
  if (given.length > 1) {
    throw new Violation(`${given.length} refunds in full were accepted`, ...given.slice(0, 2));
  }
  await expectAllRefunded(kit, id, answers);
}

async function expectAllRefunded(kit: Kit, id: string, exchanges: readonly Exchange[]) {
  const payment = await kit.look(id);
  if (payment.status !== 'REFUNDED') {
    throw new Violation(
      `It was refunded in full, and is ${payment.status}`,
      ...exchanges.slice(0, 2),
    );
  }
  const over = overRefunded(payment);
  if (over !== null) throw new Violation(over, ...exchanges.slice(0, 2));
}

/** How it tells that more was given back than was taken; null if it does not. */
export function overRefunded({ amount, captured, refunded }: Payment): string | null {
  const taken = captured ?? amount.value;
  if (!taken || !refunded || compare(refunded, taken) <= 0) return null;
  return `${shown(refunded)} was refunded of ${shown(taken)}`;
}

async function again(kit: Kit): Promise<void> {
  const { id } = await kit.pay();
  const first = await kit.refund(id);
  if (!accepted(first)) throw new Violation('A successful payment was not refunded', first);
  const second = await kit.refund(id);
  if (accepted(second)) throw new Violation('A refunded payment was refunded again', first, second);
  await expectAllRefunded(kit, id, [first, second]);
}

/** Of a payment that asks for more back than there is. */
async function tooMuch(kit: Kit): Promise<void> {
  const { id } = await kit.pay({ amount: '30.00' });
  const part = await kit.refund(id, '20.00');
  const over = await kit.refund(id, '10.01');
  if (accepted(over)) throw new Violation('30.01 of 30.00 was refunded', part, over);
  const { refunded } = await kit.look(id);
  const twenty = parseDecimal('20.00');
  if (refunded && twenty && compare(refunded, twenty) === 0) return;
  throw new Violation(
    `20.00 was refunded, and it tells ${refunded && shown(refunded)}`,
    part,
    over,
  );
}

export const refundRaces: readonly Scenario[] = [
  {
    name: 'refund-race',
    does: 'refunds in full of one payment at once',
    holds: 'one is accepted, and no more is refunded than was paid',
    run: inFull,
  },
  {
    name: 'part-refund-race',
    does: 'refunds of a third of one payment at once',
    holds: 'three are accepted at most, and their sum is what is told',
    needs: ['refunds a part'],
    run: inPart,
  },
  {
    name: 'refund-patch-race',
    does: 'refunds and PATCHes to success and refunded of one payment at once',
    holds: 'one refund is accepted at most, and the payment ends refunded',
    needs: ['reports'],
    run: againstReports,
  },
  {
    name: 'refund-again',
    does: 'a refund in full of a refunded payment',
    holds: 'it is refused',
    run: again,
  },
  {
    name: 'refund-too-much',
    does: 'a refund of more than what remains',
    holds: 'it is refused, and what was refunded before stands',
    needs: ['refunds a part'],
    run: tooMuch,
  },
];
