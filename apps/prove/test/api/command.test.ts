/** `prove:api` as a command: what it prints, and the code it exits with. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../src/api/prove.ts';
import { oldFaults } from './faults.ts';
import { oldKey, startOld } from './old-server.ts';
import { proveHere, proveThere } from './run.ts';

const quick = ['--races', '1', '--ways', '4', '--seed', '7'];

/** Some server that is not one of the contract. */
async function another(listener: RequestListener) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, [Symbol.asyncDispose]: async () => void server.close() };
}

describe('exit code 1', () => {
  it('as a process: the table on stdout, how far it is on stderr', async () => {
    await using server = await startOld(oldFaults);
    const only = ['create-race', 'order-paid', 'part-refund-race', 'all-orders'];
    const { code, stdout, stderr } = await proveThere(
      '--url',
      server.url,
      ...quick,
      '--only',
      ...only,
    );
    expect(code).toBe(1);
    expect(stdout).toMatch(/^SCENARIO +RUNS +VIOLATIONS +WHAT MUST HOLD$/m);
    expect(stdout).toMatch(/^create-race +1 +1 +creates at once for one order/m);
    expect(stdout).toMatch(/^ {4}POST \/payments\/ \{"order_id":.*\} -> 201 \{"id":\d+,/m);
    expect(stdout).toMatch(/^order-paid +1 +0 /m);
    expect(stdout).toMatch(/^part-refund-race +- +- +left out: it refunds no part/m);
    expect(stdout).toContain('2 of 3 scenarios found violations.');
    expect(stderr).toMatch(/^create-race 1\/1; \d+ requests, 0 of 0 violated\n/);
  });

  it('--json: the same for programs', async () => {
    await using server = await startOld(oldFaults);
    const ran = await proveHere('--url', server.url, ...quick, '--only', 'history', '--json');
    expect(ran.code).toBe(1);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      url: server.url,
      ...{ seed: 7, races: 1, ways: 4, sound: false },
      results: [
        {
          ...{ name: 'history', runs: 1, violations: 1, skipped: null },
          example: {
            what: 'Nothing tells what happened to a payment',
            exchanges: [{ request: expect.stringMatching(/^GET .*\/events\/$/) }, {}, {}],
          },
        },
      ],
    });
  });
});

it('the same seed makes the same choices', async () => {
  const sent = async (seed: string) => {
    await using server = await startOld(oldFaults);
    const only = ['--only', 'key-other-order', 'amount-as-text', '--seed', seed, '--json'];
    const { stdout } = await proveHere('--url', server.url, ...quick, ...only);
    const { results } = JSON.parse(stdout) as { readonly results: readonly unknown[] };
    return JSON.stringify(results).match(/amount\\":\\?"[\d.]+/g);
  };
  const once = await sent('11');
  expect(once).toHaveLength(2);
  expect(await sent('11')).toEqual(once);
  expect(await sent('12')).not.toEqual(once);
});

describe('exit code 2, and why', () => {
  it('nobody listens', async () => {
    const { code, stdout, stderr } = await proveThere('--url', 'http://127.0.0.1:1');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^The server is not reachable: no answer \(.*\)\.\n$/);
  });

  it('it wants a key', async () => {
    await using server = await startOld([]);
    const without = await proveHere('--url', server.url);
    expect(without).toMatchObject({ code: 2, stdout: '' });
    expect(without.stderr).toBe('It wants a key (401): give one as --key.\n');
    const wrong = await proveHere('--url', server.url, '--key', 'another');
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('It refuses the key (401)');
  });

  it.each<readonly [string, RequestListener, string]>([
    ['has no payments', (_, it) => it.writeHead(404).end(), 'It has no /payments/ (404).'],
    ['answers a page', (_, it) => it.end('<html>'), 'It is no payments server'],
    [
      'sends elsewhere',
      (_, it) => it.writeHead(301, { location: 'https://pay.example/payments/' }).end(),
      'It sends to https://pay.example/payments/',
    ],
    [
      'creates nothing',
      ({ method }, it) => it.writeHead(method === 'GET' ? 200 : 400).end('[]'),
      'It creates no payment: POST /payments/ answers 400',
    ],
    [
      'leaves fields out',
      ({ method }, it) => it.end(method === 'GET' ? '[]' : '{"id": 1, "status": "success"}'),
      'Its answer to a create lacks order_id, amount',
    ],
    [
      'approves nothing',
      ({ method }, it) =>
        it.end(method === 'GET' ? '[]' : '{"id":1,"order_id":"a","amount":1,"status":"pending"}'),
      'It must approve a payment at once',
    ],
  ])('it %s', async (_, listener, why) => {
    await using server = await another(listener);
    const { code, stdout, stderr } = await proveHere('--url', server.url);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(why);
  });

  it.each([
    [[], '--url'],
    [['--url', 'ftp://there'], 'such as http://127.0.0.1:8000'],
    [['--url', 'http://there', '--races', '0'], 'from 1 to 100000'],
    [['--url', 'http://there', '--ways', '1'], 'from 2 to 1000'],
    [['--url', 'http://there', '--only', 'nothing'], 'There is no such scenario'],
    [['--url', 'http://there', '--fast'], "unknown option '--fast'"],
  ])('%j', async (args, why) => {
    const { code, stdout, stderr } = await proveHere(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(why);
  });

  it('it goes away', async () => {
    let requests = 0;
    await using server = await startOld([]);
    await using proxy = await another(async (request, response) => {
      if (++requests > 40) return void request.socket.destroy();
      const { method = '', url = '' } = request;
      const sent = Buffer.concat(await request.toArray());
      const headers = { authorization: `Bearer ${oldKey}` };
      const body = method === 'GET' ? null : sent;
      const answer = await fetch(server.url + url, { method, headers, body });
      response.writeHead(answer.status).end(await answer.text());
    });
    const { code, stderr } = await proveHere('--url', proxy.url, ...quick);
    expect(code).toBe(2);
    expect(stderr).toMatch(/It stopped answering during [a-z-]+: no answer \(\w+\)\.\n$/);
  });
});

it('--help names every scenario, and what the codes mean', async () => {
  const { code, stdout } = await proveHere('--help');
  expect(code).toBe(0);
  for (const { name } of catalogue) expect(stdout).toContain(name);
  expect(stdout).toContain('2 it could not be tested');
});
