/** How answers are read, and requests sent on. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { compare, parseDecimal, plus, shown } from '../../src/api/wire/decimal.ts';
import { createHttp } from '../../src/api/wire/http.ts';
import { parseJson } from '../../src/api/wire/json.ts';
import { readPayment } from '../../src/api/wire/payment.ts';

const decimal = (text: string) => {
  const found = parseDecimal(text);
  if (!found) throw new Error(`Not a decimal: ${text}`);
  return found;
};

describe('decimals', () => {
  it.each([
    ['150.00', '150'],
    ['0.10', '0.1'],
    ['-0.05', '-0.05'],
    ['1.5e3', '1500'],
    ['1E-2', '0.01'],
    ['12345678901234567890.12', '12345678901234567890.12'],
    ['0.30000000000000004', '0.30000000000000004'],
  ])('%s is %s', (text, plain) => {
    expect(shown(decimal(text))).toBe(plain);
  });

  it.each(['', 'abc', '1.', '.5', '1,5', 'NaN', '1e9999', '٣'])('%j is none', (text) => {
    expect(parseDecimal(text)).toBeNull();
  });

  it.each([
    ['150', '150.000', 0],
    ['0.1', '0.10000000000000000000001', -1],
    ['1e2', '99.99', 1],
    ['-1', '1', -1],
  ])('%s to %s is %i', (a, b, sign) => {
    expect(compare(decimal(a), decimal(b))).toBe(sign);
  });

  it('0.1 and 0.2 are 0.3', () => {
    expect(shown(plus(decimal('0.1'), decimal('0.20')))).toBe('0.3');
  });
});

describe('payments', () => {
  const read = (text: string) => readPayment(parseJson(text));

  it('of an old server: a number for an id, a float for an amount, any case', () => {
    const text = '{"id": 7, "order_id": "o", "amount": 150.10, "status": "Canceled"}';
    expect(read(text)).toMatchObject({
      ...{ id: '7', hasNumericId: true, status: 'CANCELLED', hasNumericAmount: true },
      ...{ amount: { text: '150.10' }, refunded: null, version: null },
    });
  });

  it('of a new one: strings, what was refunded, and a version', () => {
    const text =
      '{"id":"pay_1","order_id":"o","amount":"5.00","status":"SUCCESS","refunded_amount":"1.50","version":3}';
    const payment = read(text);
    expect(payment).toMatchObject({ id: 'pay_1', hasNumericAmount: false, version: '3' });
    expect(payment?.refunded && shown(payment.refunded)).toBe('1.5');
  });

  it.each(['{}', '[]', 'null', '7', '', '{"id": 1, "status": "SUCCESS"}', '<html>'])(
    '%s is none',
    (text) => {
      expect(read(text)).toBeNull();
    },
  );
});

it('a redirected POST stays a POST, and one that comes too early is sent again', async () => {
  const got: string[] = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    got.push(`${request.method} ${request.url} ${body} ${request.headers.authorization}`);
    if (request.url === '/api/payments/') response.writeHead(301, { location: '/api/payments' });
    else if (got.length === 2) response.writeHead(503, { 'retry-after': '0' });
    else response.writeHead(200, { link: '</api/payments?cursor=1>; rel="next"' });
    response.end('[]');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
  const http = createHttp({ url, key: 'k', onExchange: () => {} });
  const answer = await http.send('POST', '/payments/', '{"a":1}');
  server.close();
  expect(answer).toMatchObject({ status: 200, payments: [], next: '/payments?cursor=1' });
  expect(got).toEqual([
    'POST /api/payments/ {"a":1} Bearer k',
    'POST /api/payments {"a":1} Bearer k',
    'POST /api/payments/ {"a":1} Bearer k',
    'POST /api/payments {"a":1} Bearer k',
  ]);
});
