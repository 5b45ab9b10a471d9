/** Amounts: what is none is refused, what is one comes back as it was sent, digit by digit. */
import type { Kit } from '../kit.ts';
import type { Scenario } from '../scenario.ts';
import { Violation } from '../violation.ts';
import { compare, type Decimal, parseDecimal } from '../wire/decimal.ts';
import { accepted, type Exchange } from '../wire/http.ts';
import { expectRefused } from './expect.ts';

/** JSON text, as it stands in the request. */
const wrong = {
  negative: ['-150.00', '"-150.00"', '-0.01', '"-1"'],
  zero: ['0', '"0.00"', '0.00', '"0"'],
  decimals: ['150.001', '"1.234"', '0.001', '"0.001"'],
  text: ['"abc"', '""', '"NaN"', '"12,50"', 'true', '[1]', '{}', '"Infinity"'],
} as const;

async function refuses(kit: Kit, written: string): Promise<void> {
  const order = kit.newOrder();
  const exchange = await kit.create({ order, written });
  expectRefused(exchange, `The amount ${written}`);
  const { length } = await kit.ofOrder(order);
  if (length > 0) throw new Violation(`The amount ${written} was refused, and stored`, exchange);
}

const inTurn = (kit: Kit, items: readonly string[]): string => items[kit.turn % items.length] ?? '';

/** Legal for some, refused by others; a float would round each of them. */
const long = {
  huge: [
    '12345678901234567890.12',
    '"12345678901234567890.12"',
    '9007199254740993',
    '"99999999999999999.97"',
  ],
  float: [
    '1.15000000000000001',
    '"2.67500000000000001"',
    '0.30000000000000004',
    '0.1000000000000000055511151231257827',
  ],
} as const;

async function refusesOrKeeps(kit: Kit, written: string): Promise<void> {
  const order = kit.newOrder();
  const exchange = await kit.create({ order, written });
  if (accepted(exchange)) await expectKept(kit, order, written, exchange);
  else expectRefused(exchange, `The amount ${written}`);
}

/** By its answer, looked up, and listed. */
async function expectKept(kit: Kit, order: string, written: string, exchange: Exchange) {
  const sent = parseDecimal(written.replaceAll('"', ''));
  const id = exchange.payment?.id ?? '';
  const told = [exchange.payment, await kit.look(id), ...(await kit.ofOrder(order))];
  for (const payment of told) {
    const value: Decimal | null = payment?.amount.value ?? null;
    if (sent && value && compare(sent, value) === 0) continue;
    throw new Violation(`The amount ${written} came back as ${payment?.amount.text}`, exchange);
  }
}

/** Up to a hundred million, as a string and as a number: one of the two may be refused. */
async function keeps(kit: Kit): Promise<void> {
  const digits = 1 + kit.random.below(8);
  const cents = String(kit.random.below(98) + 1).padStart(2, '0');
  const amount = `${1 + kit.random.below(10 ** digits - 1)}.${cents}`;
  for (const written of [amount, JSON.stringify(amount)]) {
    const order = kit.newOrder();
    const exchange = await kit.create({ order, written });
    if (accepted(exchange)) await expectKept(kit, order, written, exchange);
    else if (written.startsWith('"') === kit.facts.takesText) {
      throw new Violation(`The amount ${written} was not taken`, exchange);
    }
  }
}

async function tellsText(kit: Kit): Promise<void> {
  const exchange = await kit.create();
  const id = exchange.payment?.id ?? '';
  if (exchange.payment?.hasNumericAmount || (await kit.look(id)).hasNumericAmount) {
    throw new Violation(
      'The amount is answered as a JSON number, which is read as a float',
      exchange,
    );
  }
}

export const amounts: readonly Scenario[] = [
  ...Object.entries(wrong).map(([kind, written]) => ({
    name: `amount-${kind}`,
    does: `creates with the amounts ${written.slice(0, 4).join(', ')}`,
    holds: 'they are refused, and nothing is stored',
    run: (kit: Kit) => refuses(kit, inTurn(kit, written)),
  })),
  ...Object.entries(long).map(([kind, written]) => ({
    name: `amount-${kind}`,
    does: `creates with the amounts ${written.slice(0, 2).join(', ')}`,
    holds: 'they are refused, or kept exactly: never rounded',
    run: (kit: Kit) => refusesOrKeeps(kit, inTurn(kit, written)),
  })),
  {
    name: 'amount-kept',
    does: 'creates with amounts up to a hundred million',
    holds: 'they come back exactly, answered, looked up and listed',
    run: keeps,
  },
  {
    name: 'amount-as-text',
    does: 'a create, and a look at its amount',
    holds: 'it is a decimal string, not a float',
    run: tellsText,
  },
];
