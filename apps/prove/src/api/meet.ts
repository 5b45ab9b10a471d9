/** Before anything is judged: is this a server of the contract, and what is it able to do? */
import { createKit, declinedAmount, type Facts, type Kit, type KitParts } from './kit.ts';
import { NotTestableError, Violation } from './violation.ts';
import { shown } from './wire/decimal.ts';
import { accepted, type Exchange } from './wire/http.ts';
import { isPaid, missingIn } from './wire/payment.ts';

type Parts = Omit<KitParts, 'facts'>;

/** @throws NotTestableError which says what is missing */
export async function meet(parts: Parts): Promise<Facts> {
  const unknown = { takesText: true, takesManual: false, lacks: {} };
  const slash = await slashOf(parts);
  const takesText = await takesTextAt(createKit({ ...parts, facts: { ...unknown, slash } }));
  const known: Facts = { slash, takesText, takesManual: false, lacks: {} };
  const kit = createKit({ ...parts, facts: known });
  await mustPay(kit);

  const takesManual = (await kit.create({ provider: 'manual' })).payment?.status === 'PENDING';
  const declines = (await kit.create({ amount: declinedAmount })).payment?.status === 'FAILED';
  const opens = takesManual || declines;
  const able = createKit({ ...parts, facts: { ...known, takesManual } });
  const reports = await takesReports(able);
  const lacks: Facts['lacks'] = {
    ...(declines ? {} : { declines: `it does not decline ${declinedAmount}` }),
    ...(opens ? {} : { opens: 'every payment that it makes is successful at once' }),
    ...(reports ? {} : { reports: 'it has no PATCH of a payment' }),
    ...(opens && reports && (await cancels(able)) ? {} : { cancels: 'it cancels no payment' }),
    ...((await refundsAPart(able))
      ? {}
      : { 'refunds a part': 'it refunds no part of a payment, or does not tell how much' }),
  };
  return { slash, takesText, takesManual, lacks };
}

async function slashOf({ http, hasKey }: Parts): Promise<Facts['slash']> {
  const withSlash = await http.send('GET', '/payments/');
  const answers =
    withSlash.status === 404 ? [withSlash, await http.send('GET', '/payments')] : [withSlash];
  const answer = answers.find(({ status }) => status !== 404) ?? withSlash;
  const reason = unfit(answer, hasKey);
  if (reason !== null) throw new NotTestableError(reason);
  return answer === withSlash ? '/' : '';
}

/** Why what answers so to `GET /payments/` is no server to test; null if it may be one. */
function unfit({ status, text, elsewhere, payments }: Exchange, hasKey: boolean): string | null {
  if (status === 0) return `The server is not reachable: ${text}.`;
  if (elsewhere !== null) return `It sends to ${elsewhere}: give the server there as --url.`;
  if (status === 401 || status === 403) {
    return hasKey
      ? `It refuses the key (${status}): ${excerpt(text)}`
      : `It wants a key (${status}): give one as --key.`;
  }
  if (status === 404) return 'It has no /payments/ (404). Does --url lack a part of the path?';
  if (status !== 200 || payments === null) {
    return `It is no payments server: GET /payments/ must answer 200 and a JSON array, not ${status} ${excerpt(text)}`;
  }
  return null;
}

/** Whether it takes an amount that is a string; the old ones may take numbers only. */
async function takesTextAt(kit: Kit): Promise<boolean> {
  const asText = await kit.create({ written: '"150.00"' });
  if (accepted(asText)) return true;
  const asNumber = await kit.create({ written: '150.00' });
  if (accepted(asNumber)) return false;
  throw new NotTestableError(`It creates no payment: ${told(asNumber)}`);
}

/** Without a payment that is approved, and found again, there is nothing to test. */
async function mustPay(kit: Kit): Promise<void> {
  const exchange = await kit.create();
  const { payment } = exchange;
  if (!payment) {
    const names = missingIn(exchange.json).join(', ');
    throw new NotTestableError(`Its answer to a create lacks ${names}: ${told(exchange)}`);
  }
  if (!isPaid(payment)) {
    throw new NotTestableError(
      `It must approve a payment at once, as a test gateway does, but it is ${payment.status}: ${told(exchange)}`,
    );
  }
  const found = await kit.get(payment.id);
  if (found.payment?.id !== payment.id) {
    throw new NotTestableError(`It does not find the payment that it made: ${told(found)}`);
  }
  const listed = await kit.ofOrder(payment.order).catch((error: unknown) => {
    if (!(error instanceof Violation)) throw error;
    throw new NotTestableError(`${error.message}: ${error.exchanges.map(told).join('')}`);
  });
  if (!listed.some(({ id }) => id === payment.id)) {
    throw new NotTestableError('It does not list a payment under its order.');
  }
}

/** Asked for what a payment is already: nothing has to change. */
async function takesReports(kit: Kit): Promise<boolean> {
  const { id, status } = await kit.pay();
  return ![404, 405, 501].includes((await kit.patch(id, status)).status);
}

async function cancels(kit: Kit): Promise<boolean> {
  const { id } = await kit.open();
  await kit.patch(id, 'cancelled');
  return (await kit.look(id)).status === 'CANCELLED';
}

async function refundsAPart(kit: Kit): Promise<boolean> {
  const { id } = await kit.pay({ amount: '30.00' });
  await kit.refund(id, '10.00');
  const payment = await kit.look(id);
  return isPaid(payment) && payment.refunded !== null && shown(payment.refunded) === '10';
}

const excerpt = (text: string): string => JSON.stringify(text.slice(0, 200));

const told = ({ method, path, status, text }: Exchange): string =>
  `${method} ${path} answers ${status} ${excerpt(text)}`;
