/** What callers get wrong, each over REST and over tRPC: refused alike, at its field, with no effect. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { snakePath } from '../src/rest/casing.ts';
import { dump } from './dump.ts';
import { create, type Http } from './http.ts';
import { startFlorin } from './server.ts';

let florin: Awaited<ReturnType<typeof startFlorin>>;
let http: Http;
let paid: string;
let held: string;
let before: unknown;
beforeAll(async () => {
  florin = await startFlorin();
  ({ http } = florin);
  paid = (await create(http)).id;
  held = (await create(http, { capture: 'manual' })).id;
  before = await dump(florin.db.owner.sql);
});
afterAll(async () => {
  try {
    expect(await dump(florin.db.owner.sql)).toEqual(before);
  } finally {
    await florin[Symbol.asyncDispose]();
  }
});

/** Fields as JSON text, by their tRPC names; `undefined` leaves one out. */
type Fields = Readonly<Record<string, string | undefined>>;
/** What is sent, what is wrong with it, and the path of the field that is to blame. */
type Row = readonly [what: string, fields: Fields, path: string];

const text = (value: unknown) => JSON.stringify(value);
const good: Fields = { orderId: '"order"', amount: '"150.00"', idempotencyKey: '"key"' };
const json = (fields: Fields, name: (field: string) => string) =>
  `{${Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([field, value]) => `${text(name(field))}:${value}`)
    .join(',')}}`;

const wrongText = (field: string): readonly Row[] => [
  [`${field} is a number`, { [field]: '7' }, field],
  [`${field} is true`, { [field]: 'true' }, field],
  [`${field} is null`, { [field]: 'null' }, field],
  [`${field} is an array`, { [field]: '["a"]' }, field],
  [`${field} is an object`, { [field]: '{"a":"b"}' }, field],
  [`${field} is empty`, { [field]: '""' }, field],
  [`${field} has 256 characters`, { [field]: text('x'.repeat(256)) }, field],
  [`${field} has 256 emoji`, { [field]: text('🙂'.repeat(256)) }, field],
  [`${field} has a NUL`, { [field]: '"a\\u0000b"' }, field],
  [`${field} has half a surrogate pair`, { [field]: '"a\\ud800b"' }, field],
];
const wrongAmount: readonly Row[] = [
  ...['0', '0.00', '-1.00', '+1.00', '1e3', '1E3', '0x10', '1,00', ' 1.00', '1.00 ', '1.', '.5'],
  ...[
    '01.00',
    '',
    'abc',
    'NaN',
    'Infinity',
    '１.00',
    '1.005',
    '1.000',
    '1000000000000.00',
    '1.00\n',
  ],
].map((value): Row => [`amount ${text(value)}`, { amount: text(value) }, 'amount']);
const wrongDecimals: readonly Row[] = [
  ['JPY', '150.00'],
  ['JPY', '150.0'],
  ['MGA', '1.005'],
  ['MRU', '1.005'],
  ['KWD', '1.0005'],
  ['CLF', '1.00005'],
  ['XCG', '1.005'],
  ['HUF', '1.005'],
].map(
  ([currency, amount]): Row => [
    `${amount} ${currency}`,
    { currency: text(currency), amount: text(amount) },
    'amount',
  ],
);
const wrongCurrency: readonly Row[] = [
  ...['"usd"', '"Usd"', '"US"', '"USDT"', '"XXZ"', '""', '7', 'null', 'true', '["USD"]'],
].map((value): Row => [`currency ${value}`, { currency: value }, 'currency']);

const createRows: readonly Row[] = [
  ['no orderId', { orderId: undefined }, 'orderId'],
  ['no amount', { amount: undefined }, 'amount'],
  ['no idempotencyKey', { idempotencyKey: undefined }, 'idempotencyKey'],
  ...['orderId', 'idempotencyKey', 'provider', 'paymentMethod'].flatMap(wrongText),
  ...wrongAmount,
  ['amount is true', { amount: 'true' }, 'amount'],
  ['amount is null', { amount: 'null' }, 'amount'],
  ['amount is an array', { amount: '["150.00"]' }, 'amount'],
  ...wrongDecimals,
  ...wrongCurrency,
  ...['"yes"', '"MANUAL"', '""', '7', 'null', 'true', '["manual"]'].map(
    (value): Row => [`capture ${value}`, { capture: value }, 'capture'],
  ),
  ['an unknown field', { surprise: '1' }, 'surprise'],
  ['a field of the prototype', { constructor: '1' }, 'constructor'],
  ['metadata is text', { metadata: '"a"' }, 'metadata'],
  ['metadata is null', { metadata: 'null' }, 'metadata'],
  ['metadata is an array', { metadata: '["a"]' }, 'metadata'],
  ['a number in metadata', { metadata: '{"cartId":7}' }, 'metadata.cartId'],
  ['an object in metadata', { metadata: '{"cart_id":{}}' }, 'metadata.cart_id'],
  ['a NUL in metadata', { metadata: '{"a":"\\u0000"}' }, 'metadata.a'],
  ['metadata of 501 characters', { metadata: text({ a: 'x'.repeat(501) }) }, 'metadata.a'],
  [
    'a metadata name of 41 characters',
    { metadata: text({ ['n'.repeat(41)]: 'x' }) },
    `metadata.${'n'.repeat(41)}`,
  ],
  [
    '51 metadata entries',
    { metadata: text(Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`n${n}`, 'x']))) },
    'metadata',
  ],
];

const captureRows: readonly Row[] = [
  ...wrongAmount,
  ['amount is true', { amount: 'true' }, 'amount'],
  ['amount is null', { amount: 'null' }, 'amount'],
  ['amount is an array', { amount: '["1.00"]' }, 'amount'],
  ['amount is an object', { amount: '{"value":"1.00"}' }, 'amount'],
  ...wrongText('idempotencyKey'),
  ['a reason, which only a refund has', { reason: '"late"' }, 'reason'],
  ['a currency, which is the payment’s', { currency: '"USD"' }, 'currency'],
  ['an unknown field', { surprise: '1' }, 'surprise'],
];

const cancelRows: readonly Row[] = [
  ...wrongText('idempotencyKey'),
  ['an amount: it is cancelled whole', { amount: '"1.00"' }, 'amount'],
  ['a reason, which only a refund has', { reason: '"late"' }, 'reason'],
  ['an unknown field', { surprise: '1' }, 'surprise'],
];

const resolveRows: readonly Row[] = [
  ['no reason', { reason: undefined }, 'reason'],
  ...['reason', 'idempotencyKey'].flatMap(wrongText),
  ...['"suspense"', '"Merchant_Payable"', '"cash"', '""', '7', 'null', 'true', '[]'].map(
    (value): Row => [`suspenseTo ${value}`, { suspenseTo: value }, 'suspenseTo'],
  ),
  ['an amount', { amount: '"1.00"' }, 'amount'],
  ['an unknown field', { surprise: '1' }, 'surprise'],
];

const refundRows: readonly Row[] = [
  ...wrongAmount,
  ['amount is true', { amount: 'true' }, 'amount'],
  ['amount is null', { amount: 'null' }, 'amount'],
  ...['reason', 'idempotencyKey'].flatMap(wrongText),
  ['an unknown field', { surprise: '1' }, 'surprise'],
];

const statusRows: readonly Row[] = [
  ['no status', { status: undefined }, 'status'],
  ...['"banana"', '""', '7', 'null', 'true', '["SUCCESS"]'].map(
    (value): Row => [`status ${value}`, { status: value }, 'status'],
  ),
  ...wrongText('idempotencyKey'),
  ['an unknown field', { surprise: '1' }, 'surprise'],
];

/** Lists over tRPC; REST's queries are text, and have rows of their own. */
const listRows: readonly Row[] = [
  ...['0', '101', '-1', '1.5', '"20"', 'true', 'null', '[20]'].map(
    (value): Row => [`limit ${value}`, { limit: value }, 'limit'],
  ),
  ...['"x"', '""', '7', 'null', text(Buffer.from('1.2').toString('base64url'))].map(
    (value): Row => [`cursor ${value}`, { cursor: value }, 'cursor'],
  ),
  ...['"banana"', '7', 'null'].map(
    (value): Row => [`status ${value}`, { status: value }, 'status'],
  ),
  ...['"usd"', '7'].map((value): Row => [`currency ${value}`, { currency: value }, 'currency']),
  ...[
    '"yesterday"',
    '"2026-11-23"',
    '"2026-13-01T00:00:00Z"',
    '"1969-12-31T23:59:59Z"',
    '"0000-01-01T00:00:00Z"',
    '7',
    'null',
  ].flatMap((value): Row[] => [
    [`createdFrom ${value}`, { createdFrom: value }, 'createdFrom'],
    [`createdTo ${value}`, { createdTo: value }, 'createdTo'],
  ]),
  ...wrongText('orderId'),
  ['an unknown field', { surprise: '1' }, 'surprise'],
];

async function overRest(method: string, path: string, body: string, expected: string) {
  const answer = await http.send(method, path, body);
  expect(answer.refusal).toEqual([400, 'invalid_request']);
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(answer.problem.errors?.map(({ path: at }) => at.join('.'))).toContain(snakePath(expected));
}

async function overTrpc(procedure: string, body: string, expected: string, isQuery = false) {
  const answer = isQuery
    ? await http.get(`/trpc/${procedure}?input=${encodeURIComponent(body)}`)
    : await http.post(`/trpc/${procedure}`, body);
  const { problem } = JSON.parse(answer.text).error.data;
  expect([answer.status, problem.code]).toEqual([400, 'invalid_request']);
  const paths = problem.errors.map(({ path }: { path: readonly string[] }) => path.join('.'));
  expect(paths).toContain(expected);
}

const asIs = (name: string) => name;

describe('create', () => {
  it.each(createRows)('%s', async (_, fields, path) => {
    const wrong = { ...good, ...fields };
    await overRest('POST', '/payments/', json(wrong, snakePath), path);
    await overTrpc('payments.create', json(wrong, asIs), path);
  });
});

describe('capture', () => {
  it.each(captureRows)('%s', async (_, fields, path) => {
    await overRest('POST', `/payments/${held}/capture/`, json(fields, snakePath), path);
    await overTrpc('payments.capture', json({ id: text(held), ...fields }, asIs), path);
  });
});

describe('cancel', () => {
  it.each(cancelRows)('%s', async (_, fields, path) => {
    await overRest('POST', `/payments/${held}/cancel/`, json(fields, snakePath), path);
    await overTrpc('payments.cancel', json({ id: text(held), ...fields }, asIs), path);
  });
});

describe('resolve', () => {
  it.each(resolveRows)('%s', async (_, fields, path) => {
    const wrong = { reason: '"settled"', ...fields };
    await overRest('POST', `/payments/${held}/resolve/`, json(wrong, snakePath), path);
    await overTrpc('payments.resolve', json({ id: text(held), ...wrong }, asIs), path);
  });
});

describe('refund', () => {
  it.each(refundRows)('%s', async (_, fields, path) => {
    await overRest('POST', `/payments/${paid}/refund/`, json(fields, snakePath), path);
    await overTrpc('payments.refund', json({ id: text(paid), ...fields }, asIs), path);
  });
});

describe('update of the status', () => {
  it.each(statusRows)('%s', async (_, fields, path) => {
    const wrong = { status: '"SUCCESS"', ...fields };
    await overRest('PATCH', `/payments/${paid}/`, json(wrong, snakePath), path);
    await overTrpc('payments.updateStatus', json({ id: text(paid), ...wrong }, asIs), path);
  });
});

describe('list', () => {
  it.each(listRows)('%s', async (_, fields, path) => {
    await overTrpc('payments.list', json(fields, asIs), path, true);
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=1.5', 'limit'],
    ['limit=', 'limit'],
    ['limit=+5', 'limit'],
    ['limit=1e1', 'limit'],
    ['limit=20&limit=20', 'limit'],
    ['cursor=x', 'cursor'],
    ['cursor=', 'cursor'],
    ['cursor=OTk5OTk5OTk5OTk5OTk5LjAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAw', 'cursor'],
    ['status=banana', 'status'],
    ['currency=usd', 'currency'],
    ['created_from=yesterday', 'created_from'],
    ['created_to=2026-11-23', 'created_to'],
    ['order_id=', 'order_id'],
    ['order_id=%00', 'order_id'],
    [`order_id=${'x'.repeat(256)}`, 'order_id'],
    ['createdFrom=2026-11-23T00:00:00Z', 'createdFrom'],
    ['surprise=1', 'surprise'],
  ])('GET /payments/?%s', async (query, path) => {
    const answer = await http.get(`/payments/?${query}`);
    expect(answer.refusal).toEqual([400, 'invalid_request']);
    expect(answer.problem.errors?.map(({ path: at }) => at.join('.'))).toEqual([path]);
  });
});

/** What a list of refunds takes: which payment, and which page. */
const refundListRows: readonly Row[] = [
  ...listRows.filter(([, , path]) => path === 'limit' || path === 'cursor'),
  ...['7', 'null', 'true', undefined].map((id): Row => [`id ${id}`, { id }, 'id']),
  ['a filter, which only payments have', { status: '"SUCCESS"' }, 'status'],
  ['an unknown field', { surprise: '1' }, 'surprise'],
];

describe('refunds', () => {
  it.each(refundListRows)('list: %s', async (_, fields, path) => {
    const wrong = { id: text(paid), ...fields };
    await overTrpc('refunds.listByPayment', json(wrong, asIs), path, true);
  });

  it.each(['7', 'null', 'true', '["op_1"]', undefined])('get: id %s', (id) =>
    overTrpc('refunds.get', json({ id }, asIs), 'id', true),
  );
});

describe('numbers, over REST', () => {
  it.each([
    ...['0', '0.00', '-1', '-0.01', '1e3', '1E3', '1.5e2', '1.005', '1000000000000', '1e400'],
  ])('amount %s', async (amount) => {
    await overRest('POST', '/payments/', json({ ...good, amount }, snakePath), 'amount');
    await overRest('POST', `/payments/${paid}/refund/`, json({ amount }, snakePath), 'amount');
    await overRest('POST', `/payments/${held}/capture/`, json({ amount }, snakePath), 'amount');
  });

  it('tRPC takes no numbers', async () => {
    await overTrpc('payments.create', json({ ...good, amount: '150' }, asIs), 'amount');
    const part = { id: text(held), amount: '1' };
    await overTrpc('payments.capture', json(part, asIs), 'amount');
    await overTrpc('payments.refund', json({ ...part, id: text(paid) }, asIs), 'amount');
  });
});

describe('names of the other API', () => {
  it('camelCase over REST', async () => {
    const body = json({ ...good, paymentMethod: '"pm_approved"' }, asIs);
    const answer = await http.post('/payments/', body);
    expect(answer.refusal).toEqual([400, 'invalid_request']);
    const paths = answer.problem.errors?.map(({ path }) => path);
    expect(paths).toEqual([['orderId'], ['idempotencyKey'], ['paymentMethod']]);
  });

  it('snake_case over tRPC', () => overTrpc('payments.create', json(good, snakePath), 'order_id'));

  it.each(['capture', 'cancel', 'resolve', 'refund'])(
    'an id in the body of a %s, where the path has it',
    (action) =>
      overRest('POST', `/payments/${held}/${action}/`, text({ reason: 'why', id: held }), 'id'),
  );

  it('suspenseTo over REST, suspense_to over tRPC', async () => {
    const fields = { reason: '"settled"', suspenseTo: '"merchant_payable"' };
    const answer = await http.post(`/payments/${held}/resolve/`, json(fields, asIs));
    expect(answer.refusal).toEqual([400, 'invalid_request']);
    expect(answer.problem.errors).toMatchObject([{ path: ['suspenseTo'] }]);
    const snake = json({ id: text(held), ...fields }, snakePath);
    await overTrpc('payments.resolve', snake, 'suspense_to');
  });
});
